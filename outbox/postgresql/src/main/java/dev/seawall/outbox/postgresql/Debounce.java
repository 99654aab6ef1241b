package dev.seawall.outbox.postgresql;

import dev.seawall.Durations;
import java.util.concurrent.atomic.AtomicLong;

/**
 * When to notify, so that it is not more often than once in an interval and the last message added is followed by a notification:
 * one goes out an interval after the first message that no other one followed, by when most transactions have ended, and again
 * while messages are added. A commit that was told of does not wait, if the last notification is an interval ago.
 *
 * <p><b>Threads:</b> any may tell; one asks and notifies.
 */
final class Debounce {

    static final long NEVER = Long.MAX_VALUE;

    private static final long NOTHING = 0; // no reading of a clock

    private final long interval;
    private final AtomicLong first = new AtomicLong(NOTHING); // message that was not followed yet
    private volatile long last;
    private volatile boolean committed;
    private volatile long earliest; // not before then

    Debounce(long interval) {
        this.interval = interval;
    }

    /** Whether the thread that notifies has to know: it does if it waits already. */
    boolean added(long now) {
        last = now;
        return first.get() == NOTHING && first.compareAndSet(NOTHING, now);
    }

    void committed() {
        committed = true;
    }

    /** When to notify next. */
    long due() {
        if (committed) {
            return earliest;
        }
        long since = first.get();
        return since == NOTHING ? NEVER : Math.max(earliest, Durations.plus(since, interval));
    }

    /** Has nothing more to say for what came before; said before it is sent, so that nothing that comes meanwhile is lost. */
    void sending(long now) {
        committed = false;
        earliest = Durations.plus(now, interval);
        first.set(NOTHING);
        if (Durations.plus(last, interval) > now) { // perhaps not committed yet
            first.compareAndSet(NOTHING, last);
        }
    }

    /** It could not be sent: nothing for a while. What was to be said is said then. */
    void failed(long now, long pause) {
        earliest = Durations.plus(now, pause);
        first.compareAndSet(NOTHING, now);
    }
}
