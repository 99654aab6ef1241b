package dev.seawall.retry;

import dev.seawall.Backoff;
import dev.seawall.Classifier;
import dev.seawall.Jitter;
import dev.seawall.Require;
import dev.seawall.RetryAfter;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Retry} tries again, how often and when. Immutable; an invalid one cannot exist.
 *
 * @param maxAttempts how often a call is attempted at most, <em>the first attempt included</em>: 1 never retries, 4 retries up
 *     to three times. From 1 to {@link #UNLIMITED}
 * @param backoff the wait before each further attempt
 * @param retryAfter reads from a failed attempt when the other side wants to be asked again; the wait is at least that long
 * @param maxDuration how long after the start of the first attempt the last one may start, longer than 0 s; {@code null} for
 *     no limit. A running attempt is never cut short by it: that is a {@link dev.seawall.Timeout}'s work
 * @param budget what all retries that share it may do together; {@code null} for no limit. Must be on the pipeline's clock
 * @param classifier judges how attempts end; {@code null} leaves it to the pipeline's
 * @param retryRejections whether an attempt that a policy further inside rejected is tried again, provided that the rejection
 *     says when to come back; the wait is at least that long
 * @param onExhaustedResult what becomes of a result that counts as a failure when there is no further attempt
 * @param beforeRetry told of each further attempt, after the wait, on the thread that then runs it; {@code null} for nobody.
 *     If it throws, that is logged and changes nothing
 */
public record RetryConfig(
        int maxAttempts,
        Backoff backoff,
        RetryAfter retryAfter,
        @Nullable Duration maxDuration,
        @Nullable RetryBudget budget,
        @Nullable Classifier classifier,
        boolean retryRejections,
        ExhaustedResult onExhaustedResult,
        @Nullable Consumer<? super Attempt> beforeRetry) {

    /** As {@code maxAttempts}: no limit. Set a budget, a maximal duration or a deadline then. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /** What becomes of a result that counts as a failure when there is no further attempt. */
    public enum ExhaustedResult {
        /** A {@link RetriesExhaustedException} carries it. */
        THROW,
        /** It is returned. */
        RETURN
    }

    private static final int DEFAULT_ATTEMPTS = 4;
    private static final Duration DEFAULT_DELAY = Duration.ofMillis(100);
    private static final RetryConfig DEFAULTS = new Builder().build();
    private static final RetryConfig PLAIN =
            DEFAULTS.toBuilder().backoff(Backoff.exponential(DEFAULT_DELAY)).build();

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public RetryConfig {
        Require.atLeast("maxAttempts (which counts the first attempt)", maxAttempts, 1);
        Objects.requireNonNull(backoff, "backoff");
        Objects.requireNonNull(retryAfter, "retryAfter");
        if (maxDuration != null) {
            Require.positive("maxDuration", maxDuration);
        }
        Objects.requireNonNull(onExhaustedResult, "onExhaustedResult");
    }

    /**
     * 4 attempts; delays of 100, 200, 400 ms with {@linkplain Jitter#FULL full} jitter, so that callers that failed together do
     * not come back together.
     *
     * @return the default configuration
     */
    public static RetryConfig defaults() {
        return DEFAULTS;
    }

    /**
     * 4 attempts; delays of 100, 200, 400 ms without jitter. For tools and tests with a single caller.
     *
     * @return a configuration that is the same each time
     */
    public static RetryConfig plain() {
        return PLAIN;
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
        builder.maxAttempts = maxAttempts;
        builder.backoff = backoff;
        builder.retryAfter = retryAfter;
        builder.maxDuration = maxDuration;
        builder.budget = budget;
        builder.classifier = classifier;
        builder.retryRejections = retryRejections;
        builder.onExhaustedResult = onExhaustedResult;
        builder.beforeRetry = beforeRetry;
        return builder;
    }

    /** Collects values and checks nothing; {@link #build()} does. Not thread-safe. */
    public static final class Builder {

        private int maxAttempts = DEFAULT_ATTEMPTS;
        private Backoff backoff = Backoff.exponential(DEFAULT_DELAY).withJitter(Jitter.FULL);
        private RetryAfter retryAfter = RetryAfter.fromRejections();
        private @Nullable Duration maxDuration;
        private @Nullable RetryBudget budget;
        private @Nullable Classifier classifier;
        private boolean retryRejections;
        private ExhaustedResult onExhaustedResult = ExhaustedResult.THROW;
        private @Nullable Consumer<? super Attempt> beforeRetry;

        private Builder() {}

        /**
         * Sets how often a call is attempted at most.
         *
         * @param maxAttempts the first attempt included, at least 1; 4 unless set
         * @return this builder
         */
        public Builder maxAttempts(int maxAttempts) {
            this.maxAttempts = maxAttempts;
            return this;
        }

        /**
         * Takes away the limit on attempts. Set a budget, a maximal duration or a deadline then.
         *
         * @return this builder
         */
        public Builder unlimitedAttempts() {
            return maxAttempts(UNLIMITED);
        }

        /**
         * Sets the waits.
         *
         * @param backoff exponential from 100 ms to 30 s with full jitter unless set
         * @return this builder
         */
        public Builder backoff(Backoff backoff) {
            this.backoff = backoff;
            return this;
        }

        /**
         * Sets where a hint when to come back is read from.
         *
         * @param retryAfter {@link RetryAfter#fromRejections()} unless set
         * @return this builder
         */
        public Builder retryAfter(RetryAfter retryAfter) {
            this.retryAfter = retryAfter;
            return this;
        }

        /**
         * Sets how long after the start of the first attempt the last one may start. A running attempt is not cut short.
         *
         * @param maxDuration longer than 0 s; {@code null}, as it is unless set, for no limit
         * @return this builder
         */
        public Builder maxDuration(@Nullable Duration maxDuration) {
            this.maxDuration = maxDuration;
            return this;
        }

        /**
         * Sets what all retries that share a budget may do together.
         *
         * @param budget {@code null}, as it is unless set, for no limit
         * @return this builder
         */
        public Builder budget(@Nullable RetryBudget budget) {
            this.budget = budget;
            return this;
        }

        /**
         * Sets how attempts are judged.
         *
         * @param classifier {@code null}, as it is unless set, for the pipeline's
         * @return this builder
         */
        public Builder classifier(@Nullable Classifier classifier) {
            this.classifier = classifier;
            return this;
        }

        /**
         * Sets whether rejections by policies further inside are tried again if they say when to come back.
         *
         * @param retryRejections {@code false} unless set
         * @return this builder
         */
        public Builder retryRejections(boolean retryRejections) {
            this.retryRejections = retryRejections;
            return this;
        }

        /**
         * Sets what becomes of a result that counts as a failure when there is no further attempt.
         *
         * @param onExhaustedResult {@link ExhaustedResult#THROW} unless set
         * @return this builder
         */
        public Builder onExhaustedResult(ExhaustedResult onExhaustedResult) {
            this.onExhaustedResult = onExhaustedResult;
            return this;
        }

        /**
         * Sets who is told of each further attempt, after the wait, on the thread that then runs it.
         *
         * @param beforeRetry {@code null}, as it is unless set, for nobody; if it throws, that is logged and changes nothing
         * @return this builder
         */
        public Builder beforeRetry(@Nullable Consumer<? super Attempt> beforeRetry) {
            this.beforeRetry = beforeRetry;
            return this;
        }

        /**
         * Makes the configuration.
         *
         * @return a new configuration
         * @throws IllegalArgumentException if a value is out of range
         */
        public RetryConfig build() {
            return new RetryConfig(
                    maxAttempts,
                    backoff,
                    retryAfter,
                    maxDuration,
                    budget,
                    classifier,
                    retryRejections,
                    onExhaustedResult,
                    beforeRetry);
        }
    }
}
