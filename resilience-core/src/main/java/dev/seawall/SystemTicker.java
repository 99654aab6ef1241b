package dev.seawall;

/** The one place that reads the machine's monotonic clock. Counts from 1, so that 0 can stand for "not read". */
final class SystemTicker {

    private static final long ORIGIN = System.nanoTime() - 1;

    private SystemTicker() {}

    static long now() {
        return System.nanoTime() - ORIGIN;
    }
}
