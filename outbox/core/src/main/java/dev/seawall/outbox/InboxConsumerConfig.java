package dev.seawall.outbox;

import dev.seawall.Backoff;
import dev.seawall.Jitter;
import dev.seawall.Require;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How the consumers of all brokers treat messages. Immutable; a value out of range cannot exist.
 *
 * @param format how messages look; {@link EnvelopeFormat#plain()} by default
 * @param attempts how often a message is handled before it is given up, from 1 to 1,000,000; 10 by default. Attempts that fail
 *     because the database is away do not count. A message that is poison is given up at once
 * @param backoff how long it waits before it is handled again; doubling from 200 ms to 30 s by default, half of it by chance
 * @param deadLetters takes messages that are given up; {@code null}, the default, for the broker's own way
 * @param closeWithin how long {@code close} lets the running handler go on before it is interrupted, and how long after that it
 *     waits, longer than 0 s; 10 s by default
 */
public record InboxConsumerConfig(
        EnvelopeFormat format,
        int attempts,
        Backoff backoff,
        @Nullable DeadLetters deadLetters,
        Duration closeWithin) {

    private static final InboxConsumerConfig DEFAULTS = builder().build();

    private static final int MOST_ATTEMPTS = 1_000_000;

    /** Checks every value. */
    public InboxConsumerConfig {
        Objects.requireNonNull(format, "format");
        Require.between("attempts", attempts, 1, MOST_ATTEMPTS);
        Objects.requireNonNull(backoff, "backoff");
        Require.positive("closeWithin", closeWithin);
    }

    /**
     * Handles a message up to 10 times, and then leaves it to the broker's own way.
     *
     * @return the configuration of a consumer that is given none
     */
    public static InboxConsumerConfig defaults() {
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

        private EnvelopeFormat format = EnvelopeFormat.plain();
        private int attempts = 10;
        private Backoff backoff = Backoff.exponential(Duration.ofMillis(200)).withJitter(Jitter.EQUAL);
        private @Nullable DeadLetters deadLetters;
        private Duration closeWithin = Duration.ofSeconds(10);

        private Builder() {}

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
         * Sets how often a message is handled before it is given up.
         *
         * @param attempts from 1 to 1,000,000; 10 unless set
         * @return this builder
         */
        public Builder attempts(int attempts) {
            this.attempts = attempts;
            return this;
        }

        /**
         * Sets how long a message waits before it is handled again.
         *
         * @param backoff doubling from 200 ms to 30 s unless set
         * @return this builder
         */
        public Builder backoff(Backoff backoff) {
            this.backoff = backoff;
            return this;
        }

        /**
         * Sets who takes messages that are given up.
         *
         * @param deadLetters in place of the broker's own way
         * @return this builder
         */
        public Builder deadLetters(DeadLetters deadLetters) {
            this.deadLetters = deadLetters;
            return this;
        }

        /**
         * Sets how long closing waits for the running handler.
         *
         * @param duration longer than 0 s; 10 s unless set
         * @return this builder
         */
        public Builder closeWithin(Duration duration) {
            this.closeWithin = duration;
            return this;
        }

        /**
         * Makes the configuration.
         *
         * @return a checked configuration
         * @throws IllegalArgumentException if a value is out of range; the message names it
         */
        public InboxConsumerConfig build() {
            return new InboxConsumerConfig(format, attempts, backoff, deadLetters, closeWithin);
        }
    }
}
