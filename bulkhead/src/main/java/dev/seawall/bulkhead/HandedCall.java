package dev.seawall.bulkhead;

import dev.seawall.CallWith;
import dev.seawall.Layer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A synchronous call on its way through another thread. It holds its permits until that thread has done with it, also when
 * the caller has gone.
 *
 * <p>The value is its state. The caller may interrupt the thread only while that runs this very call: the interrupt has a
 * state before and after it, and a thread that finds itself being interrupted waits until that has happened, and then clears
 * it.
 */
@SuppressWarnings("serial") // never serialized; extends to save an object on each call
final class HandedCall<S extends @Nullable Object, T extends @Nullable Object, X extends Exception>
        extends AtomicInteger implements Runnable, BooleanSupplier {

    private static final int NEW = 0;
    private static final int CANCELLED = 1;
    private static final int RUNNING = 2;
    private static final int INTERRUPTING = 3;
    private static final int INTERRUPTED = 4;
    private static final int ENDED = 5;
    private static final int ANSWERED = 6;

    private final Thread caller = Thread.currentThread();
    private final Partition partition;
    private final int weight;
    private final Layer next;
    private final CallWith<? super S, T, X> call;
    private final S subject;
    private final long deadline;

    private @Nullable Thread worker; // written before RUNNING
    private @Nullable T result; // both written before ANSWERED
    private @Nullable Throwable failure;

    HandedCall(Partition partition, int weight, Layer next, CallWith<? super S, T, X> call, S subject, long deadline) {
        this.partition = partition;
        this.weight = weight;
        this.next = next;
        this.call = call;
        this.subject = subject;
        this.deadline = deadline;
    }

    // ---- on the other thread

    @Override
    public void run() {
        if (get() != NEW) {
            return;
        }
        worker = Thread.currentThread();
        if (compareAndSet(NEW, RUNNING)) {
            try {
                result = next.call(call, subject, Layer.UNREAD, deadline);
            } catch (Throwable thrown) {
                failure = thrown;
            }
            leave();
            end();
        }
    }

    /** Nothing was run, and nothing will be. */
    void fail(Throwable broken) {
        if (compareAndSet(NEW, ENDED)) {
            failure = broken;
            end();
        }
    }

    private void leave() {
        if (compareAndSet(RUNNING, ENDED)) {
            return;
        }
        while (get() != INTERRUPTED) {
            Thread.onSpinWait(); // the caller is between its two steps
        }
        Thread.interrupted(); // it was meant for this call, not for the thread's next one
        set(ENDED);
    }

    /** The permits are back before the caller knows that it can go on. */
    private void end() {
        try {
            partition.giveBack(weight);
        } finally {
            set(ANSWERED);
            LockSupport.unpark(caller);
        }
    }

    // ---- on the caller's thread

    /** Keeps the call from starting. {@code false} if it has started. */
    boolean tryTakeBack() {
        boolean unstarted = compareAndSet(NEW, CANCELLED);
        if (unstarted) {
            partition.giveBack(weight);
        }
        return unstarted;
    }

    /** Keeps the call from starting, or interrupts the thread that runs it. */
    void cancel() {
        if (!tryTakeBack() && compareAndSet(RUNNING, INTERRUPTING)) {
            Thread running = worker;
            if (running != null) {
                running.interrupt();
            }
            set(INTERRUPTED);
        }
    }

    /** Whether the answer is there. */
    @Override
    public boolean getAsBoolean() {
        return get() == ANSWERED;
    }

    /** What the call returned, or what it threw, once {@link #getAsBoolean()} says yes. */
    @SuppressWarnings("NullAway") // the result is null only where T allows it
    T answer() throws X {
        if (failure != null) {
            throw HandedCall.<X>asThrown(failure);
        }
        return result;
    }

    /** A call throws its {@code X} or what is unchecked, so a failure of it is one of them, which javac cannot know. */
    @SuppressWarnings("unchecked")
    private static <Y extends Throwable> RuntimeException asThrown(Throwable failure) throws Y {
        throw (Y) failure;
    }
}
