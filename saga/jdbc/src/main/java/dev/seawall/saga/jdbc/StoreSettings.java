package dev.seawall.saga.jdbc;

import dev.seawall.Durations;
import dev.seawall.Require;
import dev.seawall.ResilienceRuntime;
import dev.seawall.jdbc.Tables;
import java.time.Duration;

/** What a store was told. A value out of range cannot exist. */
record StoreSettings(
        Tables tables,
        String name,
        int writers,
        int largestBatch,
        int mostStartsWaiting,
        Duration timeToLive,
        Duration closeTimeout,
        Duration parkUnknownAfter,
        ResilienceRuntime runtime) {

    private static final Duration SHORTEST_ANSWER = Duration.ofSeconds(5);
    private static final int ANSWER_LIVES = 3; // in times to live

    StoreSettings {
        Require.name(name);
        Require.between("writers", writers, 1, 16);
        Require.between("largestBatch", largestBatch, 1, 1_000);
        Require.between("mostStartsWaiting", mostStartsWaiting, 1, 1_000_000);
        between("timeToLive", timeToLive, Duration.ofMillis(500), Duration.ofHours(1));
        between("closeTimeout", closeTimeout, Duration.ZERO, Duration.ofHours(1));
        between("parkUnknownAfter", parkUnknownAfter, Duration.ofMillis(1), Duration.ofDays(30));
    }

    /** How long the database may take to answer a statement of the store before its connection counts as broken. */
    Duration answer() {
        Duration lives = timeToLive.multipliedBy(ANSWER_LIVES);
        return lives.compareTo(SHORTEST_ANSWER) < 0 ? SHORTEST_ANSWER : lives;
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
