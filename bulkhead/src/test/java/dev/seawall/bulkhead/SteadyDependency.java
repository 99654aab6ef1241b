package dev.seawall.bulkhead;

import java.util.ArrayList;
import java.util.List;

/**
 * A dependency without chance: works on so many calls at once, and makes all of them slower in proportion when there are more.
 * Feeds an algorithm with windows, as callers would who always have so many calls to make.
 */
final class SteadyDependency {

    private static final int CALLS = 50;
    private static final long SHORTEST_WINDOW = 250_000_000;

    private final LimitAlgorithm algorithm;
    int servers = 20;
    double callNanos = 100e6;
    int demand = Integer.MAX_VALUE;
    int neverEnding; // calls that hold their permits for good
    int droppedOf50;
    private long now = 1;

    SteadyDependency(LimitAlgorithm algorithm) {
        this.algorithm = algorithm;
    }

    /** The limits in force after each of so many windows. */
    List<Integer> run(int windows) {
        List<Integer> limits = new ArrayList<>();
        for (int i = 0; i < windows; i++) {
            int inUse = Math.max(neverEnding, Math.min(algorithm.limit(), demand));
            double mean = callNanos * Math.max(1, (double) inUse / servers);
            now += (long) Math.max(SHORTEST_WINDOW, mean);
            algorithm.next(new Sample(now, mean, CALLS - droppedOf50, droppedOf50, inUse));
            limits.add(algorithm.limit());
        }
        return limits;
    }

    /** How many windows it takes until the limit is at least so high. */
    int windowsUntil(int limit) {
        for (int windows = 0; windows < 10_000; windows++) {
            if (algorithm.limit() >= limit) {
                return windows;
            }
            run(1);
        }
        throw new AssertionError("the limit stays at " + algorithm.limit());
    }

    int limit() {
        return algorithm.limit();
    }
}
