package dev.seawall.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The table that people read, in Markdown. */
final class Report {

    private final Settings settings;
    private final Figures figures;
    private final List<String> complaints;
    private final List<Verdict> verdicts = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();

    Report(Settings settings, Figures figures) {
        this.settings = settings;
        this.figures = figures;
        this.complaints = Noise.complaints(figures, settings.threads());
    }

    /** The whole report. Judges the targets on the way. */
    String write(List<RetainedSize> sizes) {
        header();
        for (int threads : settings.threads()) {
            line("");
            line(threads == 1 ? "## 1 thread" : "## " + threads + " threads that share everything");
            line("");
            line("| Row | ns/op | adds | B/op | ns/op ÷ Seawall's | adds ÷ Seawall's | Target | Measured | Met? |");
            line("| --- | ---: | ---: | ---: | ---: | ---: | --- | --- | --- |");
            Group.ALL.forEach(group -> group(group, threads));
        }
        sizes(sizes);
        conclusion();
        return text.toString();
    }

    /** 0: all met, 1: a target was missed, 2: the machine was too busy to tell. */
    int exitCode() {
        boolean sureMiss = verdicts.stream().anyMatch(verdict -> !verdict.met() && verdict.sure());
        boolean miss = verdicts.stream().anyMatch(verdict -> !verdict.met());
        if (sureMiss) {
            return 1;
        }
        if (!complaints.isEmpty()) {
            return 2;
        }
        return miss ? 1 : 0;
    }

    private void header() {
        line("# Seawall beside its peers");
        line("");
        line(settings.note());
        line("");
        line(Machine.describe());
        line("");
        line("Best of " + settings.rounds() + " rounds, each in a fresh JVM; a round's figure is the middle one of "
                + settings.iterations() + " iterations of " + settings.time()
                + ". *ns/op* is what one call takes as its"
                + " own thread sees it, *adds* the same less the plain call. Targets for calls that run are judged on"
                + " *adds*; rejections, which run no call, and throughput on *ns/op*.");
    }

    private void group(Group group, int threads) {
        List<String> rows =
                group.rows().stream().filter(row -> figures.has(row, threads)).toList();
        if (rows.isEmpty()) {
            return;
        }
        line("| **" + group.title() + "** | | | | | | | | |");
        rows.forEach(row -> row(group, row, threads));
    }

    private void row(Group group, String row, int threads) {
        List<Verdict> judged = Target.ALL.stream()
                .filter(target -> target.row().equals(row) && target.threads() == threads)
                .filter(target -> target.canBeJudged(figures))
                .map(target -> target.judge(figures))
                .toList();
        verdicts.addAll(judged);
        line("| `" + row + "` | " + number(figures.nanos(row, threads)) + " | "
                + number(figures.adds(row, threads)) + " | " + number(figures.bytes(row, threads)) + " | "
                + ratios(group, row, threads) + " | " + cells(judged) + " |");
    }

    private String ratios(Group group, String row, int threads) {
        String own = group.reference();
        if (group.type() == Floor.class || row.equals(own) || !figures.has(own, threads)) {
            return " | ";
        }
        return number(figures.nanos(row, threads) / figures.nanos(own, threads)) + " | "
                + number(figures.adds(row, threads) / figures.adds(own, threads));
    }

    private static String cells(List<Verdict> judged) {
        return join(judged.stream().map(Verdict::target).toList()) + " | "
                + join(judged.stream().map(Verdict::measured).toList()) + " | "
                + join(judged.stream()
                        .map(verdict -> verdict.met() ? "yes" : "**no**")
                        .toList());
    }

    private static String join(List<String> cells) {
        return cells.stream().collect(Collectors.joining("<br>"));
    }

    private void sizes(List<RetainedSize> sizes) {
        if (sizes.isEmpty()) {
            return;
        }
        line("");
        line("## Retained memory of a circuit breaker that looks at the last 100 calls");
        line("");
        line("After 1,000 calls; without its configuration, name, and whatever else two breakers share.");
        line("");
        line("| Breaker | Bytes | Target | Met? |");
        line("| --- | ---: | --- | --- |");
        for (RetainedSize size : sizes) {
            List<Verdict> judged = size.judge();
            verdicts.addAll(judged);
            line("| " + size.whose() + " | " + size.bytes() + " | "
                    + join(judged.stream().map(Verdict::target).toList()) + " | "
                    + join(judged.stream()
                            .map(verdict -> verdict.met() ? "yes" : "**no**")
                            .toList()) + " |");
        }
    }

    private void conclusion() {
        line("");
        long missed = verdicts.stream().filter(verdict -> !verdict.met()).count();
        line(
                missed == 0
                        ? "All " + verdicts.size() + " targets met."
                        : "**" + missed + " of " + verdicts.size() + " targets missed.**");
        if (!complaints.isEmpty()) {
            line("");
            line("**The machine was too busy to tell** (bytes and sizes still hold):");
            line("");
            complaints.forEach(complaint -> line("- " + complaint));
        }
    }

    static String number(double value) {
        String pattern = value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, pattern, value);
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
