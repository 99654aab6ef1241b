package dev.seawall.bulkhead;

import dev.seawall.CallWith;
import dev.seawall.Done;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An asynchronous call whose start runs on another thread. Its permits are in use until its stage has ended and that thread is
 * free again: a time limit inside may end the call while the user's code still keeps the thread.
 */
final class HandedStart<S extends @Nullable Object, T extends @Nullable Object> extends CallWaiter<S, T> {

    private final Executor executor;
    private final AtomicInteger holders = new AtomicInteger(2); // the stage and the thread, until they are done
    private volatile @Nullable Thread starter;

    HandedStart(
            At layer,
            Executor executor,
            Place place,
            long start,
            CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call,
            S subject,
            long deadline,
            Done<? super T> done) {
        super(layer, place, start, call, subject, deadline, done);
        this.executor = executor;
    }

    @Override
    void goOn() {
        proceed(task -> executor.execute(() -> startBy(task)));
    }

    private void startBy(Runnable task) {
        starter = Thread.currentThread();
        try {
            task.run();
        } finally {
            if (holders.get() > 0 && holders.decrementAndGet() == 0) {
                giveBack();
            }
        }
    }

    @Override
    protected void ended(boolean started) {
        boolean lastOne = !started
                || (Thread.currentThread().equals(starter)
                        ? holders.getAndSet(0) > 0 // before the caller hears; the thread is on its way out
                        : holders.decrementAndGet() == 0);
        if (lastOne) {
            giveBack();
        }
    }
}
