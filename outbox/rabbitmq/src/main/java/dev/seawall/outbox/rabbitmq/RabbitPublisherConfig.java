package dev.seawall.outbox.rabbitmq;

import dev.seawall.Require;
import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.EnvelopeFormat;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;

/**
 * How messages are published to RabbitMQ. Immutable; a value out of range cannot exist.
 *
 * @param exchange names the exchange a message goes to, the empty name for the default one; the message's topic unless set
 * @param routingKey makes a message's routing key; its key, or the empty text without one, unless set
 * @param format how messages look; {@link EnvelopeFormat#plain()} unless set
 * @param unroutable what becomes of a message that no queue takes; {@link Unroutable#FAIL} by default
 * @param maxUnconfirmed how many messages may be under way at once, from 1 to 100,000; 1,000 by default
 * @param maxBytes how large a body may be, at least 1; 16 MiB by default. Not more than the broker takes: it closes the channel
 *     over one that is larger, and everything else under way fails with it
 * @param patience how long {@code publish} waits for room or for a connection, longer than 0 s; 2 s by default. After a connection
 *     could not be made, none is tried for half of that
 */
public record RabbitPublisherConfig(
        Function<Envelope, String> exchange,
        Function<Envelope, String> routingKey,
        EnvelopeFormat format,
        Unroutable unroutable,
        int maxUnconfirmed,
        int maxBytes,
        Duration patience) {

    private static final RabbitPublisherConfig DEFAULTS = builder().build();

    private static final int MOST_UNCONFIRMED = 100_000;

    /** Checks every value. */
    public RabbitPublisherConfig {
        Objects.requireNonNull(exchange, "exchange");
        Objects.requireNonNull(routingKey, "routingKey");
        Objects.requireNonNull(format, "format");
        Objects.requireNonNull(unroutable, "unroutable");
        Require.between("maxUnconfirmed", maxUnconfirmed, 1, MOST_UNCONFIRMED);
        Require.atLeast("maxBytes", maxBytes, 1);
        Require.positive("patience", patience);
    }

    /** What becomes of a message that no queue takes. */
    public enum Unroutable {
        /** It fails, and is tried again later: a queue that is not bound yet is an operator's slip that heals. */
        FAIL,
        /** It is poison, and parked. */
        POISON,
        /** It counts as published, and is dropped, as with topics that nobody need listen to. */
        DROP
    }

    /**
     * The topic names the exchange, the key is the routing key.
     *
     * @return the configuration of a publisher that is given none
     */
    public static RabbitPublisherConfig defaults() {
        return DEFAULTS;
    }

    /**
     * Starts with the defaults.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects settings; {@link #build()} checks them. Not thread-safe. */
    public static final class Builder {

        private Function<Envelope, String> exchange = Envelope::topic;
        private Function<Envelope, String> routingKey = message -> Objects.requireNonNullElse(message.key(), "");
        private EnvelopeFormat format = EnvelopeFormat.plain();
        private Unroutable unroutable = Unroutable.FAIL;
        private int maxUnconfirmed = 1_000;
        private int maxBytes = 16 * 1024 * 1024;
        private Duration patience = Duration.ofSeconds(2);

        private Builder() {}

        /**
         * Sets the exchange.
         *
         * @param exchange from a message; the topic unless set
         * @return this builder
         */
        public Builder exchange(Function<Envelope, String> exchange) {
            this.exchange = exchange;
            return this;
        }

        /**
         * Sets the routing key.
         *
         * @param routingKey from a message; its key unless set
         * @return this builder
         */
        public Builder routingKey(Function<Envelope, String> routingKey) {
            this.routingKey = routingKey;
            return this;
        }

        /**
         * Sends messages to the queue that has the name of their topic, through the default exchange.
         *
         * @return this builder
         */
        public Builder toQueues() {
            return exchange(message -> "").routingKey(Envelope::topic);
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
         * Sets what becomes of a message that no queue takes.
         *
         * @param unroutable {@link Unroutable#FAIL} unless set
         * @return this builder
         */
        public Builder unroutable(Unroutable unroutable) {
            this.unroutable = unroutable;
            return this;
        }

        /**
         * Sets how many messages may be under way at once.
         *
         * @param messages from 1 to 100,000; 1,000 unless set
         * @return this builder
         */
        public Builder maxUnconfirmed(int messages) {
            this.maxUnconfirmed = messages;
            return this;
        }

        /**
         * Sets how large a body may be.
         *
         * @param bytes at least 1; 16 MiB unless set
         * @return this builder
         */
        public Builder maxBytes(int bytes) {
            this.maxBytes = bytes;
            return this;
        }

        /**
         * Sets how long {@code publish} waits for room or for a connection.
         *
         * @param duration longer than 0 s; 2 s unless set
         * @return this builder
         */
        public Builder patience(Duration duration) {
            this.patience = duration;
            return this;
        }

        /**
         * Makes the configuration.
         *
         * @return a checked configuration
         * @throws IllegalArgumentException if a value is out of range; the message names it
         */
        public RabbitPublisherConfig build() {
            return new RabbitPublisherConfig(
                    exchange, routingKey, format, unroutable, maxUnconfirmed, maxBytes, patience);
        }
    }
}
