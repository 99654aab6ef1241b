package dev.seawall.outbox.kafka;

import dev.seawall.Require;
import dev.seawall.outbox.EnvelopeFormat;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * How messages are published to Kafka. Immutable; settings that contradict what a publisher promises cannot exist.
 *
 * @param producer the settings of Kafka's producer. What is not set here and differs from the producer's own default:
 *     {@code max.in.flight.requests.per.connection} is 1, {@code linger.ms} 0, {@code max.block.ms} 1,000,
 *     {@code request.timeout.ms} 10,000, {@code delivery.timeout.ms} 30,000. {@code acks=all} and
 *     {@code enable.idempotence=true} always hold
 * @param topics makes the name of the Kafka topic of a message's topic; the same for the same topic each time. The name as it is,
 *     unless set
 * @param format how messages look; {@link EnvelopeFormat#plain()} unless set
 */
public record KafkaPublisherConfig(Map<String, Object> producer, UnaryOperator<String> topics, EnvelopeFormat format) {

    private static final long LONGEST_BLOCK_MILLIS = 10_000;
    private static final int MOST_IN_FLIGHT = 5;

    private static final Map<String, Object> DEFAULTS = Map.of(
            ProducerConfig.ACKS_CONFIG,
            "all",
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            true,
            ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
            1,
            // what has to wait for the request before it goes out together anyway
            ProducerConfig.LINGER_MS_CONFIG,
            0,
            ProducerConfig.MAX_BLOCK_MS_CONFIG,
            1_000,
            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
            10_000,
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
            30_000,
            ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
            ByteArraySerializer.class,
            ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
            ByteArraySerializer.class);

    /** Fills in the defaults and checks every value. */
    public KafkaPublisherConfig {
        Map<String, Object> all = new HashMap<>(DEFAULTS);
        all.putAll(producer);
        check(all);
        producer = Map.copyOf(all);
        Objects.requireNonNull(topics, "topics");
        Objects.requireNonNull(format, "format");
    }

    /**
     * Starts with the settings of a producer.
     *
     * @param producer names and values, as {@link java.util.Properties} or a map; at least {@code bootstrap.servers}
     * @return a new builder
     */
    public static Builder builder(Map<?, ?> producer) {
        return new Builder(producer);
    }

    private static void check(Map<String, Object> settings) {
        Settings.allow(settings, ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        Settings.allow(settings, ProducerConfig.ACKS_CONFIG, "all", "-1");
        Settings.allow(settings, ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        Settings.allow(settings, ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        Require.check(
                !settings.containsKey(ProducerConfig.TRANSACTIONAL_ID_CONFIG),
                "%s must not be set: each message is confirmed by itself",
                ProducerConfig.TRANSACTIONAL_ID_CONFIG);
        ProducerConfig parsed = parse(settings);
        Require.between(
                ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
                parsed.getInt(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION),
                1,
                MOST_IN_FLIGHT);
        checkTimes(parsed);
    }

    private static void checkTimes(ProducerConfig parsed) {
        long delivery = parsed.getInt(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG);
        long least = parsed.getLong(ProducerConfig.LINGER_MS_CONFIG)
                + parsed.getInt(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG);
        Require.check(
                delivery >= least,
                "%s must be at least %s + %s = %s, was %s",
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                ProducerConfig.LINGER_MS_CONFIG,
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                least,
                delivery);
        long block = parsed.getLong(ProducerConfig.MAX_BLOCK_MS_CONFIG);
        Require.check(
                block <= LONGEST_BLOCK_MILLIS,
                "%s must be at most %s, was %s",
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                LONGEST_BLOCK_MILLIS,
                block);
    }

    /** Kafka's own check. It names the setting, too. */
    private static ProducerConfig parse(Map<String, Object> settings) {
        try {
            return new ProducerConfig(settings);
        } catch (ConfigException refused) {
            throw new IllegalArgumentException(refused.getMessage(), refused);
        }
    }

    /**
     * Whether the messages of a key reach the broker one request after another, on one way: with several requests under way, or
     * with keys spread over partitions, a later one can be stored although an earlier one failed.
     */
    boolean keepsOrder() {
        return text(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION).equals("1")
                && !producer.containsKey(ProducerConfig.PARTITIONER_CLASS_CONFIG)
                && !text(ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG).equals("true");
    }

    String bootstrapServers() {
        return text(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG);
    }

    private String text(String name) {
        return String.valueOf(producer.get(name)).trim().toLowerCase(Locale.ROOT);
    }

    /** Without the settings, which may hold passwords. */
    @Override
    public String toString() {
        return "Kafka publisher's configuration for " + bootstrapServers();
    }

    /** Collects settings; {@link #build()} checks them. Not thread-safe. */
    public static final class Builder {

        private final Map<String, Object> producer = new HashMap<>();
        private UnaryOperator<String> topics = UnaryOperator.identity();
        private EnvelopeFormat format = EnvelopeFormat.plain();

        private Builder(Map<?, ?> producer) {
            producer.forEach((name, value) -> this.producer.put(String.valueOf(name), value));
        }

        /**
         * Sets how the name of the Kafka topic is made.
         *
         * @param topics from a message's topic to Kafka's
         * @return this builder
         */
        public Builder topics(UnaryOperator<String> topics) {
            this.topics = topics;
            return this;
        }

        /**
         * Sets how messages look.
         *
         * @param format {@link EnvelopeFormat#plain()} unless set
         * @return this builder
         */
        public Builder format(EnvelopeFormat format) {
            this.format = format;
            return this;
        }

        /**
         * Makes the configuration.
         *
         * @return a checked configuration
         * @throws IllegalArgumentException if a setting contradicts what a publisher promises; the message names it
         */
        public KafkaPublisherConfig build() {
            return new KafkaPublisherConfig(producer, topics, format);
        }
    }
}
