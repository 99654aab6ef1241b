package dev.seawall.benchmarks.killrun;

import dev.seawall.Require;
import dev.seawall.test.KillPlan;
import java.time.Duration;

/**
 * What a run does to its processes. A strike falls on any of them; faults of the network and the ends of backends come beside that.
 *
 * @param kills how many processes are killed; stops come on top
 * @param seed what victims, ways and pauses follow from
 * @param relays how many relays share the work
 */
record Plan(int kills, long seed, int relays) {

    /** Short, so that in a run of minutes partitions change hands hundreds of times. */
    static final Duration TIME_TO_LIVE = Duration.ofSeconds(1);

    static final Duration PUBLISH_TIMEOUT = Duration.ofSeconds(2);

    static final int WORKERS = 2;
    static final int BATCH_ROWS = 64;
    static final int PRODUCER_THREADS = 4;
    static final int KEYS = 48;
    static final int PARTITIONS = 64;

    private static final int FEWEST_ROWS_READ = 16;
    private static final int KILLS_FOR_A_CRASH = 50;

    Plan {
        Require.between("kills", kills, 1, 1_000_000);
        Require.between("relays", relays, 1, 16);
    }

    KillPlan strikes() {
        return KillPlan.of(seed)
                .every(Duration.ofMillis(400), Duration.ofMillis(1_800))
                .stopping(0.25, Duration.ofMillis(300), Duration.ofMillis(2_500))
                .restartingAfter(Duration.ZERO, Duration.ofMillis(1_000));
    }

    /** How often the database is killed: once in 50 kills. */
    int crashes() {
        return Math.max(1, kills / KILLS_FOR_A_CRASH);
    }

    /**
     * How many messages one relay may have read, and so have published and not acknowledged: each worker reads while it has less
     * than a batch, and then at least 16 rows of each of its partitions.
     */
    static long inFlight() {
        return WORKERS * (long) BATCH_ROWS + (long) PARTITIONS * FEWEST_ROWS_READ;
    }

    Duration most() {
        return Duration.ofMinutes(2).plus(Duration.ofSeconds(10L * kills));
    }
}
