package dev.seawall.outbox.kafka;

import dev.seawall.Require;
import dev.seawall.outbox.InboxConsumerConfig;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * How messages are consumed from Kafka. Immutable; settings that contradict what a consumer promises cannot exist.
 *
 * @param consumer the settings of Kafka's consumer. What is not set here and differs from the consumer's own default:
 *     {@code auto.offset.reset} is {@code earliest}, {@code max.poll.records} 100. {@code enable.auto.commit=false} always holds
 * @param topics what it subscribes to, at least one
 * @param deadLetterTopic makes the name of the topic that takes the messages of a topic that are given up, unless
 *     {@link InboxConsumerConfig#deadLetters()} takes them; the name with {@code .dead-letter} after it unless set
 * @param inbox how messages are treated
 */
public record KafkaInboxConsumerConfig(
        Map<String, Object> consumer,
        Set<String> topics,
        UnaryOperator<String> deadLetterTopic,
        InboxConsumerConfig inbox) {

    private static final Map<String, Object> DEFAULTS = Map.of(
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false,
            // a new group begins with what was published before it came
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest",
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
            100,
            ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
            ByteArrayDeserializer.class,
            ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
            ByteArrayDeserializer.class);

    /** Fills in the defaults and checks every value. */
    public KafkaInboxConsumerConfig {
        Map<String, Object> all = new HashMap<>(DEFAULTS);
        all.putAll(consumer);
        check(all);
        consumer = Map.copyOf(all);
        topics = Set.copyOf(topics);
        Require.check(!topics.isEmpty(), "topics must have at least one element, had none");
        Objects.requireNonNull(deadLetterTopic, "deadLetterTopic");
        Objects.requireNonNull(inbox, "inbox");
    }

    /**
     * Starts with the settings of a consumer.
     *
     * @param consumer names and values, as {@link java.util.Properties} or a map; at least {@code bootstrap.servers} and
     *     {@code group.id}
     * @param topics what it subscribes to
     * @return a new builder
     */
    public static Builder builder(Map<?, ?> consumer, Collection<String> topics) {
        return new Builder(consumer, topics);
    }

    private static void check(Map<String, Object> settings) {
        Settings.allow(settings, ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        Settings.allow(settings, ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());
        Settings.allow(settings, ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());
        Object group = settings.get(ConsumerConfig.GROUP_ID_CONFIG);
        Require.check(group != null && !group.toString().isBlank(), "%s must be set", ConsumerConfig.GROUP_ID_CONFIG);
        try {
            new ConsumerConfig(settings);
        } catch (ConfigException refused) {
            throw new IllegalArgumentException(refused.getMessage(), refused);
        }
    }

    String group() {
        return String.valueOf(consumer.get(ConsumerConfig.GROUP_ID_CONFIG));
    }

    /** How long a member of the group may go without asking for messages. */
    long maxPollMillis() {
        return new ConsumerConfig(consumer).getInt(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG);
    }

    /** Without the settings, which may hold passwords. */
    @Override
    public String toString() {
        return "Kafka consumer's configuration for group '" + group() + "' and topics " + topics;
    }

    /** Collects settings; {@link #build()} checks them. Not thread-safe. */
    public static final class Builder {

        private final Map<String, Object> consumer = new HashMap<>();
        private final Set<String> topics;
        private UnaryOperator<String> deadLetterTopic = topic -> topic + ".dead-letter";
        private InboxConsumerConfig inbox = InboxConsumerConfig.defaults();

        private Builder(Map<?, ?> consumer, Collection<String> topics) {
            consumer.forEach((name, value) -> this.consumer.put(String.valueOf(name), value));
            this.topics = Set.copyOf(topics);
        }

        /**
         * Sets where messages go that are given up.
         *
         * @param deadLetterTopic from the name of a topic to that of its dead letters
         * @return this builder
         */
        public Builder deadLetterTopic(UnaryOperator<String> deadLetterTopic) {
            this.deadLetterTopic = deadLetterTopic;
            return this;
        }

        /**
         * Sets how messages are treated.
         *
         * @param inbox {@link InboxConsumerConfig#defaults()} unless set
         * @return this builder
         */
        public Builder inbox(InboxConsumerConfig inbox) {
            this.inbox = inbox;
            return this;
        }

        /**
         * Makes the configuration.
         *
         * @return a checked configuration
         * @throws IllegalArgumentException if a setting contradicts what a consumer promises; the message names it
         */
        public KafkaInboxConsumerConfig build() {
            return new KafkaInboxConsumerConfig(consumer, topics, deadLetterTopic, inbox);
        }
    }
}
