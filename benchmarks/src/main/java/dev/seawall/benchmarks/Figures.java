package dev.seawall.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was measured. A row's figure is its best round: whatever else the machine does can only make a round slower. */
final class Figures {

    /** Below this, a difference of two rows says nothing. */
    private static final double RESOLUTION_NANOS = 0.1;

    private record Key(String row, int threads) {}

    private record Round(double nanos, double bytes) {}

    private final Map<Key, List<Round>> rounds = new LinkedHashMap<>();

    void add(String row, int threads, double nanos, double bytes) {
        rounds.computeIfAbsent(new Key(row, threads), key -> new ArrayList<>()).add(new Round(nanos, bytes));
    }

    boolean has(String row, int threads) {
        return rounds.containsKey(new Key(row, threads));
    }

    /** Time of one call as its thread sees it. */
    double nanos(String row, int threads) {
        return nanosSorted(row, threads)[0];
    }

    /** What the row adds to a plain call. */
    double adds(String row, int threads) {
        return Math.max(RESOLUTION_NANOS, nanos(row, threads) - nanos(Group.PLAIN, threads));
    }

    /** Bytes that one call allocates, in the worst round: no noise makes a call allocate, but not every JVM spares it. */
    double bytes(String row, int threads) {
        return of(row, threads).stream().mapToDouble(Round::bytes).max().orElseThrow();
    }

    /** How far the second best round lies above the best: 0.1 for 10 %. Rounds that agree can be believed. */
    double spread(String row, int threads) {
        double[] nanos = nanosSorted(row, threads);
        return nanos.length < 2 ? 0 : nanos[1] / nanos[0] - 1;
    }

    private double[] nanosSorted(String row, int threads) {
        return of(row, threads).stream().mapToDouble(Round::nanos).sorted().toArray();
    }

    private List<Round> of(String row, int threads) {
        return rounds.getOrDefault(new Key(row, threads), List.of());
    }
}
