package dev.seawall.benchmarks;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * How much to run.
 *
 * @param rounds how often each row gets a fresh JVM
 * @param warmups iterations that are thrown away
 * @param iterations iterations that count
 * @param time length of one iteration
 * @param threads numbers of threads to run with
 * @param filter part of the row names to run; empty for all
 * @param out where the raw results go
 * @param note what the header says about the program under test and the day
 */
record Settings(
        int rounds,
        int warmups,
        int iterations,
        TimeValue time,
        List<Integer> threads,
        String filter,
        Path out,
        String note) {

    private static final String FLOOR = Floor.class.getSimpleName() + ".";

    /** Reads what {@code bin/compare} passes on, which has checked it. */
    static Settings fromSystemProperties() {
        List<Integer> threads = Arrays.stream(
                        System.getProperty("compare.threads", "1,2").split(","))
                .map(Integer::valueOf)
                .toList();
        String filter = System.getProperty("compare.filter", "");
        Path out = Path.of(System.getProperty("compare.out", "benchmarks/results/latest"));
        String note = System.getProperty("compare.note", "");
        return Boolean.getBoolean("compare.quick")
                ? new Settings(2, 3, 3, TimeValue.milliseconds(100), threads, filter, out, note)
                : new Settings(5, 5, 5, TimeValue.milliseconds(200), threads, filter, out, note);
    }

    /** Whether a row was asked for. The floor rows always run: nothing can be judged without them. */
    boolean wants(String row) {
        return row.startsWith(FLOOR) || matches(row);
    }

    /** Whether the filter leaves anything to measure. */
    boolean matchesAny() {
        return matches(RetainedSize.ROW)
                || Group.ALL.stream().flatMap(group -> group.rows().stream()).anyMatch(this::matches);
    }

    private boolean matches(String row) {
        return row.toLowerCase(Locale.ROOT).contains(filter.toLowerCase(Locale.ROOT));
    }
}
