package dev.seawall.ratelimiter;

import dev.seawall.Policy;
import dev.seawall.ResilienceRuntime;
import dev.seawall.Subscription;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Bounds how many calls start in a period.
 *
 * <p>A call takes {@linkplain RateLimiterConfig#permits() permits}, one unless told otherwise, from every
 * {@link RateLimiterConfig#limits() limit}, all or none. If they will be there within {@link RateLimiterConfig#maxWait()} and
 * before the call's deadline, and the {@linkplain RateLimiterConfig#queue() queue} has room, it takes them now and starts when
 * they are due; else it is rejected at once with a {@link RateLimitedException} that says when to come back. Nobody waits in
 * vain, and nobody passes: a call that finds others waiting is due after them.
 *
 * <p><b>What it guarantees:</b> no limit is exceeded, at any interleaving, by calls that start when they are due. A call that is
 * interrupted or cancelled while it waits gives its permits back; others get them for the same time. Counting is exact in
 * integers: it neither drifts nor overflows, however long the limiter lives (146 years) or stands idle.
 *
 * <p><b>The verbs:</b> {@code tryAcquire} takes permits that are there or says no; {@code acquire} waits for them;
 * {@code reserve} takes them and tells when they are due; {@link #charge} takes them whether or not they are there.
 *
 * <p><b>Threads:</b> safe for any number of threads. A synchronous call waits on its caller's thread; if that is interrupted, the
 * call ends with a {@link dev.seawall.CallInterruptedException} and the interrupt flag stays set. A call that need not wait does
 * not look at the flag. An asynchronous call blocks no thread while it waits, and then runs on the runtime's executor in its
 * caller's captured context. When the runtime is closed, waits end with a rejection. A single token bucket, fixed window or pace
 * takes no lock; other limits hold one for a few steps of arithmetic.
 *
 * <p><b>Time:</b> the runtime's monotonic clock, which must be that of the pipelines the limiter is in; a
 * {@linkplain Limit.CalendarQuota calendar quota} asks its wall clock where that stands in the calendar. A call reads it once
 * unless a policy further outside has; one that succeeds without waiting allocates nothing.
 */
public sealed interface RateLimiter extends Policy permits DefaultRateLimiter, SharedRateLimiter {

    /**
     * A limiter that rejects at once, on the shared runtime.
     *
     * @param name appears in exceptions and events
     * @param limit how many calls start in a period
     * @return a new limiter
     */
    static RateLimiter of(String name, Limit limit) {
        return of(name, RateLimiterConfig.of(limit));
    }

    /**
     * A limiter on the shared runtime.
     *
     * @param name appears in exceptions and events
     * @param config how many calls start in a period, and which may wait
     * @return a new limiter
     */
    static RateLimiter of(String name, RateLimiterConfig config) {
        return of(name, config, ResilienceRuntime.shared());
    }

    /**
     * A limiter.
     *
     * @param name appears in exceptions and events
     * @param config how many calls start in a period, and which may wait
     * @param runtime whose clock measures the periods
     * @return a new limiter
     */
    static RateLimiter of(String name, RateLimiterConfig config, ResilienceRuntime runtime) {
        return DefaultRateLimiter.named(name, config, runtime);
    }

    /**
     * Takes a permit if there is one and nobody waits for it.
     *
     * @return whether it was taken
     */
    boolean tryAcquire();

    /**
     * Takes several permits at once if there are as many and nobody waits for them.
     *
     * @param permits how many, at least 1
     * @return whether they were taken; {@code false} also if there are never as many
     */
    boolean tryAcquire(long permits);

    /**
     * Takes a permit, after a wait of up to {@link RateLimiterConfig#maxWait()} if need be.
     *
     * @throws RateLimitedException at once, if the wait would be longer or too many wait
     * @throws dev.seawall.CallInterruptedException if the thread was interrupted while it waited; its flag is set, and the permit
     *     was given back
     */
    void acquire();

    /**
     * Takes several permits at once, after a wait of up to {@link RateLimiterConfig#maxWait()} if need be.
     *
     * @param permits how many, at least 1
     * @throws RateLimitedException at once, if the wait would be longer or too many wait, or if there are never as many
     * @throws dev.seawall.CallInterruptedException if the thread was interrupted while it waited; its flag is set, and the
     *     permits were given back
     */
    void acquire(long permits);

    /**
     * Takes several permits at once, after a wait if need be.
     *
     * @param permits how many, at least 1
     * @param maxWait how long to wait at most, in place of {@link RateLimiterConfig#maxWait()}; not negative
     * @throws RateLimitedException at once, if the wait would be longer or too many wait, or if there are never as many
     * @throws dev.seawall.CallInterruptedException if the thread was interrupted while it waited; its flag is set, and the
     *     permits were given back
     */
    void acquire(long permits, Duration maxWait);

    /**
     * Takes several permits at once, now or for later, and does not wait. Reservations do not count as waiting calls: what bounds
     * them is {@code maxWait}.
     *
     * @param permits how many, at least 1
     * @param maxWait how far ahead they may be due, not negative
     * @return tells when they are due, and gives them back if asked to
     * @throws RateLimitedException if they would be due later, or if there are never as many; nothing is taken
     */
    Reservation reserve(long permits, Duration maxWait);

    /**
     * Takes permits whether or not they are there, for costs that are known only afterwards. Later calls wait until the debt is
     * paid by permits that come in; calls that already wait keep their times. A debt saturates: under a
     * {@linkplain Limit.SlidingWindow sliding window} it is forgotten after two periods, under a
     * {@linkplain Limit.CalendarQuota calendar quota} with its period; under other limits it never overflows.
     *
     * @param permits how many, at least 1
     */
    void charge(long permits);

    /**
     * What is left at this moment, of the limit that is tightest.
     *
     * @return for HTTP headers, or a look
     */
    Quota quota();

    /**
     * The configuration in force.
     *
     * @return the current configuration
     */
    RateLimiterConfig config();

    /**
     * Changes the configuration of a limiter at work. If the limits stay the same, so does all that was taken.
     *
     * <p>Else what was used stays used: a new limit begins with as many permits taken as were in use of the old limit with the
     * same period, or else, if there are as many limits as before, of the one at the same place, but with no more than it has.
     * Permits of a limit without such a predecessor are all there. Calls that wait keep their times, and the new limits begin
     * when the last of them is due, a single bucket, window or pace with no permit left; a debt that was charged is paid at the
     * old rate. What waiting calls give back from then on is lost.
     *
     * @param config the new configuration
     */
    void configure(RateLimiterConfig config);

    /**
     * Changes a part of the configuration, so that two changes at the same time both survive.
     *
     * @param change makes the new configuration from the current one; may be asked again if that has changed meanwhile
     */
    void configure(UnaryOperator<RateLimiterConfig> change);

    /**
     * Writes down what is used, to go on with after a restart. Permits promised for later are used; those given back in the middle
     * of them lapse. Calls go on meanwhile.
     *
     * @return what {@link #restore} takes
     */
    SavedLimiter save();

    /**
     * Goes on with what was used of a limiter of the same limits, here or elsewhere, and forgets what was taken from this one:
     * restore it before its first call. The time since then is credited by the wall clock, none if that says that it has gone
     * back: a bucket has filled up meanwhile, a quota of a month that is not over is as used as it was. If anything is wrong,
     * nothing has changed.
     *
     * @param saved by {@link #save()}
     * @throws IllegalArgumentException if it was saved by a limiter of other limits or with keys, or says what cannot be
     * @throws IllegalStateException if this is the limiter of a key: {@link KeyedRateLimiter#restore} takes all of them
     */
    void restore(SavedLimiter saved);

    /**
     * What this limiter has done so far.
     *
     * @return a copy
     */
    RateLimiterSnapshot snapshot();

    /**
     * Subscribes to events. Listeners run on the thread that caused the event; one that throws is logged.
     *
     * @param type which events, subtypes included; {@code RateLimiterEvent.class} for all
     * @param listener told each of them; for the limiter of a key, those of all its keys
     * @param <E> the type
     * @return ends the subscription when closed
     * @throws IllegalStateException if there are {@value dev.seawall.EventPublisher#MOST_LISTENERS} listeners already
     */
    <E extends RateLimiterEvent> Subscription on(Class<E> type, Consumer<? super E> listener);
}
