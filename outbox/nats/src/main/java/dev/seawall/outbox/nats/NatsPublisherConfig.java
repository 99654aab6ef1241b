package dev.seawall.outbox.nats;

import dev.seawall.Require;
import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.EnvelopeFormat;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;

/**
 * How messages are published to NATS JetStream. Immutable; a value out of range cannot exist.
 *
 * @param subject makes a message's subject; its topic unless set
 * @param format how messages look; {@link EnvelopeFormat#plain()} unless set
 * @param maxUnconfirmed how many messages may be under way at once, from 1 to 100,000; 1,000 by default
 * @param patience how long {@code publish} waits for room or for the first connection, and how long a stream may take to
 *     acknowledge, longer than 0 s; 2 s by default. After a first connection could not be made, none is tried for half of that
 */
public record NatsPublisherConfig(
        Function<Envelope, String> subject, EnvelopeFormat format, int maxUnconfirmed, Duration patience) {

    private static final NatsPublisherConfig DEFAULTS = builder().build();

    private static final int MOST_UNCONFIRMED = 100_000;

    /** Checks every value. */
    public NatsPublisherConfig {
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(format, "format");
        Require.between("maxUnconfirmed", maxUnconfirmed, 1, MOST_UNCONFIRMED);
        Require.positive("patience", patience);
    }

    /**
     * The topic is the subject.
     *
     * @return the configuration of a publisher that is given none
     */
    public static NatsPublisherConfig defaults() {
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

        private Function<Envelope, String> subject = Envelope::topic;
        private EnvelopeFormat format = EnvelopeFormat.plain();
        private int maxUnconfirmed = 1_000;
        private Duration patience = Duration.ofSeconds(2);

        private Builder() {}

        /**
         * Sets the subject.
         *
         * @param subject from a message; its topic unless set
         * @return this builder
         */
        public Builder subject(Function<Envelope, String> subject) {
            this.subject = subject;
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
         * Sets how long {@code publish} and an acknowledgement may take.
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
        public NatsPublisherConfig build() {
            return new NatsPublisherConfig(subject, format, maxUnconfirmed, patience);
        }
    }
}
