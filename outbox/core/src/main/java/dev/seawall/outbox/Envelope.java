package dev.seawall.outbox;

import dev.seawall.payload.EncodedPayload;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way: what a relay hands to a {@link Publisher}, and what a consumer gets. Immutable.
 *
 * @param id stays the same however often the message is published: what an {@link Inbox} recognises. A UUID of version 7 if it
 *     comes from an {@link Outbox}; from elsewhere up to 200 characters
 * @param topic where it goes or comes from
 * @param key whose order it keeps; {@code null} for none
 * @param payload the content, encoded
 * @param headers by name, those of the producer
 * @param position where it stood in the outbox; {@code null} if it comes from elsewhere
 * @param createdAt when it was added, by the clock of the database, or sent, as far as is known. For a look, not for order
 */
public record Envelope(
        String id,
        String topic,
        @Nullable String key,
        EncodedPayload payload,
        Map<String, String> headers,
        @Nullable Position position,
        Instant createdAt) {

    /** Checks that everything is there. What was stored or received may break the rules for what is sent, and is not checked. */
    public Envelope {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(topic, "topic");
        Objects.requireNonNull(payload, "payload");
        headers = Map.copyOf(headers);
        Objects.requireNonNull(createdAt, "createdAt");
    }

    /**
     * Where a message stood in the outbox. Of two messages of one key, the one with the larger sequence was added later. A larger
     * epoch shows that another relay has taken over the partition; a message with a smaller one that comes after it is a late
     * duplicate.
     *
     * @param partition the part of the outbox its key belongs to
     * @param epoch how often the partition has changed hands
     * @param sequence its number in the outbox
     */
    public record Position(int partition, long epoch, long sequence) {

        private static final Pattern FORM = Pattern.compile("(\\d{1,5})/(\\d{1,18})/(\\d{1,18})");

        /**
         * Reads what {@link #toString()} writes.
         *
         * @param text partition, epoch and sequence with slashes between them
         * @return the position
         * @throws IllegalArgumentException if it is in another form
         */
        public static Position parse(String text) {
            Matcher form = FORM.matcher(text);
            if (!form.matches()) {
                throw new IllegalArgumentException("a position must be partition/epoch/sequence");
            }
            return new Position(
                    Integer.parseInt(form.group(1)), Long.parseLong(form.group(2)), Long.parseLong(form.group(3)));
        }

        /** Partition, epoch and sequence with slashes between them. */
        @Override
        public String toString() {
            return partition + "/" + epoch + "/" + sequence;
        }
    }

    /** Without content, key and headers, which may be secrets. */
    @Override
    public String toString() {
        return "message " + id + " of " + topic + " (" + payload + (position == null ? ")" : ", at " + position + ")");
    }
}
