package dev.seawall.ratelimiter;

import dev.seawall.ResilienceRuntime;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * A rate limiter whose permits are kept in one place for several processes: all of them together stay within the limits.
 *
 * <p>It is used like any {@link RateLimiter}, in pipelines and by hand. What differs is that a decision may take a round trip.
 * A synchronous verb waits for it on its caller's thread, {@link #tryAcquire()} and {@link #quota()} included; if that thread is
 * interrupted meanwhile, the verb ends with a {@link dev.seawall.CallInterruptedException}, the flag stays set, and permits that
 * are granted all the same are given back. The asynchronous verbs block no thread. What happens when the place cannot be asked is
 * for the store to say that keeps the permits; a rejection then is a {@link RateLimitedException} like any other.
 *
 * <p>Permits that are given back are free for others as far as the store can take them back without breaking a limit; the store
 * says which.
 *
 * <p><b>Configuration:</b> {@link #configure} changes it for this process alone. All processes should be given the same.
 *
 * <p><b>Saving:</b> there is nothing to save: {@link #save()} and {@link #restore} throw an
 * {@link UnsupportedOperationException}, because what was used outlives this process where it is kept.
 *
 * <p><b>Threads:</b> safe for any number of threads. The futures end on the runtime's executor, or before they are returned.
 *
 * <p><b>Time:</b> limits are measured by the store's clock, waits by the runtime's monotonic one.
 */
public sealed interface SharedRateLimiter extends RateLimiter permits DefaultSharedRateLimiter {

    /**
     * A limiter on a store. For those who write one.
     *
     * @param name appears in exceptions and events
     * @param config how many calls start in a period, and which may wait
     * @param runtime whose clock measures waits
     * @param stores makes the store for a configuration: for this one, and for each that follows it
     * @return a new limiter
     */
    static SharedRateLimiter of(
            String name,
            RateLimiterConfig config,
            ResilienceRuntime runtime,
            Function<? super RateLimiterConfig, ? extends PermitStore> stores) {
        return new DefaultSharedRateLimiter(new Shared(name, runtime, false), config, stores);
    }

    /**
     * Takes a permit if there is one and nobody waits for it.
     *
     * @return whether it was taken. If it is cancelled before it ends, the permit is given back
     */
    CompletableFuture<Boolean> tryAcquireAsync();

    /**
     * Takes several permits at once if there are as many and nobody waits for them.
     *
     * @param permits how many, at least 1
     * @return whether they were taken. If it is cancelled before it ends, they are given back
     */
    CompletableFuture<Boolean> tryAcquireAsync(long permits);

    /**
     * Takes a permit, after a wait of up to {@link RateLimiterConfig#maxWait()} if need be.
     *
     * @return ends when the permit is due, or fails with a {@link RateLimitedException}. If it is cancelled before it ends, the
     *     permit is given back
     */
    CompletableFuture<Void> acquireAsync();

    /**
     * Takes several permits at once, after a wait of up to {@link RateLimiterConfig#maxWait()} if need be.
     *
     * @param permits how many, at least 1
     * @return ends when they are due, or fails with a {@link RateLimitedException}. If it is cancelled before it ends, the
     *     permits are given back
     */
    CompletableFuture<Void> acquireAsync(long permits);

    /**
     * Takes several permits at once, after a wait if need be.
     *
     * @param permits how many, at least 1
     * @param maxWait how long to wait at most, in place of {@link RateLimiterConfig#maxWait()}; not negative
     * @return ends when they are due, or fails with a {@link RateLimitedException}. If it is cancelled before it ends, the
     *     permits are given back
     */
    CompletableFuture<Void> acquireAsync(long permits, Duration maxWait);

    /**
     * Takes several permits at once, now or for later.
     *
     * @param permits how many, at least 1
     * @param maxWait how far ahead they may be due, not negative
     * @return what was taken, or fails with a {@link RateLimitedException}. If it is cancelled before it ends, the permits are
     *     given back
     */
    CompletableFuture<Reservation> reserveAsync(long permits, Duration maxWait);

    /**
     * What is left, of the limit that is tightest.
     *
     * @return for HTTP headers, or a look
     */
    CompletableFuture<Quota> quotaAsync();
}
