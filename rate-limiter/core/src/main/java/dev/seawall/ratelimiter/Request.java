package dev.seawall.ratelimiter;

import dev.seawall.Durations;
import dev.seawall.Scope;
import org.jspecify.annotations.Nullable;

/**
 * Permits wanted, now or for later.
 *
 * @param scope the pipeline the call comes through, if it does
 * @param permits how many
 * @param now the time
 * @param maxWaitNanos how long they may be waited for
 * @param deadline before which they must be due
 */
record Request(@Nullable Scope scope, long permits, long now, long maxWaitNanos, long deadline) {

    /** The last time the permits may be due. */
    long latest() {
        return Math.min(Durations.plus(now, maxWaitNanos), deadline - 1);
    }
}
