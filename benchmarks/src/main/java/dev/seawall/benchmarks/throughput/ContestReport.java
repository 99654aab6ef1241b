package dev.seawall.benchmarks.throughput;

import dev.seawall.benchmarks.Machine;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** How contests ended. */
record ContestReport(String description, Run run, List<Outcome> outcomes) implements Report {

    @Override
    public String table() {
        StringBuilder text = new StringBuilder();
        text.append(description).append(".\n");
        text.append(Machine.describe()).append(".\n");
        text.append(String.format(
                Locale.ROOT,
                "Medians of %d rounds of %.2f s, the contenders in turn; half of the rounds are within ±.%n%n",
                run.rounds(),
                run.roundNanos() / 1e9));
        text.append("| load | who | a second | ± | Seawall does |\n|---|---|---:|---:|---:|\n");
        for (Outcome outcome : outcomes) {
            for (Figure figure : outcome.figures()) {
                text.append(String.format(
                        Locale.ROOT,
                        "| %s | %s | %,.0f | %.0f %% | %s |%n",
                        outcome.contest().title(),
                        figure.contender().name(),
                        figure.median(),
                        100 * figure.spread(),
                        figure.contender().role() == Contender.Role.OWN
                                ? ""
                                : String.format(Locale.ROOT, "%.2f ×", outcome.factor(figure))));
            }
        }
        text.append("\n| target | measured | |\n|---|---:|---|\n");
        for (Outcome outcome : outcomes) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s: at least %.1f × the best peer, %s | %.2f × | %s |%n",
                    outcome.contest().title(),
                    outcome.contest().factor(),
                    outcome.bestPeer().contender().name(),
                    outcome.factor(outcome.bestPeer()),
                    outcome.met() ? "met" : "**missed**"));
        }
        return text.toString();
    }

    @Override
    public String raw() {
        return outcomes.stream()
                .flatMap(outcome -> outcome.figures().stream()
                        .map(figure -> outcome.contest().title().replace(",", "") + ","
                                + figure.contender().name().replace(",", "") + ","
                                + figure.perSecond().stream()
                                        .map(value -> String.format(Locale.ROOT, "%.1f", value))
                                        .collect(Collectors.joining(","))))
                .collect(Collectors.joining("\n", "load,who,rounds...\n", "\n"));
    }

    @Override
    public String drawing() {
        return new ThroughputPlot()
                .draw(
                        description,
                        "a second",
                        outcomes.stream().map(ContestReport::bars).toList());
    }

    private static ThroughputPlot.Group bars(Outcome outcome) {
        return new ThroughputPlot.Group(
                outcome.contest().title(),
                outcome.figures().stream()
                        .map(figure -> new ThroughputPlot.Bar(
                                figure.contender().name(), figure.contender().role(), figure.median()))
                        .toList());
    }

    @Override
    public boolean met() {
        return outcomes.stream().allMatch(Outcome::met);
    }
}
