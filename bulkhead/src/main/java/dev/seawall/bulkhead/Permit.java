package dev.seawall.bulkhead;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The right to use a part of what a bulkhead guards, asked for by hand with {@link Bulkhead#acquire()}. Close it when the work
 * is done, whichever way it ended; closing it again does nothing.
 *
 * <p><b>Threads:</b> safe for any number of threads; may be closed on another thread than it was asked for.
 */
public final class Permit implements AutoCloseable {

    private final AtomicBoolean closed = new AtomicBoolean();
    private final Partition partition;
    private final int weight;

    Permit(Partition partition, int weight) {
        this.partition = partition;
        this.weight = weight;
    }

    /** Gives it back, to the calls that wait if there are any. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            partition.giveBack(weight);
        }
    }
}
