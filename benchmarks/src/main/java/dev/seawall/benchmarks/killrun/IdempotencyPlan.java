package dev.seawall.benchmarks.killrun;

import dev.seawall.Require;
import dev.seawall.test.KillPlan;
import java.time.Duration;

/**
 * What a run does to callers of idempotency.
 *
 * @param kills how many processes are killed; stops come on top
 * @param seed what victims, ways and pauses follow from
 * @param nodes how many processes call
 * @param defect what is wrong with what they call, to see whether the check finds it
 */
record IdempotencyPlan(int kills, long seed, int nodes, Defect defect) {

    /** Short, so that claims lapse under processes that stand still. */
    static final Duration CLAIM_FOR = Duration.ofMillis(250);

    static final int CALLERS = 4; // in each process
    static final int TOGETHER = 4; // keys that all callers work on at a time
    static final long NEW_KEY_NANOS = 20_000_000;

    private static final int KILLS_FOR_A_CRASH = 50;

    IdempotencyPlan {
        Require.between("kills", kills, 1, 1_000_000);
        Require.between("nodes", nodes, 1, 16);
    }

    KillPlan strikes() {
        return KillPlan.of(seed)
                .every(Duration.ofMillis(200), Duration.ofMillis(1_000))
                .stopping(0.3, Duration.ofMillis(600), Duration.ofMillis(2_500))
                .restartingAfter(Duration.ZERO, Duration.ofMillis(500));
    }

    /** How often the database is killed: once in 50 kills. */
    int crashes() {
        return Math.max(1, kills / KILLS_FOR_A_CRASH);
    }

    Duration most() {
        return Duration.ofMinutes(2).plus(Duration.ofSeconds(10L * kills));
    }
}
