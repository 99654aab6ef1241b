package dev.seawall.benchmarks.killrun;

import dev.seawall.Require;
import dev.seawall.test.KillPlan;
import java.time.Duration;
import java.util.List;

/**
 * What a run of sagas does to its nodes.
 *
 * @param kills how many processes are killed; stops come on top
 * @param seed what victims, pauses, shapes and fates follow from
 * @param nodes how many nodes share the work
 */
record SagaPlan(int kills, long seed, int nodes) {

    static final Duration TIME_TO_LIVE = Duration.ofSeconds(1);

    /** Of an attempt. */
    static final Duration STEP_TIMEOUT = Duration.ofSeconds(1);

    static final int CONCURRENCY = 32;
    static final int CONNECTIONS = 8;
    static final int STARTERS = 2;

    /** How many sagas wait to be started, so that there is always something to do. */
    static final int WAITING = 20;

    private static final int SHAPES = 12;
    private static final int KILLS_FOR_A_CRASH = 50;
    private static final int MOST_NODES = 4;
    private static final double USUAL_START_MILLIS = 1_500;

    SagaPlan {
        Require.between("kills", kills, 1, 1_000_000);
        Require.between("nodes", nodes, 1, MOST_NODES);
    }

    /**
     * So rare that a node lives for a while once it works, however few nodes there are and however slow the machine.
     *
     * @param startMillis how long a node takes to start
     */
    KillPlan strikes(long startMillis) {
        double rarer = (double) MOST_NODES / nodes * Math.max(1, startMillis / USUAL_START_MILLIS);
        return KillPlan.of(seed)
                .every(millis(400 * rarer), millis(1_800 * rarer))
                .stopping(0.25, Duration.ofMillis(300), Duration.ofMillis(2_500))
                .restartingAfter(Duration.ZERO, Duration.ofMillis(1_000));
    }

    private static Duration millis(double millis) {
        return Duration.ofMillis(Math.round(millis));
    }

    /** How often the database is killed: once in 50 kills. */
    int crashes() {
        return Math.max(1, kills / KILLS_FOR_A_CRASH);
    }

    Duration most() {
        return Duration.ofMinutes(2).plus(Duration.ofSeconds(60L * kills));
    }

    SagaFate fate() {
        return new SagaFate(seed);
    }

    static List<SagaShape> shapes(long seed) {
        return SagaShape.all(seed, SHAPES);
    }
}
