package dev.seawall.outbox;

import dev.seawall.Backoff;
import dev.seawall.Durations;
import dev.seawall.Jitter;
import dev.seawall.Require;
import dev.seawall.ResilienceRuntime;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread of a consumer: one turn after another until it is closed. For those who write a consumer.
 *
 * <p>After a turn that throws, what it had open is released and it waits before the next one, 100 ms to 10 s, the longer the more
 * often in a row.
 *
 * <p><b>Threads:</b> safe for any number of threads.
 */
public final class ConsumerThread implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ConsumerThread.class);
    private static final Backoff BACKOFF = Backoff.exponential(Duration.ofMillis(100))
            .withCap(Duration.ofSeconds(10))
            .withJitter(Jitter.EQUAL);

    /** What the thread does. Called by that thread only. */
    public interface Work {

        /**
         * Does one turn: opens what is not open, waits briefly for messages, handles some.
         *
         * @throws Exception if that fails; {@link #release()} comes next
         */
        void turn() throws Exception;

        /** Closes what is open, within a short time. Called after a turn that threw, and at the end. */
        void release();
    }

    private final Work work;
    private final long closeNanos;
    private final Thread thread;
    private final ResilienceRuntime runtime = ResilienceRuntime.shared();
    private final AtomicBoolean started = new AtomicBoolean();
    private volatile boolean closing;

    private ConsumerThread(String name, Duration closeWithin, Work work) {
        this.work = Objects.requireNonNull(work, "work");
        this.closeNanos = Durations.toNanos(Require.positive("closeWithin", closeWithin));
        this.thread = new Thread(this::run, Require.name(name));
        this.thread.setDaemon(true);
    }

    /**
     * A thread that is not started yet.
     *
     * @param name what the thread is called
     * @param closeWithin how long {@link #close()} waits before it interrupts the thread, and once more after that
     * @param work what it does
     * @return a new thread
     */
    public static ConsumerThread of(String name, Duration closeWithin, Work work) {
        return new ConsumerThread(name, closeWithin, work);
    }

    /**
     * Starts.
     *
     * @throws IllegalStateException if it was started or closed before
     */
    public void start() {
        if (closing || !started.compareAndSet(false, true)) {
            throw new IllegalStateException("consumer '" + thread.getName() + "' was started or closed before");
        }
        thread.start();
    }

    /**
     * Whether it shall end: a turn then returns as soon as it can, without another message.
     *
     * @return {@code true} once {@link #close()} was called
     */
    public boolean isClosing() {
        return closing;
    }

    /**
     * Whether the thread lives.
     *
     * @return {@code true} from start to end
     */
    public boolean isRunning() {
        return thread.isAlive();
    }

    /**
     * Lets the consumer's own thread wait, until it is closed at the latest.
     *
     * @param nanos how long, in nanoseconds
     * @throws InterruptedException if the thread is interrupted
     */
    public void pause(long nanos) throws InterruptedException {
        runtime.sleep(nanos, () -> closing);
    }

    private void run() {
        int failures = 0;
        while (!closing) {
            try {
                work.turn();
                failures = 0;
            } catch (Throwable failure) { // whatever it is, the next turn may succeed
                failures = Math.min(failures + 1, 100);
                recover(failures, failure);
            }
        }
        Thread.interrupted(); // it has done its work; letting go must not fail over it
        release();
    }

    private void recover(int failures, Throwable failure) {
        if (closing) {
            LOG.debug("consumer '{}' was closed in the middle of something", thread.getName(), failure);
            return;
        }
        LOG.warn("consumer '{}' failed ({}) and starts again", thread.getName(), failure.toString());
        release();
        try {
            pause(BACKOFF.delayNanos(failures, 0, runtime.random()));
        } catch (InterruptedException interrupted) {
            LOG.debug("consumer '{}' was interrupted, not closed: it goes on", thread.getName());
        }
    }

    private void release() {
        try {
            work.release();
        } catch (Throwable failure) {
            LOG.debug("consumer '{}' could not let go", thread.getName(), failure);
        }
    }

    /**
     * Ends the thread: lets the running handler finish within the time set, then interrupts it and waits once more as long. Does
     * not wait if called by the thread itself.
     */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        if (thread.equals(Thread.currentThread())) {
            return;
        }
        try {
            if (!joined()) {
                thread.interrupt();
                if (!joined()) {
                    LOG.warn("consumer '{}' did not end in time: its handler ignores interrupts", thread.getName());
                }
            }
        } catch (InterruptedException interrupted) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    private boolean joined() throws InterruptedException {
        TimeUnit.NANOSECONDS.timedJoin(thread, closeNanos);
        return !thread.isAlive();
    }

    @Override
    public String toString() {
        return thread.getName() + (closing ? ", closed" : isRunning() ? ", running" : ", not started");
    }
}
