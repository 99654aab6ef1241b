package dev.seawall.ratelimiter;

import dev.seawall.Require;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * How many calls a rate limiter lets start, and which may wait. Immutable; a value out of range cannot exist.
 *
 * @param limits what holds, from 1 to 10 of them; a call needs permits of all
 * @param maxWait how long a call waits at most for its permits, not negative; 0 s by default: it is rejected at once
 * @param queue how many calls may wait at the same time, from 0 to 1,000,000; 1,000 by default
 * @param permits how many permits a call takes, by its subject; {@code null}, the default, for one each. If it throws, or
 *     answers with less than 1, that is logged and the call takes one
 */
public record RateLimiterConfig(
        List<Limit> limits,
        Duration maxWait,
        int queue,
        @Nullable ToLongFunction<@Nullable Object> permits) {

    private static final int MOST_LIMITS = 10;
    private static final int LARGEST_QUEUE = 1_000_000;

    /** Checks every value. */
    public RateLimiterConfig {
        limits = List.copyOf(limits);
        Require.between("number of limits", limits.size(), 1, MOST_LIMITS);
        Require.notNegative("maxWait", maxWait);
        Require.between("queue", queue, 0, LARGEST_QUEUE);
    }

    /**
     * One limit; calls that find no permit are rejected at once.
     *
     * @param limit what holds
     * @return a configuration
     */
    public static RateLimiterConfig of(Limit limit) {
        return builder().limit(limit).build();
    }

    /**
     * Evenly spaced calls, which wait for their turn.
     *
     * @param permits how many calls start in a period
     * @param period the period
     * @param maxWait how long a call waits at most
     * @return a preset
     */
    public static RateLimiterConfig paced(long permits, Duration period, Duration maxWait) {
        return builder().limit(Limit.pacing(permits, period)).maxWait(maxWait).build();
    }

    /**
     * Starts without a limit, which must be added, and with the defaults for the rest.
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
        builder.limits.addAll(limits);
        builder.maxWait = maxWait;
        builder.queue = queue;
        builder.permits = permits;
        return builder;
    }

    /** Collects settings; {@link #build()} checks them. Not thread-safe. */
    public static final class Builder {

        private final List<Limit> limits = new ArrayList<>();
        private Duration maxWait = Duration.ZERO;
        private int queue = 1_000;
        private @Nullable ToLongFunction<@Nullable Object> permits;

        private Builder() {}

        /**
         * Adds a limit. All limits must let a call start.
         *
         * @param limit one more
         * @return this builder
         */
        public Builder limit(Limit limit) {
            this.limits.add(Objects.requireNonNull(limit, "limit"));
            return this;
        }

        /**
         * Sets the limits, in place of those added so far.
         *
         * @param limits from 1 to 10 of them
         * @return this builder
         */
        public Builder limits(List<Limit> limits) {
            List<Limit> copy = List.copyOf(limits);
            this.limits.clear();
            this.limits.addAll(copy);
            return this;
        }

        /**
         * Sets how long a call waits at most for its permits.
         *
         * @param duration not negative; 0 s unless set: it is rejected at once
         * @return this builder
         */
        public Builder maxWait(Duration duration) {
            this.maxWait = duration;
            return this;
        }

        /**
         * Sets how many calls may wait at the same time.
         *
         * @param calls from 0 to 1,000,000; 1,000 unless set
         * @return this builder
         */
        public Builder queue(int calls) {
            this.queue = calls;
            return this;
        }

        /**
         * Sets how many permits a call takes.
         *
         * @param type which subjects the function knows, subtypes included; calls about others take one permit
         * @param function the number of permits for a subject, at least 1
         * @param <S> type of the subject
         * @return this builder
         */
        public <S> Builder permits(Class<S> type, ToLongFunction<? super S> function) {
            this.permits = BySubject.permits(type, function);
            return this;
        }

        /**
         * Makes the configuration.
         *
         * @return a checked configuration
         * @throws IllegalArgumentException if a value is out of range; the message names it
         */
        public RateLimiterConfig build() {
            return new RateLimiterConfig(limits, maxWait, queue, permits);
        }
    }
}
