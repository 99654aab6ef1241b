package dev.seawall.retry;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Lets threads set off within nanoseconds of each other, round after round: they spin where a barrier would park them. */
final class Meeting {

    private static final int SPINS_BEFORE_YIELDING = 1_000;

    private final int parties;
    private final AtomicInteger arrived = new AtomicInteger();

    Meeting(int parties) {
        this.parties = parties;
    }

    /** Returns when all have arrived. A thread's calls must have as many before them as those of the others. */
    void arrive() {
        int ticket = arrived.getAndIncrement();
        int all = (ticket / parties + 1) * parties;
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        for (int spins = 0; arrived.get() < all; spins++) {
            if (spins < SPINS_BEFORE_YIELDING) {
                Thread.onSpinWait();
            } else if (System.nanoTime() > giveUp) {
                throw new AssertionError("the others did not come");
            } else {
                Thread.yield();
            }
        }
    }
}
