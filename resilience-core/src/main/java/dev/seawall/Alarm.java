package dev.seawall;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Interrupts a thread at a deadline unless it is disarmed first, and can be armed again and again without touching the timer.
 *
 * <p>The value is the whole state: a deadline while armed, else one of the negative marks or {@link #FREE}. Arming is one CAS
 * from {@code FREE} to the deadline, disarming one CAS back; the timer fires by a CAS from the very deadline it saw, so it can
 * never interrupt a later call, unless that has the same deadline, which is then due as well.
 *
 * <p>The timer has at most one wake-up for an alarm. It is not taken off when the alarm is disarmed: when it runs it finds the
 * alarm free and lapses, or armed by a later call and moves to that call's deadline. So calls with a limit of 3 s cost one
 * timer task in 3 s, not one each. Owner and timer each write first and read the other's word afterwards (the owner the
 * value, then the wake-up; the timer the wake-up, then the value), so at least one of them sees that a wake-up is missing.
 */
@SuppressWarnings("serial") // never serialized; extends to save an object and an indirection on each call
final class Alarm extends AtomicLong {

    private static final long FREE = 0;
    private static final long FIRING = -1;
    private static final long FIRED = -2;
    private static final long LEAVING = -3;

    private final ResilienceRuntime runtime;
    private final boolean transientAlarm; // not in the table, so its wake-up must not outlive the call
    private final AtomicReference<@Nullable WakeUp> wakeUp = new AtomicReference<>();
    private volatile @Nullable Thread thread;

    /** A place in the timer. An alarm's current one is the only one that counts. */
    private final class WakeUp implements Runnable {

        private final long at;
        private volatile Cancellation task = Cancellation.NONE;

        WakeUp(long at) {
            this.at = at;
        }

        @Override
        public void run() {
            if (wakeUp.compareAndSet(this, null)) {
                ring();
            }
        }
    }

    Alarm(ResilienceRuntime runtime, boolean transientAlarm) {
        this.runtime = runtime;
        this.transientAlarm = transientAlarm;
    }

    /** An alarm for one call of the calling thread. */
    static Alarm once(ResilienceRuntime runtime, long deadline) {
        Alarm alarm = new Alarm(runtime, true);
        alarm.tryArm(deadline, Thread.currentThread());
        return alarm;
    }

    boolean tryArm(long deadline, Thread owner) {
        if (get() != FREE || !compareAndSet(FREE, deadline)) {
            return false;
        }
        thread = owner;
        WakeUp planned = wakeUp.get();
        if (planned == null || planned.at > deadline) {
            wakeAt(deadline);
        }
        return true;
    }

    /**
     * Ends the watch.
     *
     * @return whether the alarm went off; the interrupt it sent is then cleared
     */
    boolean disarm(long deadline) {
        if (compareAndSet(deadline, LEAVING)) {
            release();
            return false;
        }
        while (get() != FIRED) {
            Thread.onSpinWait(); // the timer is between its two steps
        }
        Thread.interrupted();
        release();
        return true;
    }

    private void release() {
        thread = null;
        if (transientAlarm) {
            WakeUp planned = wakeUp.getAndSet(null);
            if (planned != null) {
                planned.task.cancel();
            }
            return;
        }
        setRelease(FREE);
    }

    private void wakeAt(long deadline) {
        WakeUp planned = wakeUp.get();
        while (planned == null || planned.at > deadline) {
            WakeUp earlier = new WakeUp(deadline);
            if (wakeUp.compareAndSet(planned, earlier)) {
                earlier.task = runtime.schedule(deadline - runtime.now(), earlier);
                if (planned != null) {
                    planned.task.cancel();
                }
                return;
            }
            planned = wakeUp.get();
        }
    }

    /** On the timer's thread, with no wake-up planned. */
    private void ring() {
        long deadline = get();
        if (deadline <= FREE) {
            return;
        }
        if (runtime.now() < deadline && !runtime.isClosed()) {
            wakeAt(deadline);
        } else if (compareAndSet(deadline, FIRING)) {
            Thread owner = thread;
            while (owner == null) {
                Thread.onSpinWait(); // the owner is between its two steps
                owner = thread;
            }
            owner.interrupt();
            set(FIRED);
        }
        // else it was disarmed in between; whoever armed it anew found no wake-up planned and has planned one
    }
}
