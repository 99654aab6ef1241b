package dev.seawall.outbox.jdbc;

import java.time.Duration;
import java.util.Map;

/**
 * What waits in an outbox, whoever publishes it.
 *
 * @param pending how many messages were committed and not yet published, blocked and paused ones included
 * @param oldest how old the oldest of them is, by the clock of the database; 0 s if there is none
 * @param delayed how many are not due yet
 * @param failingKeys how many keys wait for another attempt
 * @param heldKeys how many keys wait for somebody to decide
 * @param parked how many messages were taken out of the way and wait for somebody to decide
 * @param partitions how many messages are pending in each partition that has some
 */
public record OutboxBacklog(
        long pending,
        Duration oldest,
        long delayed,
        long failingKeys,
        long heldKeys,
        long parked,
        Map<Integer, Long> partitions) {

    /** Keeps a copy. */
    public OutboxBacklog {
        partitions = Map.copyOf(partitions);
    }
}
