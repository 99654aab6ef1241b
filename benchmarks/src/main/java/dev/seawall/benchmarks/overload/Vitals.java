package dev.seawall.benchmarks.overload;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

/**
 * A thread that wants to wake up each millisecond, and sees how late it does: as late as anything else that this machine has
 * to do at once. It also looks after the most heap that was in use after a collection.
 */
final class Vitals implements AutoCloseable {

    private static final long BEAT = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int MOST_BEATS = 200_000;
    private static final int BEATS_A_LOOK = 100;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final long[] lateness = new long[MOST_BEATS];
    private final Thread thread = new Thread(this::beat, "heartbeat");
    private volatile boolean stopped;
    private final AtomicInteger beats = new AtomicInteger();
    private volatile long mostHeap;

    Vitals() {
        threads.resetPeakThreadCount();
        thread.setDaemon(true);
        thread.start();
    }

    private void beat() {
        for (int i = 0; i < MOST_BEATS && !stopped; i++) {
            long start = System.nanoTime();
            LockSupport.parkNanos(BEAT);
            lateness[i] = Math.max(0, System.nanoTime() - start - BEAT);
            beats.set(i + 1);
            if (i % BEATS_A_LOOK == 0) {
                mostHeap = Math.max(mostHeap, heapAfterCollection());
            }
        }
    }

    private static long heapAfterCollection() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getCollectionUsage)
                .mapToLong(usage -> usage == null ? 0 : usage.getUsed())
                .sum();
    }

    /** How late it woke up. */
    Percentiles lateness() {
        return Percentiles.of(LongStream.of(lateness).limit(beats.get()));
    }

    int mostThreads() {
        return threads.getPeakThreadCount();
    }

    /** Of what the collector looked at; it need not look at everything in each collection. */
    double mostHeapMegabytes() {
        return mostHeap / 1e6;
    }

    @Override
    public void close() {
        stopped = true;
    }
}
