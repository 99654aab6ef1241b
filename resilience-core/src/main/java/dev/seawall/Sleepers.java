package dev.seawall;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * The threads that wait in one runtime, until their time is over or the runtime is closed.
 *
 * <p>Not a latch that all of them wait for: when a wait on a latch runs out, it is searched for in the latch's queue, so n
 * waits cost n² steps, which 50,000 virtual threads in a backoff feel as half a minute. Here nobody sees the others.
 */
final class Sleepers {

    private final Set<Thread> asleep = ConcurrentHashMap.newKeySet();
    private volatile boolean over;

    /** Waits, and returns {@code false} if the runtime was closed before the wait was over. */
    boolean sleep(long nanos, BooleanSupplier until) throws InterruptedException {
        long start = SystemTicker.now();
        Thread self = Thread.currentThread();
        asleep.add(self); // before the first look at the flag, which wakeAll() sets before it looks for threads
        try {
            long left = nanos;
            while (!over && left > 0 && !self.isInterrupted() && !until.getAsBoolean()) {
                LockSupport.parkNanos(this, left);
                left = nanos - (SystemTicker.now() - start);
            }
        } finally {
            asleep.remove(self);
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return !over;
    }

    /** Ends all waits, and those that begin from now on. */
    void wakeAll() {
        over = true;
        asleep.forEach(LockSupport::unpark);
    }

    boolean areAwake() {
        return over;
    }
}
