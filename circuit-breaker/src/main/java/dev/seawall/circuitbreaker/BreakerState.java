package dev.seawall.circuitbreaker;

import dev.seawall.Outcome;
import dev.seawall.Scope;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One stay of a breaker in a state. Coming back to a state is a new object, so a result that arrives late finds the object that
 * admitted its call and touches no other; a transition is one CAS from that very object.
 */
abstract class BreakerState extends Admission {

    final DefaultCircuitBreaker breaker;

    BreakerState(DefaultCircuitBreaker breaker) {
        this.breaker = breaker;
    }

    abstract CircuitBreaker.State kind();

    /**
     * Lets a call in.
     *
     * @return what the call holds on to; {@code null} if the state has just changed and must be looked at again
     * @throws CircuitOpenException if the call must not run
     */
    abstract @Nullable Admission admit(@Nullable Scope scope, long now);

    /** How long the breaker is open when it comes to this state. */
    Duration openTime() {
        return Duration.ZERO;
    }

    /** Takes over the configuration the breaker has now. */
    void configure() {}

    /** The breaker is in this state now. */
    void entered() {}

    /** The breaker has left this state. */
    void left() {}

    CircuitBreakerSnapshot snapshot(Window window) {
        return new CircuitBreakerSnapshot(
                breaker.name(), kind(), window, List.of(), Duration.ZERO, Duration.ZERO, 0, 0, 0);
    }

    @Override
    boolean timed() {
        return false;
    }

    @Override
    void settle(
            Outcome outcome, long start, @Nullable Scope scope, @Nullable Object result, @Nullable Throwable failure) {
        breaker.settled(outcome, start);
    }
}
