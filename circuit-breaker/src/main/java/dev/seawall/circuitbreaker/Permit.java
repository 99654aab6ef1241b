package dev.seawall.circuitbreaker;

import dev.seawall.Outcome;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The right to make one call, asked for by hand with {@link CircuitBreaker#acquire()}. Ends once, by whichever method comes
 * first; all later ones do nothing.
 *
 * <p><b>Threads:</b> safe for any number of threads; may be ended on another thread than it was asked for. If two threads end it at
 * once, the one that does nothing may return before the other is done.
 */
public final class Permit implements AutoCloseable {

    private final AtomicBoolean ended = new AtomicBoolean();
    private final Admission admission;
    private final long start;
    private final int place;

    Permit(Admission admission, long start, int place) {
        this.admission = admission;
        this.start = start;
        this.place = place;
    }

    /** The call succeeded. */
    public void success() {
        settle(Outcome.SUCCESS);
    }

    /** The call failed. */
    public void failure() {
        settle(Outcome.FAILURE);
    }

    /**
     * The call ended.
     *
     * @param outcome how
     */
    public void settle(Outcome outcome) {
        if (ended.compareAndSet(false, true)) {
            if (place != Admission.NO_PLACE) {
                admission.leave(place);
            }
            admission.settle(outcome, start, null, null, null);
        }
    }

    /** The call ended in a way that says nothing about the dependency, or was not made: it counts nowhere. */
    @Override
    public void close() {
        settle(Outcome.NEUTRAL);
    }
}
