package dev.seawall.benchmarks.adaptive;

import java.util.List;
import java.util.Locale;

/** The day as a table, in Markdown. */
final class DayReport {

    private final List<Day.Result> results;
    private final long seed;
    private final double scale;
    private final StringBuilder text = new StringBuilder();

    DayReport(List<Day.Result> results, long seed, double scale) {
        this.results = results;
        this.seed = seed;
        this.scale = scale;
    }

    String write() {
        line("# A day with fixed and adaptive bulkheads");
        line("");
        line("Virtual time, seed " + seed
                + (scale == 1 ? "." : ", every phase shortened to " + scale + " of its length.")
                + " Poisson arrivals; exponential work at a number of servers with one queue of 400 before them, which do not"
                + " hear that a caller has given up; a caller gives up after 2 s. Each bulkhead lets 20 calls wait for up to"
                + " 500 ms. *Goodput* is answers a second, *p50* and *p99* what an answer took, wait included; *failed* calls"
                + " timed out or were refused by the dependency.");
        line("");
        line("| Phase | Bulkhead | goodput | of possible | p50 ms | p99 ms | rejected | failed | mean limit |");
        line("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        for (int index = 0; index < Phase.DAY.size(); index++) {
            phase(index);
        }
        line("");
        wholeDay();
        return text.toString();
    }

    private void phase(int index) {
        Phase phase = Phase.DAY.get(index);
        line(format(
                "| **%s**, %.1f h: %.0f calls/s, %d servers of %.0f ms | | | | | | | | |",
                phase.name(), phase.hours(), phase.load(), phase.servers(), phase.serviceMillis()));
        for (Day.Result result : results) {
            Measured measured = result.byPhase().get(index);
            line(format(
                    "| | %s | %.1f | %s | %s | %s | %.1f %% | %.1f %% | %.1f |",
                    result.candidate().name(),
                    measured.goodput(),
                    phase.possible() == 0 ? "" : percent(measured.goodput() / phase.possible()),
                    millis(measured, 0.5),
                    millis(measured, 0.99),
                    measured.rejectedShare() * 100,
                    measured.failedShare() * 100,
                    measured.meanLimit()));
        }
    }

    private void wholeDay() {
        double possible = Phase.DAY.stream()
                .mapToDouble(phase -> phase.possible() * phase.seconds() * scale)
                .sum();
        line("| The whole day | answers | of possible |");
        line("| --- | ---: | ---: |");
        for (Day.Result result : results) {
            long answers =
                    result.byPhase().stream().mapToLong(Measured::answers).sum();
            line(format("| %s | %,d | %s |", result.candidate().name(), answers, percent(answers / possible)));
        }
    }

    private static String millis(Measured measured, double share) {
        return measured.answers() == 0 ? "" : String.valueOf(measured.percentileMillis(share));
    }

    private static String percent(double share) {
        return format("%.0f %%", share * 100);
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
