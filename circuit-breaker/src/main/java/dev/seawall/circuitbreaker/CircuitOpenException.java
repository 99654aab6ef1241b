package dev.seawall.circuitbreaker;

import dev.seawall.CallRejectedException;
import dev.seawall.Scope;
import org.jspecify.annotations.Nullable;

/** A circuit breaker did not let the call run, because the dependency behind it has been failing. */
public final class CircuitOpenException extends CallRejectedException {

    private static final long serialVersionUID = 1L;

    private final CircuitBreaker.State state;
    private final String why;

    CircuitOpenException(
            String breaker, @Nullable Scope scope, long retryAfterNanos, CircuitBreaker.State state, String why) {
        super(breaker, scope, retryAfterNanos);
        this.state = state;
        this.why = why;
    }

    /** A rejection whose policy cannot tell when to come back. */
    static CircuitOpenException withoutHint(
            String breaker, @Nullable Scope scope, CircuitBreaker.State state, String why) {
        return new CircuitOpenException(breaker, scope, NO_HINT, state, why);
    }

    /**
     * The state in which the breaker rejected the call.
     *
     * @return open, forced open, half-open with all trial calls taken, or recovering
     */
    public CircuitBreaker.State state() {
        return state;
    }

    @Override
    public String reason() {
        return "circuit breaker '" + policy() + "' is " + state + ": " + why;
    }
}
