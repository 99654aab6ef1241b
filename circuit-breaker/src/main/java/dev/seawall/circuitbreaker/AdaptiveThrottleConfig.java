package dev.seawall.circuitbreaker;

import dev.seawall.Classifier;
import dev.seawall.Durations;
import dev.seawall.Require;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How an adaptive throttle decides. Immutable; a value out of range cannot exist.
 *
 * @param window how far back calls are counted, at least 200 ms; it moves on in 20 steps. 2 min by default
 * @param multiplier how many calls are made for each that the dependency accepts before any is rejected, over 1 to 100; 2 by
 *     default. Less rejects sooner and wastes less of the dependency's time, more notices sooner that it has recovered
 * @param maxRejection the highest probability with which a call is rejected, over 0 to 1; 0.95 by default, so that of a
 *     dependency that was down for long one call in twenty still finds out whether it is back. 1 leaves the formula as it is
 * @param classifier what is accepted; {@code null}, the default, leaves it to the pipeline
 */
public record AdaptiveThrottleConfig(
        Duration window,
        double multiplier,
        double maxRejection,
        @Nullable Classifier classifier) {

    static final int SLOTS = 20;

    private static final Duration SHORTEST = Duration.ofMillis(200);
    private static final double LARGEST_MULTIPLIER = 100;
    private static final AdaptiveThrottleConfig DEFAULTS = builder().build();

    /** Checks every value. */
    public AdaptiveThrottleConfig {
        Require.positive("window", window);
        Require.check(
                window.compareTo(SHORTEST) >= 0, "window must be at least 200 ms, was %s", Durations.format(window));
        Require.check(
                multiplier > 1 && multiplier <= LARGEST_MULTIPLIER,
                "multiplier must be over 1 and at most 100, was %s",
                multiplier);
        Require.check(
                maxRejection > 0 && maxRejection <= 1,
                "maxRejection must be over 0 and at most 1, was %s",
                maxRejection);
    }

    /**
     * Looks back 2 minutes, rejects when less than half of the calls are accepted, and at most 95 % of them.
     *
     * @return the configuration of a throttle that is given none
     */
    public static AdaptiveThrottleConfig defaults() {
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

    /**
     * Starts with the values of this configuration.
     *
     * @return a new builder
     */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.window = window;
        builder.multiplier = multiplier;
        builder.maxRejection = maxRejection;
        builder.classifier = classifier;
        return builder;
    }

    Window.Time slots() {
        return new Window.Time(window, SLOTS);
    }

    /** The formula, and its bound. */
    double rejectionProbability(long requests, long accepts) {
        double excess = (requests - multiplier * accepts) / (requests + 1.0);
        return Math.min(maxRejection, Math.max(0, excess));
    }

    /** Collects settings; {@link #build()} checks them. Not thread-safe. */
    public static final class Builder {

        private Duration window = Duration.ofMinutes(2);
        private double multiplier = 2;
        private double maxRejection = 0.95;
        private @Nullable Classifier classifier;

        private Builder() {}

        /**
         * Sets how far back calls are counted.
         *
         * @param length at least 200 ms; 2 min unless set
         * @return this builder
         */
        public Builder window(Duration length) {
            this.window = length;
            return this;
        }

        /**
         * Sets how many calls are made for each that is accepted before any is rejected.
         *
         * @param multiplier over 1 to 100; 2 unless set
         * @return this builder
         */
        public Builder multiplier(double multiplier) {
            this.multiplier = multiplier;
            return this;
        }

        /**
         * Sets the highest probability with which a call is rejected.
         *
         * @param probability over 0 to 1; 0.95 unless set
         * @return this builder
         */
        public Builder maxRejection(double probability) {
            this.maxRejection = probability;
            return this;
        }

        /**
         * Sets what is accepted.
         *
         * @param classifier {@code null} unless set: the pipeline's decides
         * @return this builder
         */
        public Builder classifier(@Nullable Classifier classifier) {
            this.classifier = classifier;
            return this;
        }

        /**
         * Makes the configuration.
         *
         * @return a checked configuration
         * @throws IllegalArgumentException if a value is out of range; the message names it
         */
        public AdaptiveThrottleConfig build() {
            return new AdaptiveThrottleConfig(window, multiplier, maxRejection, classifier);
        }
    }
}
