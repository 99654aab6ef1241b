package dev.seawall.outbox.jdbc;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Makes two threads one: the second runs from one point to its next while the first waits, and stands still otherwise. */
final class Baton {

    private static final long LONGEST_SECONDS = 60;

    private final Semaphore go = new Semaphore(0);
    private final Semaphore back = new Semaphore(0);
    private volatile boolean free;

    /** Of the second thread: a point at which it stands still. */
    void pass() {
        if (!free) {
            back.release();
            take(go);
        }
    }

    /** Waits until the second thread has come to a point. Called once after it was started. */
    void await() {
        take(back);
    }

    /** Lets the second thread go on to its next point. */
    void step() {
        go.release();
        take(back);
    }

    /** Lets the second thread go on for good. */
    void release() {
        free = true;
        go.release();
    }

    private static void take(Semaphore semaphore) {
        try {
            if (!semaphore.tryAcquire(LONGEST_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("the other thread has not come to a point");
            }
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
