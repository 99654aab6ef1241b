package dev.seawall.saga.jdbc;

import java.util.concurrent.TimeUnit;

/** One thread that writes what is queued, a batch at a time. */
final class Writer {

    private final WriteQueue queue;
    private final Thread thread;

    Writer(WriteQueue queue, int number) {
        this.queue = queue;
        this.thread = new Thread(this::run, "seawall-saga-writer-" + number);
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Waits for its end, after the queue was closed; cuts it off after a while. */
    void awaitEnd(long nanos) throws InterruptedException {
        TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, nanos));
    }

    void interrupt() {
        thread.interrupt();
    }

    private void run() {
        try {
            for (WriteQueue.Job job = queue.take(); job != null; job = queue.take()) {
                job.desk().write(queue, job.batch());
            }
        } catch (InterruptedException ours) {
            Thread.currentThread().interrupt(); // nobody else has this thread: the store is closed and does not wait
        }
    }
}
