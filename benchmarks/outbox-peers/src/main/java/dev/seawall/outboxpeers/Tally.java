package dev.seawall.outboxpeers;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what is handled, and notes when it began. */
final class Tally {

    private final AtomicInteger handled = new AtomicInteger();
    private final AtomicLong begin = new AtomicLong();

    void handled() {
        if (handled.incrementAndGet() == 1) {
            begin.set(System.nanoTime());
        }
    }

    int count() {
        return handled.get();
    }

    void reset() {
        handled.set(0);
    }

    double perSecond(long end) {
        return handled.get() * 1e9 / (end - begin.get());
    }
}
