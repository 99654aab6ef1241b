package dev.seawall.circuitbreaker;

import dev.seawall.Outcome;
import dev.seawall.Scope;
import org.jspecify.annotations.Nullable;

/** What a call that was let in holds on to, so that its result is counted where it was let in. */
abstract class Admission {

    /** Stands for a call that is not watched while it runs. */
    static final int NO_PLACE = -1;

    /** Whether the start of the call must be noted. */
    abstract boolean timed();

    /**
     * Watches a call while it runs.
     *
     * @param scope the pipeline it comes through; {@code null} for a permit
     * @param start when it starts
     * @return what {@link #leave} wants to know
     * @throws CircuitOpenException if calls under way have just been found to take too long; the call must not run
     */
    int enter(@Nullable Scope scope, long start) {
        return NO_PLACE;
    }

    /** Watches the call no longer: it has ended, and {@link #settle} follows. */
    void leave(int place) {}

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
