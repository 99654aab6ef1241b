package dev.seawall.outbox;

import dev.seawall.Require;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a producer adds to the {@link Outbox}. Immutable.
 *
 * @param topic where it goes: a topic, an exchange, a subject, as the publisher takes it; 1 to 200 visible ASCII characters
 * @param key messages of a topic with the same key are published in the order in which they were added; 1 to 200 characters
 *     without control characters; {@code null} for a message in no order
 * @param payload the content, of a type that the outbox's {@link dev.seawall.payload.PayloadTypes} know
 * @param headers by name; see {@link #withHeader}
 * @param delay how long after it was added it is published, not negative, at most 3,650 days; it takes its place in the order of
 *     its key when it is due
 */
public record Message(String topic, @Nullable String key, Object payload, Map<String, String> headers, Duration delay) {

    private static final Duration LONGEST_DELAY = Duration.ofDays(3_650);

    /** Checks every value. */
    public Message {
        Names.topic(topic);
        if (key != null) {
            Names.key(key);
        }
        Objects.requireNonNull(payload, "payload");
        headers = Map.copyOf(headers);
        Names.headers(headers);
        Require.notNegative("delay", delay);
        Require.check(delay.compareTo(LONGEST_DELAY) <= 0, "delay must be at most 3,650 days, was %s", delay);
    }

    /**
     * A message in the order of its key.
     *
     * @param topic where it goes
     * @param key whose order it keeps, such as the id of the aggregate that changed
     * @param payload the content
     * @return a message without headers
     */
    public static Message of(String topic, String key, Object payload) {
        return new Message(topic, Objects.requireNonNull(key, "key"), payload, Map.of(), Duration.ZERO);
    }

    /**
     * A message in no order.
     *
     * @param topic where it goes
     * @param payload the content
     * @return a message without headers
     */
    public static Message unkeyed(String topic, Object payload) {
        return new Message(topic, null, payload, Map.of(), Duration.ZERO);
    }

    /**
     * Adds a header.
     *
     * @param name 1 to 100 letters, digits and hyphens; names that begin with {@code seawall-} are taken
     * @param value up to 2,000 characters without control characters; all headers together up to 16,000
     * @return a message with one more header, or another value of one
     */
    public Message withHeader(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Message(topic, key, payload, more, delay);
    }

    /**
     * Delays the message.
     *
     * @param delay how long after it was added it is published
     * @return a delayed message
     */
    public Message delayedBy(Duration delay) {
        return new Message(topic, key, payload, headers, delay);
    }

    /** Without content and headers, which may be secrets. */
    @Override
    public String toString() {
        return "message to " + topic + (key == null ? "" : ", keyed") + (delay.isZero() ? "" : ", delayed by " + delay);
    }
}
