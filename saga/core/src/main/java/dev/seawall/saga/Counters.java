package dev.seawall.saga;

import java.util.concurrent.atomic.LongAdder;

/** Counts what an engine does. */
final class Counters {

    final LongAdder started = new LongAdder();
    final LongAdder claimed = new LongAdder();
    final LongAdder recovered = new LongAdder();
    final LongAdder completed = new LongAdder();
    final LongAdder compensated = new LongAdder();
    final LongAdder parked = new LongAdder();
    final LongAdder fenced = new LongAdder();
    final LongAdder attempts = new LongAdder();
    final LongAdder failures = new LongAdder();
    final LongAdder writes = new LongAdder();

    SagaEngineSnapshot snapshot(int active) {
        return new SagaEngineSnapshot(
                active,
                started.sum(),
                claimed.sum(),
                recovered.sum(),
                completed.sum(),
                compensated.sum(),
                parked.sum(),
                fenced.sum(),
                attempts.sum(),
                failures.sum(),
                writes.sum());
    }
}
