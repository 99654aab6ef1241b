package dev.seawall.circuitbreaker;

import dev.seawall.Policy;
import dev.seawall.ResilienceRuntime;
import dev.seawall.Subscription;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Stops sending calls to a dependency that keeps failing, then lets a few through to see whether it has recovered.
 *
 * <p>Closed, the breaker admits every call and counts how it ended in a {@linkplain CircuitBreakerConfig#window() window}. When
 * the window holds at least {@link CircuitBreakerConfig#minimumCalls()} and the share of failures reaches
 * {@link CircuitBreakerConfig#failureRateThreshold()}, or that of slow calls
 * {@link CircuitBreakerConfig#slowCallRateThreshold()}, it opens: calls are rejected without being run. After
 * {@link CircuitBreakerConfig#openDelay()} it is half-open and admits {@link CircuitBreakerConfig#trials()} trial calls, whose
 * results close it or open it again. With a {@link CircuitBreakerConfig#recoveryRamp()} it does not close at once: it is
 * recovering, and admits a share of the calls that grows from a tenth to all of them. Calls judged {@link dev.seawall.Outcome#NEUTRAL} count nowhere. The pattern is that of
 * Michael Nygard, <i>Release It!</i> (2007).
 *
 * <p><b>What is counted where:</b> a result counts in the state that admitted its call. A call that was let in before the
 * breaker opened cannot close it when it ends at last. A trial call holds a place for {@link CircuitBreakerConfig#trialLease()}
 * at the most, so a call that hangs, is cancelled, is rejected further inside, or whose permit is lost, never keeps the breaker
 * half-open. Make one breaker per dependency; two breakers share nothing.
 *
 * <p><b>Calls that hang:</b> with {@linkplain CircuitBreakerConfig#slowCallDuration() slow-call detection} the breaker does not
 * wait for slow calls to end. Closed, in shadow or recovering, it knows when the calls under way were started, and every eighth
 * of the slow duration a call that asks to be admitted looks at them. Those that have been under way for the slow duration are
 * judged as if they had ended as slow calls: so twenty calls that hang open it while they hang. Nothing is recorded for them; a
 * call is recorded once, when it ends. Up to 256 calls are watched at once, fewer if they are not spread over threads; one
 * that finds no place counts when it ends.
 *
 * <p><b>Threads:</b> safe for any number of threads. Calls run on their caller's thread, no lock is held meanwhile, and
 * recording a result never waits. While other threads record at the same time, a decision may miss those of them that have not
 * finished; the last to finish sees them all.
 *
 * <p><b>Time:</b> the runtime's monotonic clock, which must be that of the pipelines the breaker is in. Closed, with a count
 * window and without slow-call detection, the breaker never reads it.
 */
public sealed interface CircuitBreaker extends Policy permits DefaultCircuitBreaker {

    /** What a breaker does with calls. */
    enum State {
        /** Admits calls, counts their results, opens when too many are bad. */
        CLOSED,
        /** Rejects calls until its time is over. */
        OPEN,
        /** Admits trial calls and rejects the others. */
        HALF_OPEN,
        /** Admits a growing share of calls, counts their results, opens again when too many are bad. */
        RECOVERING,
        /** Rejects every call until told otherwise. */
        FORCED_OPEN,
        /** Admits every call and counts nothing until told otherwise. */
        DISABLED,
        /** Admits every call, counts results and tells when it would have opened, until told otherwise. */
        SHADOW
    }

    /**
     * A closed breaker with the {@linkplain CircuitBreakerConfig#defaults() defaults} on the shared runtime.
     *
     * @param name appears in exceptions and events
     * @return a new breaker
     */
    static CircuitBreaker of(String name) {
        return of(name, CircuitBreakerConfig.defaults());
    }

    /**
     * A closed breaker on the shared runtime.
     *
     * @param name appears in exceptions and events
     * @param config when to open, and for how long
     * @return a new breaker
     */
    static CircuitBreaker of(String name, CircuitBreakerConfig config) {
        return of(name, config, ResilienceRuntime.shared());
    }

    /**
     * A closed breaker.
     *
     * @param name appears in exceptions and events
     * @param config when to open, and for how long
     * @param runtime whose clock measures how long
     * @return a new breaker
     */
    static CircuitBreaker of(String name, CircuitBreakerConfig config, ResilienceRuntime runtime) {
        return new DefaultCircuitBreaker(name, config, runtime);
    }

    /**
     * The state at this moment. An open breaker whose time is over stays {@link State#OPEN} until a call, or the timer of
     * {@link CircuitBreakerConfig#timedTransition()}, makes it half-open. Report it, but do not decide by it whether to call.
     *
     * @return the current state
     */
    State state();

    /**
     * The configuration at this moment.
     *
     * @return the current configuration
     */
    CircuitBreakerConfig config();

    /**
     * Changes the configuration of a breaker at work. The state stays; so do the end and the timer of an opening or a recovery
     * under way, and the number, the lease and the slowness of trials under way. A window of the same kind keeps its newest
     * results, another kind starts empty; of several windows together the first one's results are kept, and those others that
     * are of its kind start with them. Results that other threads record in the very moment of the change may be missing afterwards. The next
     * result of a closed breaker is judged by the new thresholds.
     *
     * @param config the new configuration
     */
    void configure(CircuitBreakerConfig config);

    /**
     * Asks to make a call that cannot be written as a {@link dev.seawall.Call}. End the permit when the call has ended,
     * whichever way. One that is never ended is never recorded; but with slow calls in flight counted, it is a call that hangs,
     * until the breaker has left the state that admitted it.
     *
     * @return a permit to be ended once
     * @throws CircuitOpenException if the breaker rejects the call
     */
    Permit acquire();

    /**
     * Asks to make a call, without an exception for "no".
     *
     * @return a permit to be ended once; empty if the breaker rejects the call
     */
    Optional<Permit> tryAcquire();

    /** Closes the breaker, whatever its state, with an empty window. */
    void reset();

    /** Rejects every call until {@link #reset()} or another order. */
    void forceOpen();

    /** Admits every call and counts nothing until {@link #reset()} or another order. */
    void disable();

    /**
     * Admits every call, but counts results and tells listeners when it {@linkplain CircuitBreakerEvent.WouldHaveOpened would
     * have opened}, until {@link #reset()} or another order. For trying out a configuration on live traffic.
     */
    void shadow();

    /**
     * What the breaker knows at this moment.
     *
     * @return a copy
     */
    CircuitBreakerSnapshot snapshot();

    /**
     * Takes over what another breaker, or this one at another time, knew. Results are kept if they come from a window of the
     * same kind; of several windows together the first one's results are in a snapshot. Calls that were under way are not.
     *
     * @param snapshot taken by {@link #snapshot()}, perhaps in another process
     */
    void restore(CircuitBreakerSnapshot snapshot);

    /**
     * Adds a listener. It runs on the thread that caused the event, after the event has taken effect; if it throws, that is
     * logged and nothing else.
     *
     * @param type which events it wants; {@code CircuitBreakerEvent.class} for all
     * @param listener told each of them
     * @param <E> the type
     * @return removes the listener when closed
     */
    <E extends CircuitBreakerEvent> Subscription on(Class<E> type, Consumer<? super E> listener);
}
