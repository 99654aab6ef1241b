package dev.seawall.benchmarks.throughput;

import java.util.List;

/**
 * What a contender did.
 *
 * @param contender who
 * @param perSecond operations a second, by round
 */
record Figure(Contender contender, List<Double> perSecond) {

    double median() {
        return median(perSecond);
    }

    /** Half of the rounds are no farther from the median than this share of it. */
    double spread() {
        double median = median();
        return median(perSecond.stream()
                .map(value -> Math.abs(value - median) / median)
                .toList());
    }

    static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
