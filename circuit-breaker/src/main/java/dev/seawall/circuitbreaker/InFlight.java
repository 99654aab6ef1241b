package dev.seawall.circuitbreaker;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * When the calls under way were started, so that those which take too long are seen before they end.
 *
 * <p>A fixed table of places. A call takes a free one by a CAS from {@link #FREE} to its start, and clears it when it ends; nobody
 * else ever writes to a place that is taken. First it looks in the cache line of its thread, where a synchronous call finds a free
 * place at once; a thread with many calls under way goes on from a place that its start picks. A call that finds none is not
 * watched: it counts when it ends, like every call.
 *
 * <p>No timer looks at the table, calls that are admitted do, one in an eighth of the slow duration. What they find is only a
 * number; nothing is recorded for a call that runs.
 */
final class InFlight {

    static final int PLACES = 256;
    static final int PROBES = 64;

    private static final AtomicLongFieldUpdater<InFlight> NEXT_LOOK =
            AtomicLongFieldUpdater.newUpdater(InFlight.class, "nextLook");
    private static final int LINE = 8; // words of a cache line
    private static final int LOOKS = 8; // in one slow duration
    private static final long FREE = 0; // no reading of the clock is
    private static final long SCATTER = 0x9E3779B97F4A7C15L; // spreads starts that differ by little
    private static final int SCATTER_SHIFT = 32;

    private final AtomicLongArray starts = new AtomicLongArray(PLACES);
    private volatile long nextLook; // changed through NEXT_LOOK only
    private volatile int overdue;
    private volatile long since = FREE + 1;

    /**
     * Notes a call.
     *
     * @param start when it was started
     * @return its place, or {@link Admission#NO_PLACE}
     */
    int enter(long start) {
        int place = claim((int) Thread.currentThread().getId() * LINE, LINE, start);
        return place == Admission.NO_PLACE
                ? claim((int) ((start * SCATTER) >>> SCATTER_SHIFT), PROBES - LINE, start)
                : place;
    }

    private int claim(int from, int probes, long start) {
        for (int i = 0; i < probes; i++) {
            int place = (from + i) & (PLACES - 1);
            if (starts.get(place) == FREE && starts.compareAndSet(place, FREE, start)) {
                return place;
            }
        }
        return Admission.NO_PLACE;
    }

    /** The call at this place has ended. Must be said before its result is recorded. */
    void leave(int place) {
        starts.setRelease(place, FREE);
    }

    /** Whether the caller, and nobody else, should look. */
    boolean isLookDue(long now, long slowNanos) {
        long due = nextLook;
        return now >= due && NEXT_LOOK.compareAndSet(this, due, now + slowNanos / LOOKS);
    }

    /** Counts the calls that have been under way for too long. */
    int look(long now, long slowNanos) {
        int found = 0;
        for (int place = 0; place < PLACES; place++) {
            long start = starts.get(place);
            if (start >= since && now - start >= slowNanos) {
                found++;
            }
        }
        overdue = found;
        return found;
    }

    /** How many the last look found. */
    int overdue() {
        return overdue;
    }

    /** Counts none of the calls that were started before, until they end. */
    void forget(long now) {
        since = now;
        overdue = 0;
    }

    boolean isEmpty() {
        for (int place = 0; place < PLACES; place++) {
            if (starts.get(place) != FREE) {
                return false;
            }
        }
        return true;
    }
}
