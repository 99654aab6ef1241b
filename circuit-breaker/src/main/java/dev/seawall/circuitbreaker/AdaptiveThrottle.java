package dev.seawall.circuitbreaker;

import dev.seawall.Policy;
import dev.seawall.ResilienceRuntime;
import dev.seawall.Subscription;
import java.util.function.Consumer;

/**
 * Sends an overloaded dependency only so many calls as it can use, by rejecting some of them before they are made.
 *
 * <p>It counts the calls of the last {@link AdaptiveThrottleConfig#window()}: all that came here, <i>requests</i>, and those that
 * the dependency served, <i>accepts</i>. Each call is rejected with the probability
 *
 * <pre>    max(0, (requests − multiplier × accepts) / (requests + 1))</pre>
 *
 * but never more than {@link AdaptiveThrottleConfig#maxRejection()}. The formula is that of <i>Site Reliability Engineering</i>
 * (Beyer, Jones, Petoff, Murphy, 2016), chapter 21, "Handling Overload", client-side throttling; the bound is ours. While
 * the dependency serves more than one call in {@code multiplier} nothing is rejected. Beyond that about {@code multiplier}
 * times as many calls are made as it serves, so it sees at once when it can serve more again.
 *
 * <p>A {@link CircuitBreaker} sends all calls or none; this sends a share. It fits a dependency that is overloaded and refuses some
 * of its calls quickly, not one that is down. Make one for each dependency; put it inside a retry, so that each attempt counts.
 *
 * <p><b>What is counted:</b> a call that succeeded is a request that was accepted, one that failed a request that was not; a
 * rejection made here is a request that was not accepted. A call judged {@link dev.seawall.Outcome#NEUTRAL} is neither. A call counts
 * when it ends, so calls that hang are not seen: put a timeout inside.
 *
 * <p><b>Threads:</b> safe for any number of threads. Recording never waits. While other threads record at the same time, a
 * probability may miss those of them that have not finished.
 *
 * <p><b>Time:</b> the runtime's monotonic clock, which must be that of the pipelines the throttle is in. Read when a call ends, and when
 * one begins if not all have been accepted lately. <b>Chance:</b> random numbers come from the runtime.
 */
public sealed interface AdaptiveThrottle extends Policy permits DefaultAdaptiveThrottle {

    /**
     * A throttle with the {@linkplain AdaptiveThrottleConfig#defaults() defaults} on the shared runtime.
     *
     * @param name appears in exceptions and events
     * @return a new throttle
     */
    static AdaptiveThrottle of(String name) {
        return of(name, AdaptiveThrottleConfig.defaults());
    }

    /**
     * A throttle on the shared runtime.
     *
     * @param name appears in exceptions and events
     * @param config how far it looks back and how much it rejects
     * @return a new throttle
     */
    static AdaptiveThrottle of(String name, AdaptiveThrottleConfig config) {
        return of(name, config, ResilienceRuntime.shared());
    }

    /**
     * A throttle.
     *
     * @param name appears in exceptions and events
     * @param config how far it looks back and how much it rejects
     * @param runtime whose clock measures how far, and whose random numbers decide
     * @return a new throttle
     */
    static AdaptiveThrottle of(String name, AdaptiveThrottleConfig config, ResilienceRuntime runtime) {
        return new DefaultAdaptiveThrottle(name, config, runtime);
    }

    /**
     * The configuration at this moment.
     *
     * @return the current configuration
     */
    AdaptiveThrottleConfig config();

    /**
     * Changes the configuration of a throttle at work. What is in a window of another length is kept as far as it is young enough.
     * Calls that other threads count in the very moment of the change may be missing afterwards.
     *
     * @param config the new configuration
     */
    void configure(AdaptiveThrottleConfig config);

    /**
     * What the throttle knows at this moment.
     *
     * @return a copy
     */
    AdaptiveThrottleSnapshot snapshot();

    /**
     * Adds a listener. It runs on the thread that caused the event, after the event has taken effect; if it throws, that is
     * logged and nothing else.
     *
     * @param type which events it wants; {@code AdaptiveThrottleEvent.class} for all
     * @param listener told each of them
     * @param <E> the type
     * @return removes the listener when closed
     */
    <E extends AdaptiveThrottleEvent> Subscription on(Class<E> type, Consumer<? super E> listener);
}
