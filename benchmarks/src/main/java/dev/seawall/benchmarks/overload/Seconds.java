package dev.seawall.benchmarks.overload;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** How the calls ended, by the second in which they were due. */
final class Seconds {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final List<Map<End, Integer>> counts; // by second

    private Seconds(List<Map<End, Integer>> counts) {
        this.counts = counts;
    }

    static Seconds of(Calls calls, int length) {
        List<Map<End, Integer>> counts = Stream.<Map<End, Integer>>generate(() -> new EnumMap<>(End.class))
                .limit(length)
                .toList();
        for (int call = 0; call < calls.number(); call++) {
            End end = calls.end(call);
            if (end != null) {
                counts.get((int) (calls.due(call) / SECOND)).merge(end, 1, Integer::sum);
            }
        }
        return new Seconds(counts);
    }

    int length() {
        return counts.size();
    }

    int count(int second, Predicate<End> wanted) {
        return counts.get(second).entrySet().stream()
                .filter(entry -> wanted.test(entry.getKey()))
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    /** How many calls of each second ended so, from one second until before another, on average. */
    double perSecond(int from, int until, Predicate<End> wanted) {
        return IntStream.range(from, until)
                .map(second -> count(second, wanted))
                .average()
                .orElse(0);
    }

    /**
     * How many seconds after {@code from} it takes until in every second up to the last at least so many calls are answered.
     *
     * @return a number of seconds; as many as there are if even the last second has too few
     */
    int recovery(int from, double answers) {
        int recovered = length();
        while (recovered > from && count(recovered - 1, End.ANSWERED::equals) >= answers) {
            recovered--;
        }
        return recovered - from;
    }

    String csv() {
        StringBuilder lines = new StringBuilder("second");
        for (End end : End.values()) {
            lines.append(',').append(end.name().toLowerCase(Locale.ROOT));
        }
        for (int second = 0; second < length(); second++) {
            lines.append('\n').append(second);
            for (End end : End.values()) {
                lines.append(',').append(counts.get(second).getOrDefault(end, 0));
            }
        }
        return lines.append('\n').toString();
    }
}
