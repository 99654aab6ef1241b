package dev.seawall.benchmarks.throughput;

import dev.seawall.benchmarks.Machine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Figures of several kinds, the bounds that some of them have, and what to know when reading them. */
record FindingsReport(String description, List<Finding> findings, List<Bound> bounds, List<String> notes)
        implements Report {

    @Override
    public String table() {
        StringBuilder text = new StringBuilder();
        text.append(description).append(".\n").append(Machine.describe()).append(".\n\n");
        text.append("| load | who | measured | rounds |\n|---|---|---:|---|\n");
        for (Finding finding : findings) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %s |%n",
                    finding.load(),
                    finding.who(),
                    number(finding.median(), finding.unit()),
                    rounds(finding)));
        }
        text.append("\n| target | limit | measured | |\n|---|---:|---:|---|\n");
        for (Bound bound : bounds) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %s %s | %s | %s |%n",
                    bound.what(),
                    bound.atLeast() ? "≥" : "≤",
                    number(bound.limit(), bound.unit()),
                    number(bound.measured(), bound.unit()),
                    bound.met() ? "met" : "**missed**"));
        }
        text.append('\n');
        notes.forEach(note -> text.append("- ").append(note).append('\n'));
        return text.toString();
    }

    private static String rounds(Finding finding) {
        List<Double> values = finding.values();
        if (values.size() == 1) {
            return "";
        }
        double least = values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
        double most = values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
        return String.format(Locale.ROOT, "%d, from %,.0f to %,.0f", values.size(), least, most);
    }

    private static String number(double value, String unit) {
        String digits = value < 10 ? "%,.2f %s" : value < 100 ? "%,.1f %s" : "%,.0f %s";
        return String.format(Locale.ROOT, digits, value, unit);
    }

    @Override
    public String raw() {
        return findings.stream()
                .map(finding -> plain(finding.load()) + "," + plain(finding.who()) + "," + finding.unit() + ","
                        + finding.values().stream()
                                .map(value -> String.format(Locale.ROOT, "%.3f", value))
                                .collect(Collectors.joining(",")))
                .collect(Collectors.joining("\n", "load,who,unit,rounds...\n", "\n"));
    }

    private static String plain(String text) {
        return text.replace(",", "");
    }

    /** Rates only: what is longer there is better. */
    @Override
    public String drawing() {
        Map<String, List<ThroughputPlot.Bar>> groups = new LinkedHashMap<>();
        findings.stream()
                .filter(Finding::isRate)
                .forEach(finding -> groups.computeIfAbsent(
                                finding.load() + ", " + finding.unit(), load -> new ArrayList<>())
                        .add(new ThroughputPlot.Bar(finding.who(), finding.role(), finding.median())));
        return new ThroughputPlot()
                .draw(
                        description,
                        "a second",
                        groups.entrySet().stream()
                                .map(group -> new ThroughputPlot.Group(group.getKey(), group.getValue()))
                                .toList());
    }

    @Override
    public boolean met() {
        return bounds.stream().allMatch(Bound::met);
    }
}
