package dev.seawall.idempotency;

import dev.seawall.EventPublisher;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/** Counts what happens, and tells the listeners. */
final class Journal {

    private final String name;
    private final EventPublisher<IdempotencyEvent> events = new EventPublisher<>();
    private final LongAdder executed = new LongAdder();
    private final LongAdder replayed = new LongAdder();
    private final LongAdder inProgress = new LongAdder();
    private final LongAdder mismatched = new LongAdder();
    private final LongAdder takenOver = new LongAdder();
    private final LongAdder claimsLost = new LongAdder();
    private final LongAdder storeFailures = new LongAdder();
    private final LongAdder storeCalls = new LongAdder();
    private final LongAdder storeNanos = new LongAdder();

    /** Makes an event, if somebody wants it. */
    @FunctionalInterface
    private interface Making {
        IdempotencyEvent of(String name, String operation, String keyHash);
    }

    Journal(String name) {
        this.name = name;
    }

    EventPublisher<IdempotencyEvent> events() {
        return events;
    }

    void executed(Key key) {
        count(executed, IdempotencyEvent.Executed.class, key, IdempotencyEvent.Executed::new);
    }

    void replayed(Key key) {
        count(replayed, IdempotencyEvent.Replayed.class, key, IdempotencyEvent.Replayed::new);
    }

    void inProgress(Key key) {
        count(inProgress, IdempotencyEvent.InProgress.class, key, IdempotencyEvent.InProgress::new);
    }

    void mismatched(Key key) {
        count(mismatched, IdempotencyEvent.Mismatched.class, key, IdempotencyEvent.Mismatched::new);
    }

    void takenOver(Key key) {
        count(takenOver, IdempotencyEvent.TakenOver.class, key, IdempotencyEvent.TakenOver::new);
    }

    void claimLost(Key key) {
        count(claimsLost, IdempotencyEvent.ClaimLost.class, key, IdempotencyEvent.ClaimLost::new);
    }

    void answerLost(Key key, RuntimeException failure) {
        tell(
                IdempotencyEvent.AnswerLost.class,
                key,
                (who, operation, hash) -> new IdempotencyEvent.AnswerLost(who, operation, hash, failure));
    }

    void storeFailed(Key key, RuntimeException failure) {
        count(
                storeFailures,
                IdempotencyEvent.StoreFailed.class,
                key,
                (who, operation, hash) -> new IdempotencyEvent.StoreFailed(who, operation, hash, failure));
    }

    void storeAnswered(long nanos) {
        storeCalls.increment();
        storeNanos.add(nanos);
    }

    private void count(LongAdder counter, Class<? extends IdempotencyEvent> type, Key key, Making making) {
        counter.increment();
        tell(type, key, making);
    }

    private void tell(Class<? extends IdempotencyEvent> type, Key key, Making making) {
        if (events.wants(type)) {
            events.publish(making.of(name, key.operation(), key.shortHash()));
        }
    }

    IdempotencySnapshot snapshot() {
        return new IdempotencySnapshot(
                name,
                executed.sum(),
                replayed.sum(),
                inProgress.sum(),
                mismatched.sum(),
                takenOver.sum(),
                claimsLost.sum(),
                storeFailures.sum(),
                storeCalls.sum(),
                Duration.ofNanos(storeNanos.sum()));
    }
}
