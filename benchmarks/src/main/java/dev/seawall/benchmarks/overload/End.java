package dev.seawall.benchmarks.overload;

import dev.seawall.CallRejectedException;
import dev.seawall.ResilienceException;
import dev.seawall.bulkhead.BulkheadFullException;
import dev.seawall.circuitbreaker.CircuitOpenException;
import dev.seawall.ratelimiter.RateLimitedException;
import java.io.IOException;

/** How a call ended. */
enum End {
    ANSWERED,
    FAILED,
    /** Rejected by the rate limiter. */
    LIMITED,
    /** Rejected by the open breaker. */
    OPEN,
    /** Rejected by the bulkhead, whose queue was full. */
    FULL,
    /** Rejected by the bulkhead after a wait in its queue. */
    WAITED_IN_VAIN,
    /** In a way that is not in the script. */
    UNEXPECTED;

    /** How a call ended that has thrown. */
    static End of(Throwable failure) {
        if (failure instanceof RateLimitedException) {
            return LIMITED;
        }
        if (failure instanceof CircuitOpenException) {
            return OPEN;
        }
        if (failure instanceof BulkheadFullException full) {
            return full.waited().isZero() ? FULL : WAITED_IN_VAIN;
        }
        boolean known = failure instanceof IOException || failure instanceof ResilienceException;
        return known && !(failure instanceof CallRejectedException) ? FAILED : UNEXPECTED;
    }

    /** Whether a policy turned the call away at once. */
    boolean isImmediateRejection() {
        return this == LIMITED || this == OPEN || this == FULL;
    }

    boolean isRejection() {
        return isImmediateRejection() || this == WAITED_IN_VAIN;
    }
}
