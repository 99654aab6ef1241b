package dev.seawall.outbox.suite;

import dev.seawall.outbox.WireMessage;
import org.jspecify.annotations.Nullable;

/** A message as a broker has it. */
public record Stored(@Nullable String key, WireMessage wire) {

    /** Its id in the plain form. */
    public String id() {
        return String.valueOf(wire.headers().get("seawall-id"));
    }
}
