package dev.seawall.circuitbreaker;

import dev.seawall.Outcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Something that happened to a circuit breaker. Told on the thread that caused it, after it has taken effect. */
public sealed interface CircuitBreakerEvent {

    /**
     * The breaker it happened to.
     *
     * @return its name
     */
    String breaker();

    /**
     * The breaker went from one state to another.
     *
     * @param breaker its name
     * @param from the state before
     * @param to the state now
     * @param openTime how long it rejects calls if it is open now; zero in every other state
     * @param reason the numbers that decided, or who asked for it
     */
    record StateChanged(
            String breaker, CircuitBreaker.State from, CircuitBreaker.State to, Duration openTime, String reason)
            implements CircuitBreakerEvent {}

    /**
     * A call was not run.
     *
     * @param breaker its name
     * @param rejection what the caller gets
     */
    record CallRejected(String breaker, CircuitOpenException rejection) implements CircuitBreakerEvent {}

    /**
     * A call that was admitted has ended, and the state that admitted it has been told; whether that still counts is up to the
     * state: a breaker that is disabled, or has left the state, does not count it.
     *
     * @param breaker its name
     * @param outcome how it was judged
     * @param duration how long it took; {@code null} if slow-call detection is off
     */
    record CallSettled(
            String breaker, Outcome outcome, @Nullable Duration duration) implements CircuitBreakerEvent {}

    /**
     * A trial call has not ended within its lease, and its place went to another call.
     *
     * @param breaker its name
     */
    record TrialLost(String breaker) implements CircuitBreakerEvent {}

    /**
     * A breaker in shadow would have opened now. Its window starts again from empty.
     *
     * @param breaker its name
     * @param reason the numbers that decided
     */
    record WouldHaveOpened(String breaker, String reason) implements CircuitBreakerEvent {}

    /**
     * The configuration was changed.
     *
     * @param breaker its name
     * @param config the configuration now
     */
    record ConfigChanged(String breaker, CircuitBreakerConfig config) implements CircuitBreakerEvent {}
}
