package dev.seawall.circuitbreaker;

import dev.seawall.Outcome;
import dev.seawall.Scope;
import org.jspecify.annotations.Nullable;

/** What a call that was let in holds on to, so that its result is counted where it was let in. */
abstract class Admission {

    /** Whether the start of the call must be noted. */
    abstract boolean timed();

    /**
     * Takes the end of the call.
     *
     * @param outcome how it was judged
     * @param start when it started, or {@code UNREAD}
     * @param scope the pipeline it came through; {@code null} for a permit
     * @param result what it returned, if known
     * @param failure what it threw, if known
     */
    abstract void settle(
            Outcome outcome, long start, @Nullable Scope scope, @Nullable Object result, @Nullable Throwable failure);
}
