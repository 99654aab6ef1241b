package dev.seawall.circuitbreaker;

import dev.seawall.Backoff;
import dev.seawall.Classifier;
import dev.seawall.Durations;
import dev.seawall.Require;
import dev.seawall.RetryAfter;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * When a circuit breaker opens, for how long, and what closes it again. Immutable; a value out of range cannot exist.
 *
 * @param window which results are looked at; the last 100 calls by default
 * @param failureRateThreshold opens when at least this share of the calls in the window failed, in percent, over 0 to 100; 50
 *     by default
 * @param minimumCalls how many calls the window must hold before a rate means anything, at least 1, at most what a count
 *     window holds, the smallest if there are several; 20 by default, or the size of a smaller count window
 * @param slowCallDuration from when on a call is slow, longer than 0 s; {@code null}, the default, switches slow-call detection
 *     off, and saves two clock readings a call
 * @param slowCallRateThreshold opens when at least this share of the calls in the window was slow, in percent, over 0 to 100;
 *     100 by default. Windows that are not judged by rate take a slow call for a failure
 * @param slowCallsInFlight whether calls still under way count as slow once they have been for {@code slowCallDuration};
 *     {@code true} by default, without meaning if that is {@code null}
 * @param openDelay how long the breaker stays open, by how often it has opened since it was last closed; 30 s by default
 * @param retryAfter finds in the call that opened the breaker how long the other side wants to be left alone; the breaker then
 *     stays open at least that long. Reads rejections by default
 * @param trials how many trial calls are admitted while half-open, from 1 to 1,000; 5 by default
 * @param trialSuccesses how many of them must succeed to close the breaker, from 1 to {@code trials}; it opens again as soon
 *     as that cannot be reached any more. A slow trial has failed. 3 by default
 * @param trialLease how long a trial call keeps its place without ending, longer than 0 s; then the place goes to the next
 *     call that asks for one, and from that moment the late result is not counted. 30 s by default
 * @param recoveryRamp how long the breaker takes, once enough trials have succeeded, to go from a tenth of the calls to all
 *     of them, evenly; zero, the default, closes it at once
 * @param timedTransition whether a timer ends an opening and a recovery when their time has come, so that listeners hear of
 *     it; otherwise the first call afterwards does. {@code false} by default
 * @param classifier what is a failure; {@code null}, the default, leaves it to the pipeline
 */
