package dev.seawall.saga.jdbc;

import java.time.Duration;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/** Counts what a store does. */
final class Figures {

    final LongAdder writes = new LongAdder();
    final LongAdder starts = new LongAdder();
    final LongAdder batches = new LongAdder();
    final LongAdder fenced = new LongAdder();
    final LongAdder unknownOutcomes = new LongAdder();
    final LongAdder repeated = new LongAdder();
    private final LongAdder nanos = new LongAdder();
    private final LongAccumulator longest = new LongAccumulator(Math::max, 0);
    private final LongAccumulator largest = new LongAccumulator(Math::max, 0);

    void batch(int size) {
        batches.increment();
        largest.accumulate(size);
    }

    /** How long one took from the moment it was handed over until it was answered. */
    void took(long lasted) {
        nanos.add(lasted);
        longest.accumulate(lasted);
    }

    JdbcSagaStoreSnapshot snapshot(int waiting) {
        long written = writes.sum();
        long started = starts.sum();
        return new JdbcSagaStoreSnapshot(
                written,
                started,
                batches.sum(),
                (int) largest.get(),
                waiting,
                fenced.sum(),
                unknownOutcomes.sum(),
                repeated.sum(),
                Duration.ofNanos(nanos.sum() / Math.max(1, written + started)),
                Duration.ofNanos(longest.get()));
    }
}
