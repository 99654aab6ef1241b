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
import org.jspecify.annotations.Nullable;

/**
 * What waits to be written, in the order in which it came, and the connections to write it on. Who takes, takes all there is, up to a
 * batch: while one batch is on its way, the next one grows by itself, and a lone write waits for no other, nor for a thread to wake
 * up. Of one saga at most one is under way at a time.
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
    private final Deque<Desk> free; // guarded by lock
    private int starts; // guarded by lock; how many of all these
    private boolean closed; // guarded by lock
    private boolean givenUp; // guarded by lock

    WriteQueue(ResilienceRuntime runtime, Collection<Desk> desks, int largestBatch, int mostStarts) {
        this.runtime = runtime;
        this.free = new ArrayDeque<>(desks);
        this.largestBatch = largestBatch;
        this.mostStarts = mostStarts;
    }

    /** What a queue says to one more. */
    enum Admission {
        ADMITTED,
        FULL,
        CLOSED
    }

    /** What to write, and on what; {@link #done} ends it. */
    record Job(Desk desk, List<Pending<?>> batch) {}

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

    /**
     * For what is the only thing to write now: on what its own thread can write it at once. {@code null} if there are others, or the
     * queue is closed.
     */
    @Nullable
    Desk takeAlone(Pending<?> pending) {
        lock.lock();
        try {
            if (closed || !ready.isEmpty() || !later.isEmpty() || !underWay.isEmpty()) {
                return null;
            }
            underWay.add(pending.key());
            starts += pending instanceof Pending.Start ? 1 : 0;
            return free.pop();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for something to write; {@code null} once the queue is closed and nothing is left. */
    @Nullable
    Job take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                long wait = bringBack();
                List<Pending<?>> batch = free.isEmpty() ? List.of() : batch();
                if (!batch.isEmpty()) {
                    return new Job(free.pop(), batch);
                }
                if (closed && ready.isEmpty() && later.isEmpty() && underWay.isEmpty()) {
                    return null;
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

    /**
     * What was taken is not under way any more; some of it comes again.
     *
     * @return {@code false} if nothing comes again, because nobody is left to write it
     */
    boolean done(Desk desk, Collection<Pending<?>> batch, Collection<Pending<?>> again) {
        boolean surplus;
        lock.lock();
        try {
            surplus = givenUp;
            if (!surplus) {
                free.push(desk); // the one whose statements are warm
            }
            for (Pending<?> pending : batch) {
                underWay.remove(pending.key());
                starts -= pending instanceof Pending.Start ? 1 : 0;
            }
            if (!surplus) {
                again.forEach(pending -> starts += pending instanceof Pending.Start ? 1 : 0);
                later.addAll(again);
            }
            if (!again.isEmpty() || !ready.isEmpty() || closed) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
        if (surplus) {
            desk.close();
        }
        return !surplus;
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

    /** Takes out what nobody will write any more, and closes the connections, those in use as soon as they are done with. */
    List<Pending<?>> giveUp() {
        List<Pending<?>> rest;
        List<Desk> unused;
        lock.lock();
        try {
            givenUp = true;
            unused = List.copyOf(free);
            free.clear();
            rest = new ArrayList<>(ready);
            rest.addAll(later);
            ready.clear();
            later.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        unused.forEach(Desk::close);
        return rest;
    }
}
