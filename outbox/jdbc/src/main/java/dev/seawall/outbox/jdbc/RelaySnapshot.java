package dev.seawall.outbox.jdbc;

import java.util.List;

/**
 * What a relay has done since it was made, and what it owns.
 *
 * @param published how many messages it published and deleted
 * @param failedAttempts how many attempts have failed
 * @param parked how many messages it gave up
 * @param leaseChanges how often it got or lost a partition
 * @param partitions those it owns at this moment
 * @param publisherAvailable whether the publisher could publish when it was last tried
 */
public record RelaySnapshot(
        long published,
        long failedAttempts,
        long parked,
        long leaseChanges,
        List<Integer> partitions,
        boolean publisherAvailable) {}
