package dev.seawall.saga;

import dev.seawall.payload.EncodedPayload;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a saga, written by its owner if epoch and rev are still those that it knows: one row and its log in one
 * transaction.
 *
 * @param key which
 * @param epoch the one of its owner
 * @param rev the one before this write
 * @param status how far it is
 * @param state what its steps work on
 * @param progress which steps were begun, done and undone
 * @param step the step it is at
 * @param reason why it is compensated or parked, or the last failure
 * @param wakeIn {@code null} if the owner goes on; otherwise the owner lets go, and the saga is due after that time. A saga that
 *     ends or is parked is let go in any case
 * @param consumed the signals that are used up by this write
 * @param log what to tell in its history, in order
 */
public record SagaWrite(
        SagaKey key,
        long epoch,
        long rev,
        SagaStatus status,
        EncodedPayload state,
        String progress,
        @Nullable String step,
        @Nullable String reason,
        @Nullable Duration wakeIn,
        List<Long> consumed,
        List<Entry> log) {

    /** Copies the lists. */
    public SagaWrite {
        consumed = List.copyOf(consumed);
        log = List.copyOf(log);
    }

    /**
     * One line of a saga's history.
     *
     * @param step of which step; {@code null} if of the whole saga
     * @param kind what happened: 1 to 40 letters
     * @param attempt the attempt's number from 1, or 0 if there is none
     * @param text such as an error's, at most 1,000 characters; {@code null} for none
     */
    public record Entry(
            @Nullable String step,
            String kind,
            int attempt,
            @Nullable String text) {}

    @Override
    public String toString() {
        return key + " " + status + (step == null ? "" : " at " + step) + ", rev " + rev + " in epoch " + epoch;
    }
}
