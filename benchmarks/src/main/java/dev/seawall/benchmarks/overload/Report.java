package dev.seawall.benchmarks.overload;

import dev.seawall.benchmarks.Machine;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The tables that people read, in Markdown. */
final class Report {

    private static final double BUSY_MILLIS = 1;

    private final Measured run;
    private final List<Target> targets;
    private final StringBuilder text = new StringBuilder();

    Report(Measured run) {
        this.run = run;
        this.targets = Target.of(run);
    }

    /** 0: all met, 1: a target was missed, 2: the machine was too busy to tell. */
    int exitCode() {
        List<Target> missed = targets.stream().filter(target -> !target.met()).toList();
        if (missed.isEmpty()) {
            return 0;
        }
        return busy() && missed.stream().allMatch(Target::busyMachineMaySpoilIt) ? 2 : 1;
    }

    /** A thread without work could not have kept to the target for rejections. */
    private boolean busy() {
        return run.lateness().millis(99) > BUSY_MILLIS;
    }

    String write(String note, String pipeline) {
        line("# Overload");
        line("");
        line(note);
        line("");
        line(Machine.describe());
        line("");
        line("The client: `" + pipeline + "`.");
        line("");
        heading("What", "Measured", "Target", "Met?");
        targets.forEach(target -> line(target.row()));
        line("");
        rejections();
        line("");
        phases();
        line("");
        others();
        line("");
        conclusion();
        return text.toString();
    }

    /** The first column holds words, the others numbers. */
    private void heading(String... columns) {
        line("| " + String.join(" | ", columns) + " |");
        line("| --- |" + " ---: |".repeat(columns.length - 1));
    }

    private void rejections() {
        heading("Time from the call to its end, ms", "Calls", "p50", "p99", "p99.9", "longest");
        times("immediate rejections", End::isImmediateRejection);
        times("... by the rate limiter", End.LIMITED::equals);
        times("... by the circuit breaker", End.OPEN::equals);
        times("... by the bulkhead", End.FULL::equals);
        times("rejections after a wait in the bulkhead's queue, not judged", End.WAITED_IN_VAIN::equals);
        times("answers", End.ANSWERED::equals);
        times("failures", End.FAILED::equals);
    }

    private void times(String what, Predicate<End> wanted) {
        Percentiles took = run.calls().took(wanted);
        line(format(
                "| %s | %,d | %.3f | %.3f | %.3f | %.3f |",
                what, took.number(), took.millis(50), took.millis(99), took.millis(99.9), took.millis(100)));
    }

    private void phases() {
        heading(
                "Per second",
                "from s",
                "offered",
                "answered",
                "failed",
                "rejected: limiter",
                "breaker",
                "bulkhead",
                "after a wait",
                "retries",
                "answers, p99 since due, ms");
        Seconds seconds = run.seconds();
        int from = 0;
        for (Phase phase : run.plan()) {
            int until = from + phase.seconds();
            StringBuilder row = new StringBuilder("| " + phase.name() + " | " + from + " | " + phase.callsPerSecond());
            for (End end : List.of(End.ANSWERED, End.FAILED, End.LIMITED, End.OPEN, End.FULL, End.WAITED_IN_VAIN)) {
                row.append(format(" | %,.1f", seconds.perSecond(from, until, end::equals)));
            }
            Percentiles waited = run.calls().waited(nanos(from), nanos(until), End.ANSWERED::equals);
            double retries = run.retriesPerSecond(from, until);
            line(row.append(format(" | %.1f | %.0f |", retries, waited.millis(99)))
                    .toString());
            from = until;
        }
    }

    private static long nanos(int seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }

    private void others() {
        line(format(
                "%,d calls were made, %,d requests sent to the dependency, which can answer %d per second. The breaker"
                        + " changed its state %d times, and the budget refused %d retries. Calls were begun %.1f ms after they were due at p99; a thread that"
                        + " does nothing but wake up was %.2f ms late at p99, %.1f ms at worst.",
                run.calls().number(),
                run.attempts(),
                Dependency.CAPACITY,
                run.changes().size(),
                run.retries().refusedByBudget(),
                run.calls().late().millis(99),
                run.lateness().millis(99),
                run.lateness().millis(100)));
    }

    private void conclusion() {
        long missed = targets.stream().filter(target -> !target.met()).count();
        line(missed == 0 ? "All " + targets.size() + " targets met." : "**" + missed + " targets missed.**");
        if (exitCode() == 2) {
            line("");
            line("**The machine was too busy to tell** whether the time of rejections is to blame on them.");
        }
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
