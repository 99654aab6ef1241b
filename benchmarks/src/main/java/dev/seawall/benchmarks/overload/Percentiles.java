package dev.seawall.benchmarks.overload;

import java.util.stream.LongStream;

/** Durations in ascending order. */
final class Percentiles {

    private static final double NANOS_PER_MILLI = 1e6;

    private final long[] nanos;

    private Percentiles(long[] sorted) {
        this.nanos = sorted;
    }

    static Percentiles of(LongStream nanos) {
        return new Percentiles(nanos.sorted().toArray());
    }

    int number() {
        return nanos.length;
    }

    /**
     * The smallest duration that so many of all do not exceed (nearest rank).
     *
     * @param percent over 0 to 100
     * @return milliseconds; 0 if there is none
     */
    double millis(double percent) {
        if (nanos.length == 0) {
            return 0;
        }
        // Rounded to a millionth: 99.9 % of 1,000 is 999, but 99.9 / 100 * 1,000 is a little more.
        double rank = Math.round(percent * nanos.length * 1e4) / 1e6;
        return nanos[Math.max(0, (int) Math.ceil(rank) - 1)] / NANOS_PER_MILLI;
    }
}
