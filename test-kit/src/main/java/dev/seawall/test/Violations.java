package dev.seawall.test;

import dev.seawall.test.HistoryReport.Kind;
import dev.seawall.test.HistoryReport.Violation;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Counts all violations and keeps the first ones. */
final class Violations {

    private static final int KEPT = 1_000;

    private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
    private final List<Violation> first = new ArrayList<>();

    void add(Kind kind, HistoryMessage message, String explanation) {
        add(new Violation(kind, message.id.toString(), message + " " + explanation));
    }

    void add(Violation violation) {
        counts.merge(violation.kind(), 1L, Long::sum);
        if (first.size() < KEPT) {
            first.add(violation);
        }
    }

    void addAll(Violations others) {
        others.counts.forEach((kind, count) -> counts.merge(kind, count, Long::sum));
        others.first.stream().limit(KEPT - first.size()).forEach(first::add);
    }

    Map<Kind, Long> counts() {
        return counts;
    }

    List<Violation> first() {
        return first;
    }
}
