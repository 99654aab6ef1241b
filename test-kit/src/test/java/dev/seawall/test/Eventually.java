package dev.seawall.test;

import java.util.concurrent.locks.LockSupport;

/** Waits for what happens on other threads or in other processes. */
final class Eventually {

    private static final long WITHIN_NANOS = 20_000_000_000L;
    private static final long STEP_NANOS = 5_000_000;

    private Eventually() {}

    /** Checks again and again until it holds. After 20 seconds it fails as the check does. */
    static void eventually(Runnable check) {
        long end = System.nanoTime() + WITHIN_NANOS;
        while (true) {
            try {
                check.run();
                return;
            } catch (AssertionError notYet) {
                if (System.nanoTime() > end) {
                    throw notYet;
                }
                LockSupport.parkNanos(STEP_NANOS);
            }
        }
    }
}
