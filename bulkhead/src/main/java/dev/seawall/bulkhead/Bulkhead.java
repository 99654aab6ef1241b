package dev.seawall.bulkhead;

import dev.seawall.Policy;
import dev.seawall.ResilienceRuntime;
import dev.seawall.Subscription;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Bounds how many calls to a dependency run at once, so that one that has become slow cannot take every thread and connection.
 *
 * <p>A call takes {@link BulkheadConfig#weight() permits}, one unless told otherwise, and gives them back when it has ended; an
 * asynchronous one when its stage has. If there are not enough, it waits in a bounded {@linkplain BulkheadConfig#queue() queue},
 * for {@link BulkheadConfig#maxWait()} or until its deadline, and is rejected with a {@link BulkheadFullException} if the queue
 * is full or the time is over. Permits that come back go to the {@linkplain QueueOrder first} in the queue; nobody passes it, so
 * a heavy call that is first holds up lighter ones instead of waiting for ever. The pattern is that of Michael Nygard,
 * <i>Release It!</i> (2007).
 *
 * <p>The limit is fixed, or {@linkplain BulkheadConfig#adaptive() adaptive}: found by the bulkhead itself, from how long calls
 * take and how they end. {@link BulkheadSnapshot#limit()} is the one in force.
 *
 * <p>Parts of the limit can be guaranteed to {@linkplain Partitions partitions} of the calls: what is idle of them others use, and a
 * waiting call that its partition's share has room for gets the next permit.
 *
 * <p><b>What it guarantees:</b> permits in use never exceed the limit, unless that was lowered meanwhile. A call that is no
 * longer waiting, because its time is over, its thread was interrupted or it was cancelled, takes no permit with it.
 *
 * <p><b>Threads:</b> safe for any number of threads; synchronous and asynchronous calls share one queue. A synchronous call waits
 * on its caller's thread; if that is interrupted, the call ends with a {@link dev.seawall.CallInterruptedException} and the
 * interrupt flag stays set. A call that need not wait does not look at the flag. An asynchronous call blocks no thread while it
 * waits, and then runs on the runtime's executor in its caller's captured context. When the runtime is closed, waits end with a
 * rejection.
 *
 * <p><b>Time:</b> only waits are measured, on the monotonic clock of the pipeline's runtime. A call that need not wait reads no
 * clock and allocates nothing if it is synchronous. An adaptive bulkhead measures all calls: two readings each, one if an outer
 * policy has just read the clock.
 */
public sealed interface Bulkhead extends Policy permits DefaultBulkhead {

    /**
     * A bulkhead with {@link BulkheadConfig#defaults()}: 10 calls at once, 20 waiting for up to 5 s.
     *
     * @param name appears in exceptions and events
     * @return a new bulkhead
     */
    static Bulkhead of(String name) {
        return of(name, BulkheadConfig.defaults());
    }

    /**
     * A bulkhead with another limit than the defaults.
     *
     * @param name appears in exceptions and events
     * @param limit how many calls run at once, from 1 to 1,000,000
     * @return a new bulkhead
     */
    static Bulkhead of(String name, int limit) {
        return of(name, BulkheadConfig.builder().limit(limit).build());
    }

    /**
     * A bulkhead.
     *
     * @param name appears in exceptions and events
     * @param config how many calls it lets in, and which may wait
     * @return a new bulkhead
     */
    static Bulkhead of(String name, BulkheadConfig config) {
        return of(name, config, ResilienceRuntime.shared());
    }

    /**
     * A bulkhead whose {@link #acquire()} waits on a runtime of its own.
     *
     * @param name appears in exceptions and events
     * @param config how many calls it lets in, and which may wait
     * @param runtime measures waits for permits asked for by hand; calls wait on the runtime of their pipeline. An adaptive
     *     bulkhead measures everything on it, and joins only pipelines with the same clock
     * @return a new bulkhead
     */
    static Bulkhead of(String name, BulkheadConfig config, ResilienceRuntime runtime) {
        return new DefaultBulkhead(name, config, runtime);
    }

    /**
     * Takes a permit for work that cannot be written as a {@link dev.seawall.Call}, after a wait if need be.
     *
     * @return a permit to be closed once
     * @throws BulkheadFullException if there is none, and none in time
     * @throws dev.seawall.CallInterruptedException if the thread was interrupted while it waited; its flag is set
     */
    Permit acquire();

    /**
     * Takes several permits at once, after a wait if need be.
     *
     * @param weight how many, at least 1
     * @return a permit for all of them, to be closed once
     * @throws BulkheadFullException if there are not as many, and not in time
     * @throws dev.seawall.CallInterruptedException if the thread was interrupted while it waited; its flag is set
     */
    Permit acquire(int weight);

    /**
     * Takes a permit if there is one and nobody waits for it.
     *
     * @return a permit to be closed once; empty if there is none
     */
    Optional<Permit> tryAcquire();

    /**
     * Takes several permits at once if there are as many and nobody waits for them.
     *
     * @param weight how many, at least 1
     * @return a permit for all of them, to be closed once; empty if there are not as many
     */
    Optional<Permit> tryAcquire(int weight);

    /**
     * The configuration in force.
     *
     * @return the current configuration
     */
    BulkheadConfig config();

    /**
     * Changes the configuration of a bulkhead at work. Never waits. With a lower limit, calls under way keep their permits, and
     * nobody gets new ones until enough have come back; waiting calls that take more than the new limit are rejected. With a
     * higher one, waiting calls go on at once. Waiting calls keep their place and the time they were given; in another order they
     * are served in that order. An adaptive bulkhead goes on with the limit it has found, unless {@code limit} or
     * {@code adaptive} changes: then it starts anew at {@code limit}.
     *
     * @param config for calls that come from now on
     * @throws IllegalArgumentException if an adaptive bulkhead is to become fixed, or a fixed one adaptive
     */
    void configure(BulkheadConfig config);

    /**
     * What can be seen at this moment.
     *
     * @return a copy
     */
    BulkheadSnapshot snapshot();

    /**
     * Adds a listener. It runs on the thread that caused the event, after the event has taken effect; if it throws, that is
     * logged and nothing else.
     *
     * @param type which events it wants; {@code BulkheadEvent.class} for all
     * @param listener told each of them
     * @param <E> the type
     * @return removes the listener when closed
     */
    <E extends BulkheadEvent> Subscription on(Class<E> type, Consumer<? super E> listener);
}
