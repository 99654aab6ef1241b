package dev.seawall.outbox.jdbc;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A message that was given up, and waits for somebody to decide. Without its content.
 *
 * @param messageId its id
 * @param topic where it should go
 * @param key whose order it keeps; {@code null} for none
 * @param type the registered name of its type
 * @param attempts how often it was tried
 * @param error why it failed last
 * @param parkedAt when it was given up, by the clock of the database
 * @param holdsKey whether the later messages of its key wait with it
 */
public record ParkedMessage(
        String messageId,
        String topic,
        @Nullable String key,
        String type,
        int attempts,
        String error,
        Instant parkedAt,
        boolean holdsKey) {

    /** Without the key, which may be a secret. */
    @Override
    public String toString() {
        return "parked message " + messageId + " to " + topic + " after " + attempts + " attempts: " + error;
    }
}
