package dev.seawall.saga;

import dev.seawall.payload.EncodedPayload;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A saga as its store has it. Ages and remaining times were measured by the store's clock when it was read.
 *
 * @param key which
 * @param version of its definition
 * @param inputHash tells the input it was started with from others
 * @param status how far it is
 * @param state what its steps work on
 * @param progress which steps were begun, done and undone, in the engine's own form
 * @param step the step it is at, for people
 * @param reason why it is compensated or parked, or the last failure
 * @param owner the node that works on it, if one does
 * @param epoch how often it has changed hands
 * @param rev how often it has been written
 * @param recoveries how often it was taken over from a node that died, since it was last written
 * @param cancelRequested whether somebody wants it undone
 * @param age since it was started
 * @param deadlineIn until its deadline, negative afterwards; {@code null} without one
 * @param wakeIn until it is due, negative afterwards; {@code null} if it is not waiting
 */
public record SagaRecord(
        SagaKey key,
        int version,
        String inputHash,
        SagaStatus status,
        EncodedPayload state,
        String progress,
        @Nullable String step,
        @Nullable String reason,
        @Nullable String owner,
        long epoch,
        long rev,
        int recoveries,
        boolean cancelRequested,
        Duration age,
        @Nullable Duration deadlineIn,
        @Nullable Duration wakeIn) {

    @Override
    public String toString() {
        return key + " v" + version + " " + status + (step == null ? "" : " at " + step) + ", rev " + rev;
    }
}
