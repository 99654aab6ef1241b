package dev.seawall.outbox.suite;

import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.Envelope.Position;
import dev.seawall.payload.EncodedPayload;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Messages to send. */
public final class Messages {

    private Messages() {}

    public static Envelope message(String topic, @Nullable String key, String text) {
        return message(
                topic,
                key,
                text.getBytes(StandardCharsets.UTF_8),
                UUID.randomUUID().toString());
    }

    public static Envelope message(String topic, @Nullable String key, byte[] body, String id) {
        return new Envelope(
                id,
                topic,
                key,
                EncodedPayload.of("test", 3, "text/plain", body),
                Map.of("tenant", "blåbær"),
                new Position(7, 2, 41),
                Instant.parse("2026-01-02T03:04:05Z"));
    }

    /** A part of a name that no other test has. */
    public static String unique() {
        return UUID.randomUUID().toString();
    }
}
