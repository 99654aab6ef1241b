package dev.seawall.bulkhead;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what calls tell until there is enough to decide. A call that ends while the window is being closed may be missing from
 * both.
 */
final class SampleWindow {

    private static final int CALLS_PER_PERMIT = 3;
    private static final int LEAST_CALLS = 10;
    private static final int ENOUGH_CALLS = 100;

    /** 250 ms: a shorter window sees only the quick ones among the calls that are under way. */
    static final long LEAST_NANOS = 250_000_000;

    private final int wantedCalls;
    private final long earliestEnd;
    private final AtomicLong totalNanos = new AtomicLong();
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger dropped = new AtomicInteger();
    private final AtomicInteger mostInUse;

    /** Opens a window that lasts at least as long as a call does. */
    SampleWindow(long now, long callNanos, int limit, int inUse) {
        this.wantedCalls =
                Math.max(LEAST_CALLS, Math.min(ENOUGH_CALLS, CALLS_PER_PERMIT * Math.min(ENOUGH_CALLS, limit)));
        this.earliestEnd = now + Math.max(LEAST_NANOS, callNanos);
        this.mostInUse = new AtomicInteger(inUse);
    }

    void begun(int inUse) {
        int most = mostInUse.get();
        while (inUse > most && !mostInUse.compareAndSet(most, inUse)) {
            Thread.onSpinWait();
            most = mostInUse.get();
        }
    }

    /** {@code true} if it is time to decide. */
    boolean took(long nanos, long now) {
        totalNanos.addAndGet(nanos);
        return isComplete(calls.incrementAndGet() + dropped.get(), now);
    }

    /** {@code true} if it is time to decide. */
    boolean dropped(long now) {
        return isComplete(calls.get() + dropped.incrementAndGet(), now);
    }

    private boolean isComplete(int ended, long now) {
        return ended >= wantedCalls && now >= earliestEnd;
    }

    Sample sample(long now) {
        int count = calls.get();
        return new Sample(
                now, count == 0 ? 0 : (double) totalNanos.get() / count, count, dropped.get(), mostInUse.get());
    }
}
