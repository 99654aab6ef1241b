package dev.seawall.benchmarks.overload;

import java.util.List;

/**
 * A part of the test.
 *
 * @param name its heading
 * @param part what its figures are used for
 * @param seconds how long it takes
 * @param callsPerSecond how many calls are due
 * @param health how the dependency is meanwhile
 */
record Phase(String name, Part part, int seconds, int callsPerSecond, Health health) {

    /** What the figures of a phase are used for. */
    enum Part {
        WARM_UP,
        BASELINE,
        OVERLOAD,
        RECOVERY
    }

    private static final int FACTOR = 10;
    private static final int USUAL = Dependency.CAPACITY / 2;
    private static final int FLOOD = Dependency.CAPACITY * FACTOR;

    static final List<Phase> FULL = plan(4, 8, List.of(16, 6, 4, 4, 4, 10, 8, 8), 18);
    static final List<Phase> QUICK = plan(2, 3, List.of(3, 1, 1, 1, 1, 2, 1, 2), 13);

    private static List<Phase> plan(int warmUp, int baseline, List<Integer> flood, int recovery) {
        return List.of(
                new Phase("warm-up", Part.WARM_UP, warmUp, USUAL, Health.WELL),
                new Phase("baseline", Part.BASELINE, baseline, USUAL, Health.WELL),
                new Phase("overloaded, but well", Part.OVERLOAD, flood.get(0), FLOOD, Health.WELL),
                new Phase("overloaded, flaky", Part.OVERLOAD, flood.get(1), FLOOD, Health.FLAKY),
                new Phase("overloaded, slow", Part.OVERLOAD, flood.get(2), FLOOD, Health.SLOW),
                new Phase("overloaded, slower", Part.OVERLOAD, flood.get(3), FLOOD, Health.SLOWER),
                new Phase("overloaded, too slow", Part.OVERLOAD, flood.get(4), FLOOD, Health.TOO_SLOW),
                new Phase("overloaded, hanging", Part.OVERLOAD, flood.get(5), FLOOD, Health.HANGING),
                new Phase("overloaded, cuts off", Part.OVERLOAD, flood.get(6), FLOOD, Health.CUTTING),
                new Phase("overloaded, refuses", Part.OVERLOAD, flood.get(7), FLOOD, Health.REFUSING),
                new Phase("usual load, well again", Part.RECOVERY, recovery, USUAL, Health.WELL));
    }

    int calls() {
        return seconds * callsPerSecond;
    }

    static int seconds(List<Phase> plan) {
        return plan.stream().mapToInt(Phase::seconds).sum();
    }

    static int calls(List<Phase> plan) {
        return plan.stream().mapToInt(Phase::calls).sum();
    }
}
