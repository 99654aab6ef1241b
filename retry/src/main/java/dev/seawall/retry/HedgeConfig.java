package dev.seawall.retry;

import dev.seawall.Classifier;
import dev.seawall.Require;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * When a {@link Hedge} makes further attempts, and how many. Immutable; an invalid one cannot exist.
 *
 * @param delay the wait before each further attempt, counted from the start of the one before
 * @param maxAttempts how many attempts a call has at most, <em>the first attempt included</em>: 2 allows one hedge. From 2 to
 *     10
 * @param budget what all hedges and retries that share it may do together; {@code null} for no limit. Must be on the pipeline's
 *     clock
 * @param classifier judges how attempts end; {@code null} leaves it to the pipeline's
 * @param executor runs the hedges of synchronous calls, and should start them at once: what waits in a queue is late. With
 *     {@code null}, daemon threads that all hedges share and that are made as they are needed, at most 1,000. A
 *     {@link dev.seawall.VirtualRuntime} runs hedges itself, one after another on the thread that moves time
 */
public record HedgeConfig(
        HedgeDelay delay,
        int maxAttempts,
        @Nullable RetryBudget budget,
        @Nullable Classifier classifier,
        @Nullable Executor executor) {

    private static final int FEWEST_ATTEMPTS = 2;
    private static final int MOST_ATTEMPTS = 10;
    private static final double DEFAULT_PERCENTILE = 95;
    private static final Duration SHORTEST_DELAY = Duration.ofMillis(1);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(5);
    private static final HedgeConfig DEFAULTS = new Builder().build();

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public HedgeConfig {
        Objects.requireNonNull(delay, "delay");
        Require.between("maxAttempts (which counts the first attempt)", maxAttempts, FEWEST_ATTEMPTS, MOST_ATTEMPTS);
    }

    /**
     * One hedge after what 95 % of recent calls took, but not before 1 ms and not after 5 s.
     *
     * @return the default configuration
     */
    public static HedgeConfig defaults() {
        return DEFAULTS;
    }

    /**
     * Starts from {@link #defaults()}.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return DEFAULTS.toBuilder();
    }

    /**
     * Starts from this configuration.
     *
     * @return a new builder
     */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.delay = delay;
        builder.maxAttempts = maxAttempts;
        builder.budget = budget;
        builder.classifier = classifier;
        builder.executor = executor;
        return builder;
    }

    /** Collects values and checks nothing; {@link #build()} does. Not thread-safe. */
    public static final class Builder {

        private HedgeDelay delay = HedgeDelay.percentile(DEFAULT_PERCENTILE, SHORTEST_DELAY, LONGEST_DELAY);
        private int maxAttempts = FEWEST_ATTEMPTS;
        private @Nullable RetryBudget budget;
        private @Nullable Classifier classifier;
        private @Nullable Executor executor;

        private Builder() {}

        /**
         * Sets the wait before each further attempt.
         *
         * @param delay the 95th percentile from 1 ms to 5 s unless set
         * @return this builder
         */
        public Builder delay(HedgeDelay delay) {
            this.delay = delay;
            return this;
        }

        /**
         * Sets how many attempts a call has at most.
         *
         * @param maxAttempts the first attempt included, from 2 to 10; 2 unless set
         * @return this builder
         */
        public Builder maxAttempts(int maxAttempts) {
            this.maxAttempts = maxAttempts;
            return this;
        }

        /**
         * Sets what hedges may do together with all other hedges and retries that share the budget.
         *
         * @param budget {@code null}, for no limit, unless set
         * @return this builder
         */
        public Builder budget(@Nullable RetryBudget budget) {
            this.budget = budget;
            return this;
        }

        /**
         * Sets how ends of attempts are judged.
         *
         * @param classifier {@code null}, for the pipeline's, unless set
         * @return this builder
         */
        public Builder classifier(@Nullable Classifier classifier) {
            this.classifier = classifier;
            return this;
        }

        /**
         * Sets the threads of synchronous calls' hedges. They stay the caller's to shut down.
         *
         * @param executor {@code null}, for threads made for hedges, unless set
         * @return this builder
         */
        public Builder executor(@Nullable Executor executor) {
            this.executor = executor;
            return this;
        }

        /**
         * Makes the configuration.
         *
         * @return a checked configuration
         * @throws IllegalArgumentException if a value is out of range
         */
        public HedgeConfig build() {
            return new HedgeConfig(delay, maxAttempts, budget, classifier, executor);
        }
    }
}
