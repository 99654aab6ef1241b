package dev.seawall.bulkhead;

import dev.seawall.bulkhead.BulkheadFullException.Why;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A thread that waits for permits. */
final class ThreadWaiter implements Waiter, BooleanSupplier {

    /** Ends of a wait other than a rejection, which is told by its reason. */
    private enum End {
        GRANTED,
        ABANDONED
    }

    private final Thread thread = Thread.currentThread();
    private final AtomicReference<@Nullable Object> end = new AtomicReference<>(); // null while it waits
    private final Place place;

    ThreadWaiter(Place place) {
        this.place = place;
    }

    @Override
    public Place place() {
        return place;
    }

    @Override
    public boolean tryGrant() {
        return end.compareAndSet(null, End.GRANTED);
    }

    @Override
    public void granted() {
        LockSupport.unpark(thread);
    }

    @Override
    public void reject(Why reason) {
        if (tryReject(reason)) {
            LockSupport.unpark(thread);
        }
    }

    /** Ends the wait without permits. {@code false} if it has ended otherwise. */
    boolean tryReject(Why reason) {
        return end.compareAndSet(null, reason);
    }

    /** Ends the wait from the waiting thread's side. {@code false} if it has ended otherwise. */
    boolean tryAbandon() {
        return end.compareAndSet(null, End.ABANDONED);
    }

    boolean hasPermits() {
        return end.get() == End.GRANTED;
    }

    /** Why the bulkhead has ended the wait; {@code null} if it has not. */
    @Nullable
    Why rejection() {
        return end.get() instanceof Why why ? why : null;
    }

    /** Whether the wait is over. */
    @Override
    public boolean getAsBoolean() {
        return end.get() != null;
    }
}
