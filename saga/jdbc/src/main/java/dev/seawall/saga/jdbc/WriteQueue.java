package dev.seawall.saga.jdbc;

import dev.seawall.ResilienceRuntime;
import dev.seawall.saga.SagaKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What waits to be written, in the order in which it came. Who takes, takes all there is, up to a batch: while one batch is on its
 * way, the next one grows by itself, and a lone write never waits for others. Of one saga at most one is under way at a time.
 *
 * <p><b>Threads:</b> safe for any number of threads.
 */
final class WriteQueue {

    /** Bytes of state and progress of one saga. */
    static final long LARGEST = 8 << 20;

    private static final long MOST_BYTES = 4 << 20; // of state, in a batch

    private final ResilienceRuntime runtime;
    private final int largestBatch;
    private final int mostStarts;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Pending<?>> ready = new ArrayDeque<>(); // guarded by lock
    private final List<Pending<?>> later = new ArrayList<>(); // guarded by lock; those that were tried in vain
    private final Set<SagaKey> underWay = new HashSet<>(); // guarded by lock
    private int starts; // guarded by lock; how many of all these
    private boolean closed; // guarded by lock

    WriteQueue(ResilienceRuntime runtime, int largestBatch, int mostStarts) {
        this.runtime = runtime;
        this.largestBatch = largestBatch;
        this.mostStarts = mostStarts;
    }

    /** What a queue says to one more. */
    enum Admission {
        ADMITTED,
        FULL,
        CLOSED
    }

    /** Writes are never too many: each belongs to a saga that was started or claimed before. */
    Admission add(Pending<?> pending) {
        lock.lock();
        try {
            if (closed) {
                return Admission.CLOSED;
            }
            if (pending instanceof Pending.Start) {
                if (starts >= mostStarts) {
                    return Admission.FULL;
                }
                starts++;
            }
            ready.add(pending);
            changed.signal();
            return Admission.ADMITTED;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for something to write; empty once the queue is closed and nothing is left in it. */
    List<Pending<?>> take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                long wait = bringBack();
                List<Pending<?>> batch = batch();
                if (!batch.isEmpty() || (closed && ready.isEmpty() && later.isEmpty())) {
                    return batch;
                }
                if (wait == Long.MAX_VALUE) {
                    changed.await();
                } else {
                    changed.awaitNanos(wait);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Moves to the others what may be tried again; answers how long until the next one may. */
    private long bringBack() {
        if (later.isEmpty()) {
            return Long.MAX_VALUE;
        }
        long now = runtime.now();
        long next = Long.MAX_VALUE;
        for (Pending<?> pending : List.copyOf(later)) {
            if (pending.notBefore <= now) {
                later.remove(pending);
                ready.add(pending);
            } else {
                next = Math.min(next, pending.notBefore - now);
            }
        }
        return next;
    }

    private List<Pending<?>> batch() {
        List<Pending<?>> batch = new ArrayList<>(Math.min(ready.size(), largestBatch));
        Deque<Pending<?>> passedOver = new ArrayDeque<>();
        long bytes = 0;
        while (!ready.isEmpty() && batch.size() < largestBatch && bytes < MOST_BYTES) {
            Pending<?> next = ready.element();
            if (next.alone && !batch.isEmpty()) {
                break;
            }
            ready.remove();
            if (!underWay.add(next.key())) {
                passedOver.push(next);
                continue;
            }
            batch.add(next);
            bytes += next.size();
            if (next.alone) {
                break;
            }
        }
        passedOver.forEach(ready::addFirst);
        if (!batch.isEmpty() && !ready.isEmpty()) {
            changed.signal(); // another writer may go on with the rest
        }
        return batch;
    }

    /** What was taken is not under way any more; some of it comes again. */
    void done(Collection<Pending<?>> batch, Collection<Pending<?>> again) {
        lock.lock();
        try {
            for (Pending<?> pending : batch) {
                underWay.remove(pending.key());
                starts -= pending instanceof Pending.Start ? 1 : 0;
            }
            for (Pending<?> pending : again) {
                starts += pending instanceof Pending.Start ? 1 : 0;
            }
            later.addAll(again);
            if (!again.isEmpty() || !ready.isEmpty() || closed) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return ready.size() + later.size() + underWay.size();
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing more in. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Takes out what nobody will write any more. */
    List<Pending<?>> giveUp() {
        lock.lock();
        try {
            List<Pending<?>> rest = new ArrayList<>(ready);
            rest.addAll(later);
            ready.clear();
            later.clear();
            changed.signalAll();
            return rest;
        } finally {
            lock.unlock();
        }
    }
}
