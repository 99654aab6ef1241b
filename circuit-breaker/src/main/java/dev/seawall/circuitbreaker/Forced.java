package dev.seawall.circuitbreaker;

import dev.seawall.Scope;
import org.jspecify.annotations.Nullable;

/** Rejects or admits every call, because somebody said so. */
final class Forced extends BreakerState {

    private final boolean open;

    Forced(DefaultCircuitBreaker breaker, boolean open) {
        super(breaker);
        this.open = open;
    }

    @Override
    CircuitBreaker.State kind() {
        return open ? CircuitBreaker.State.FORCED_OPEN : CircuitBreaker.State.DISABLED;
    }

    @Override
    Admission admit(@Nullable Scope scope, long now) {
        if (open) {
            throw breaker.rejected(CircuitOpenException.withoutHint(
                    breaker.name(), scope, kind(), "it was opened by hand and stays so until it is reset"));
        }
        return this;
    }
}
