package dev.seawall.idempotency;

import dev.seawall.Durations;
import dev.seawall.Require;
import dev.seawall.ResilienceRuntime;
import dev.seawall.idempotency.Idempotency.WhenDown;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What was set, checked. */
record Settings(
        String name,
        IdempotencyStore store,
        AnswerFormat format,
        Duration claimFor,
        Duration keepFor,
        Predicate<@Nullable Object> storeIf,
        WhenDown whenDown,
        ResilienceRuntime runtime) {

    private static final Duration SHORTEST_CLAIM = Duration.ofMillis(100);
    private static final Duration LONGEST_CLAIM = Duration.ofDays(1);
    private static final Duration LONGEST_KEEP = Duration.ofDays(366);

    Settings {
        Require.check(
                claimFor.compareTo(SHORTEST_CLAIM) >= 0 && claimFor.compareTo(LONGEST_CLAIM) <= 0,
                "claimFor must be from 100 ms to 1 day, was %s",
                Durations.format(claimFor));
        Require.check(
                keepFor.compareTo(claimFor) >= 0 && keepFor.compareTo(LONGEST_KEEP) <= 0,
                "keepFor must be from claimFor (%s) to 366 days, was %s",
                Durations.format(claimFor),
                Durations.format(keepFor));
    }

    boolean failsOpen() {
        return whenDown == WhenDown.FAIL_OPEN;
    }
}
