package dev.seawall.retry;

import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The threads on which synchronous calls make their further attempts, unless the user brings some. Made on first use, so that a
 * program which does without starts none, and shared by all hedges, so that many hedges do not mean many idle threads. Nothing
 * waits for a thread: when all are busy, the attempt is refused.
 */
final class HedgeThreads {

    private static final int MOST = 1_000;
    private static final long IDLE_SECONDS = 30;
    private static final AtomicLong COUNT = new AtomicLong();

    static final Executor EXECUTOR = new ThreadPoolExecutor(
            0, MOST, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), HedgeThreads::thread);

    private HedgeThreads() {}

    private static Thread thread(Runnable task) {
        // inherits no thread locals: its maker is the timer's thread, or whichever came first
        Thread thread = new Thread(null, task, "seawall-hedge-" + COUNT.incrementAndGet(), 0, false);
        thread.setDaemon(true);
        return thread;
    }
}
