package dev.seawall.outbox.jdbc;

import dev.seawall.Backoff;
import dev.seawall.Durations;
import dev.seawall.Require;
import dev.seawall.ResilienceRuntime;
import dev.seawall.jdbc.Tables;
import dev.seawall.payload.PayloadTypes;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a relay was told. A value out of range cannot exist. */
record RelaySettings(
        Tables tables,
        String name,
        int workers,
        int batchRows,
        long batchBytes,
        int largestPayload,
        @Nullable PayloadTypes knownTypes,
        Duration pollInterval,
        Duration publishTimeout,
        Duration closeTimeout,
        Duration timeToLive,
        Backoff backoff,
        int maxAttempts,
        ParkingPolicy parking,
        boolean unordered,
        boolean archiving,
        ResilienceRuntime runtime) {

    RelaySettings {
        Require.name(name);
        Require.between("workers", workers, 1, 64);
        Require.between("batchRows", batchRows, 1, 100_000);
        Require.check(
                batchBytes >= 1 && batchBytes <= 1L << 30, "batchBytes must be from 1 to 1 GiB, was %s", batchBytes);
        Require.between("largestPayload", largestPayload, 1, 1 << 28);
        between("pollInterval", pollInterval, Duration.ofMillis(1), Duration.ofMinutes(1));
        between("publishTimeout", publishTimeout, Duration.ofMillis(10), Duration.ofHours(1));
        between("closeTimeout", closeTimeout, Duration.ZERO, Duration.ofHours(1));
        Require.atLeast("maxAttempts", maxAttempts, 1);
    }

    /** How long to wait after so many failures. */
    long delayNanos(int failures) {
        return backoff.delayNanos(failures, 0, runtime.random());
    }

    private static void between(String setting, Duration value, Duration least, Duration most) {
        Require.check(
                value.compareTo(least) >= 0 && value.compareTo(most) <= 0,
                "%s must be from %s to %s, was %s",
                setting,
                Durations.format(least),
                Durations.format(most),
                Durations.format(value));
    }
}
