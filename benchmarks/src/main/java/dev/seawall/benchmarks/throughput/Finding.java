package dev.seawall.benchmarks.throughput;

import java.util.List;

/**
 * Something that was measured by itself.
 *
 * @param load what was done
 * @param who who did it
 * @param role what it is measured for
 * @param unit of the values
 * @param values by round; their median is the figure
 */
record Finding(String load, String who, Contender.Role role, String unit, List<Double> values) {

    static final String MESSAGES = "messages/s";
    static final String SAGAS = "sagas/s";
    static final String TRANSACTIONS = "transactions/s";
    static final String MILLIS = "ms";
    static final String TIMES = "×";

    static Finding of(String load, String who, Contender.Role role, String unit, double value) {
        return new Finding(load, who, role, unit, List.of(value));
    }

    double median() {
        return Figure.median(values);
    }

    boolean isRate() {
        return !unit.equals(MILLIS) && !unit.equals(TIMES);
    }
}
