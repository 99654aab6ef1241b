package dev.seawall.idempotency;

import dev.seawall.EventPublisher;
import dev.seawall.Require;
import dev.seawall.Subscription;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Counts what happens to requests, and tells listeners. For those who run requests in a way of their own; {@link Idempotency} has one.
 *
 * <p><b>Threads:</b> safe for any number of threads. Listeners run on the thread that notes something.
 */
public final class IdempotencyJournal {

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

    /**
     * An empty one.
     *
     * @param name who tells the events
     */
    public IdempotencyJournal(String name) {
        this.name = Require.name(name);
    }

    /**
     * Subscribes to events.
     *
     * @param type which events, subtypes included; {@code IdempotencyEvent.class} for all
     * @param listener told each of them
     * @param <E> the type
     * @return ends the subscription when closed
     * @throws IllegalStateException if there are {@value dev.seawall.EventPublisher#MOST_LISTENERS} listeners already
     */
    public <E extends IdempotencyEvent> Subscription on(Class<E> type, Consumer<? super E> listener) {
        return events.subscribe(type, listener);
    }

    /**
     * The work ran.
     *
     * @param key of the request
     */
    public void executed(Key key) {
        count(executed, IdempotencyEvent.Executed.class, key, IdempotencyEvent.Executed::new);
    }

    /**
     * A request was answered from the store.
     *
     * @param key of the request
     */
    public void replayed(Key key) {
        count(replayed, IdempotencyEvent.Replayed.class, key, IdempotencyEvent.Replayed::new);
    }

    /**
     * A request found itself being worked on.
     *
     * @param key of the request
     */
    public void inProgress(Key key) {
        count(inProgress, IdempotencyEvent.InProgress.class, key, IdempotencyEvent.InProgress::new);
    }

    /**
     * A request came with the key of another one.
     *
     * @param key of the request
     */
    public void mismatched(Key key) {
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

    /**
     * The store was asked.
     *
     * @param nanos how long it took
     */
    public void storeAnswered(long nanos) {
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

    /**
     * What was noted so far.
     *
     * @return as of now
     */
    public IdempotencySnapshot snapshot() {
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
