package dev.seawall.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Tells from the floor rows whether the machine had time for a measurement. */
final class Noise {

    private static final double TOLERANCE = 0.15;

    private Noise() {}

    /** What speaks against the figures, one sentence each; empty if they can be believed. */
    static List<String> complaints(Figures figures, List<Integer> threads) {
        List<String> complaints = new ArrayList<>();
        for (int count : threads) {
            twins(figures, count, complaints);
            agreement(figures, Group.PLAIN, count, complaints);
            agreement(figures, Group.CLOCK, count, complaints);
            cores(figures, count, complaints);
        }
        return complaints;
    }

    private static void twins(Figures figures, int threads, List<String> complaints) {
        double plain = figures.nanos(Group.PLAIN, threads);
        double twin = figures.nanos(Group.TWIN, threads);
        if (Math.max(plain, twin) / Math.min(plain, twin) > 1 + TOLERANCE) {
            complaints.add(String.format(
                    Locale.ROOT,
                    "%s and its twin should take equally long, but took %.2f and %.2f ns (threads: %d)",
                    Group.PLAIN,
                    plain,
                    twin,
                    threads));
        }
    }

    /** Threads that take turns on one core never meet, which would flatter everything that threads share. */
    private static void cores(Figures figures, int threads, List<String> complaints) {
        if (threads > Runtime.getRuntime().availableProcessors() || !figures.has(Group.PLAIN, 1)) {
            return;
        }
        double alone = figures.nanos(Group.PLAIN, 1);
        double together = figures.nanos(Group.PLAIN, threads);
        if (together / alone > 1 + TOLERANCE) {
            complaints.add(String.format(
                    Locale.ROOT,
                    "%d threads should have a core each, but %s took %.2f ns with them and %.2f ns with one thread",
                    threads,
                    Group.PLAIN,
                    together,
                    alone));
        }
    }

    private static void agreement(Figures figures, String row, int threads, List<String> complaints) {
        double spread = figures.spread(row, threads);
        if (spread > TOLERANCE) {
            complaints.add(String.format(
                    Locale.ROOT,
                    "the two best rounds of %s should agree, but lie %.0f %% apart (threads: %d)",
                    row,
                    spread * 100,
                    threads));
        }
    }
}