public record CircuitBreakerConfig(
        Window window,
        double failureRateThreshold,
        int minimumCalls,
        @Nullable Duration slowCallDuration,
        double slowCallRateThreshold,
        boolean slowCallsInFlight,
        Backoff openDelay,
        RetryAfter retryAfter,
        int trials,
        int trialSuccesses,
        Duration trialLease,
        Duration recoveryRamp,
        boolean timedTransition,
        @Nullable Classifier classifier) {

    private static final int DEFAULT_MINIMUM = 20;
    private static final CircuitBreakerConfig DEFAULTS = builder().build();

    /** Checks every value and how they go together. */
    public CircuitBreakerConfig {
        Objects.requireNonNull(window, "window");
        Objects.requireNonNull(openDelay, "openDelay");
        Objects.requireNonNull(retryAfter, "retryAfter");
        percent("failureRateThreshold", failureRateThreshold);
        percent("slowCallRateThreshold", slowCallRateThreshold);
        Require.atLeast("minimumCalls", minimumCalls, 1);
        int most = mostCalls(window);
        Require.check(
                minimumCalls <= most,
                "minimumCalls must be at most the %s calls of the window, was %s; no rate would ever be judged",
                most,
                minimumCalls);
        if (slowCallDuration != null) {
            Require.positive("slowCallDuration", slowCallDuration);
        }
        Require.between("trials", trials, 1, 1_000);
        Require.check(
                trialSuccesses >= 1 && trialSuccesses <= trials,
                "trialSuccesses must be from 1 to the %s trials, was %s",
                trials,
                trialSuccesses);
        Require.positive("trialLease", trialLease);
        Require.notNegative("recoveryRamp", recoveryRamp);
    }

    /** How many calls the window can hold, or the smallest of several. */
    private static int mostCalls(Window window) {
        if (window instanceof Window.Any any) {
            return any.windows().stream()
                    .mapToInt(CircuitBreakerConfig::mostCalls)
                    .min()
                    .orElseThrow();
        }
        return window instanceof Window.Count count ? count.calls() : Integer.MAX_VALUE;
    }

    private static void percent(String setting, double value) {
        Require.check(value > 0 && value <= 100, "%s must be over 0 and at most 100 percent, was %s", setting, value);
    }

    /**
     * Opens when half of the last 100 calls failed, for 30 s; closes when 3 of 5 trials succeed.
     *
     * @return the configuration of a breaker that is given none
     */
    public static CircuitBreakerConfig defaults() {
        return DEFAULTS;
    }

    /**
     * Opens after 5 failures in a row, for 60 s; closes after 3 successful trials, opens again on the first that fails.
     *
     * @return a preset
     */
    public static CircuitBreakerConfig consecutiveFailures() {
        return builder()
                .window(Window.consecutive(5))
                .openDuration(Duration.ofSeconds(60))
                .trials(3)
                .trialSuccesses(3)
                .build();
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
        builder.failureRateThreshold = failureRateThreshold;
        builder.minimumCalls = minimumCalls;
        builder.slowCallDuration = slowCallDuration;
        builder.slowCallRateThreshold = slowCallRateThreshold;
        builder.slowCallsInFlight = slowCallsInFlight;
        builder.openDelay = openDelay;
        builder.retryAfter = retryAfter;
        builder.trials = trials;
        builder.trialSuccesses = trialSuccesses;
        builder.trialLease = trialLease;
        builder.recoveryRamp = recoveryRamp;
        builder.timedTransition = timedTransition;
        builder.classifier = classifier;
        return builder;
    }

    /** From when on a call is slow, in nanoseconds; 0 if slow-call detection is off. */
    long slowNanos() {
        return slowCallDuration == null ? 0 : Durations.toNanos(slowCallDuration);
    }

    /** Collects settings; {@link #build()} checks them. Not thread-safe. */
    public static final class Builder {

        private Window window = Window.count(100);
        private double failureRateThreshold = 50;
        private @Nullable Integer minimumCalls;
        private @Nullable Duration slowCallDuration;
        private double slowCallRateThreshold = 100;
        private boolean slowCallsInFlight = true;
        private Backoff openDelay = Backoff.fixed(Duration.ofSeconds(30));
        private RetryAfter retryAfter = RetryAfter.fromRejections();
        private int trials = 5;
        private int trialSuccesses = 3;
        private Duration trialLease = Duration.ofSeconds(30);
        private Duration recoveryRamp = Duration.ZERO;
        private boolean timedTransition;
        private @Nullable Classifier classifier;

        private Builder() {}

        /**
         * Sets which results are looked at.
         *
         * @param window the last 100 calls unless set
         * @return this builder
         */
        public Builder window(Window window) {
            this.window = window;
            return this;
        }

        /**
         * Sets the share of failures that opens the breaker.
         *
         * @param percent over 0 to 100; 50 unless set
         * @return this builder
         */
        public Builder failureRateThreshold(double percent) {
            this.failureRateThreshold = percent;
            return this;
        }

        /**
         * Sets how many calls the window must hold before a rate means anything.
         *
         * @param calls at least 1; 20 unless set, or the size of a smaller count window
         * @return this builder
         */
        public Builder minimumCalls(int calls) {
            this.minimumCalls = calls;
            return this;
        }

        /**
         * Switches slow-call detection on.
         *
         * @param duration from when on a call is slow; {@code null} switches it off again
         * @return this builder
         */
        public Builder slowCallDuration(@Nullable Duration duration) {
            this.slowCallDuration = duration;
            return this;
        }

        /**
         * Sets the share of slow calls that opens the breaker.
         *
         * @param percent over 0 to 100; 100 unless set
         * @return this builder
         */
        public Builder slowCallRateThreshold(double percent) {
            this.slowCallRateThreshold = percent;
            return this;
        }

        /**
         * Sets whether calls count as slow while they are still under way.
         *
         * @param counted {@code true} unless set; without meaning if slow-call detection is off
         * @return this builder
         */
        public Builder slowCallsInFlight(boolean counted) {
            this.slowCallsInFlight = counted;
            return this;
        }

        /**
         * Sets a fixed time for which the breaker stays open.
         *
         * @param duration longer than 0 s; 30 s unless set
         * @return this builder
         */
        public Builder openDuration(Duration duration) {
            return openDelay(Backoff.fixed(Require.positive("openDuration", duration)));
        }

        /**
         * Sets how long the breaker stays open by how often it has opened since it was last closed.
         *
         * @param delay 30 s each time unless set
         * @return this builder
         */
        public Builder openDelay(Backoff delay) {
            this.openDelay = delay;
            return this;
        }

        /**
         * Sets how to find out how long the other side wants to be left alone.
         *
         * @param reader {@link RetryAfter#fromRejections()} unless set
         * @return this builder
         */
        public Builder retryAfter(RetryAfter reader) {
            this.retryAfter = reader;
            return this;
        }

        /**
         * Sets how many trial calls are admitted while half-open.
         *
         * @param calls from 1 to 1,000; 5 unless set
         * @return this builder
         */
        public Builder trials(int calls) {
            this.trials = calls;
            return this;
        }

        /**
         * Sets how many trial calls must succeed to close the breaker.
         *
         * @param calls from 1 to the number of trials; 3 unless set
         * @return this builder
         */
        public Builder trialSuccesses(int calls) {
            this.trialSuccesses = calls;
            return this;
        }

        /**
         * Sets how long a trial call keeps its place without ending.
         *
         * @param duration longer than 0 s; 30 s unless set
         * @return this builder
         */
        public Builder trialLease(Duration duration) {
            this.trialLease = duration;
            return this;
        }

        /**
         * Sets how long the breaker takes from a tenth of the calls to all of them after enough trials have succeeded.
         *
         * @param duration zero unless set: it closes at once
         * @return this builder
         */
        public Builder recoveryRamp(Duration duration) {
            this.recoveryRamp = duration;
            return this;
        }

        /**
         * Sets whether a timer ends an opening and a recovery.
         *
         * @param timed {@code false} unless set: the first call after the time does
         * @return this builder
         */
        public Builder timedTransition(boolean timed) {
            this.timedTransition = timed;
            return this;
        }

        /**
         * Sets what is a failure.
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
        public CircuitBreakerConfig build() {
            return new CircuitBreakerConfig(
                    window,
                    failureRateThreshold,
                    minimumCalls != null ? minimumCalls : defaultMinimum(window),
                    slowCallDuration,
                    slowCallRateThreshold,
                    slowCallsInFlight,
                    openDelay,
                    retryAfter,
                    trials,
                    trialSuccesses,
                    trialLease,
                    recoveryRamp,
                    timedTransition,
                    classifier);
        }

        private static int defaultMinimum(Window window) {
            return Math.min(DEFAULT_MINIMUM, mostCalls(window));
        }
    }
}
