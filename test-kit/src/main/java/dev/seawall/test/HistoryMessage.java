package dev.seawall.test;

import dev.seawall.test.HistoryEvent.Commit;
import dev.seawall.test.HistoryEvent.Published;
import org.jspecify.annotations.Nullable;

/** What is known of one message. There may be millions, so it is kept small. */
final class HistoryMessage {

    static final int MAX_CONSUMERS = 32;

    private static final int BITS = 2; // none, one, more: for each consumer

    final Object id; // a UUID if it is one, which takes less room than its text

    @Nullable
    KeyHistory key; // null as long as only effects of it are known

    long producerSequence;

    @Nullable
    Commit commit; // null as long as nobody has told of adding it

    int arrivals;
    long firstEpoch;
    int partition;
    long outboxSequence;
    private long effects;

    HistoryMessage(Object id) {
        this.id = id;
    }

    /** Keeps the outcome that says most. */
    boolean learn(Commit told) {
        if (commit == null || commit == Commit.UNKNOWN) {
            commit = told;
        }
        return told == Commit.UNKNOWN || commit == told;
    }

    /** Compares with an earlier arrival's place, if that is known. */
    boolean keepsPlace(Published published) {
        if (outboxSequence == 0) {
            partition = published.partition();
            outboxSequence = published.outboxSequence();
        }
        return published.outboxSequence() == 0
                || (published.partition() == partition && published.outboxSequence() == outboxSequence);
    }

    void apply(int consumer) {
        if (effects(consumer) < 2) {
            effects += 1L << (BITS * consumer);
        }
    }

    /** 0, 1, or 2 for more than one. */
    int effects(int consumer) {
        return (int) (effects >>> (BITS * consumer)) & 3;
    }

    boolean hasEffects() {
        return effects != 0;
    }

    String place() {
        return partition + "/" + outboxSequence;
    }

    @Override
    public String toString() {
        return "message " + id + " (" + (key == null ? "of no known key" : key.name + " #" + producerSequence) + ")";
    }
}
