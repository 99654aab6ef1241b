package dev.seawall.ratelimiter.redis;

import dev.seawall.ResilienceRuntime;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Ends what takes too long, where everything may take as long. Most things end in a thousandth of their time, and setting a timer
 * for each would wake the timer's thread for each: so one timer, set while there is anything, looks at the oldest. They stand in
 * a queue by their deadlines, and who begins takes those off that have ended.
 */
final class Overdue {

    /** What may take too long. */
    interface Watched {

        boolean isOver();

        /** Takes too long. On the runtime's executor. */
        void timeIsOver();
    }

    private record Entry(Watched watched, long deadline) {}

    private final ResilienceRuntime runtime;
    private final long limitNanos;
    private final Queue<Entry> entries = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean armed = new AtomicBoolean();
    private final ReentrantLock taking = new ReentrantLock(); // only its holder takes entries off

    Overdue(ResilienceRuntime runtime, long limitNanos) {
        this.runtime = runtime;
        this.limitNanos = limitNanos;
    }

    void watch(Watched watched) {
        if (taking.tryLock()) {
            try {
                takeEnded();
            } finally {
                taking.unlock();
            }
        }
        entries.add(new Entry(watched, runtime.now() + limitNanos));
        if (!armed.get() && armed.compareAndSet(false, true)) {
            runtime.schedule(limitNanos, this::hand);
        }
    }

    /** With the lock held. */
    private @Nullable Entry takeEnded() {
        Entry oldest = entries.peek();
        while (oldest != null && oldest.watched.isOver()) {
            entries.poll();
            oldest = entries.peek();
        }
        return oldest;
    }

    /** On the timer's thread, which must do no work. */
    private void hand() {
        try {
            runtime.executor().execute(this::look);
        } catch (RuntimeException refused) {
            look(); // on the wrong thread is better than never
        }
    }

    private void look() {
        Entry oldest = takeOverdue();
        if (oldest == null) {
            armed.set(false);
            if (entries.isEmpty() || !armed.compareAndSet(false, true)) {
                return;
            }
            oldest = entries.peek(); // came while the timer was being left
        }
        long left = oldest == null ? limitNanos : oldest.deadline - runtime.now();
        runtime.schedule(Math.max(1, left), this::hand);
    }

    /** Ends what is overdue. Answers what is next. */
    private @Nullable Entry takeOverdue() {
        while (true) {
            Entry oldest;
            taking.lock();
            try {
                oldest = takeEnded();
                if (oldest == null || (oldest.deadline > runtime.now() && !runtime.isClosed())) {
                    return oldest;
                }
                entries.poll();
            } finally {
                taking.unlock();
            }
            oldest.watched.timeIsOver();
        }
    }
}
