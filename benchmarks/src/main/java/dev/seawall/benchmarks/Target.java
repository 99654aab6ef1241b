package dev.seawall.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What a row has to reach.
 *
 * @param row the row it stands at in the report
 * @param threads with how many threads
 * @param needs the other rows without which it cannot be judged
 * @param text what is asked
 * @param unit unit of what was measured
 * @param measure what was measured
 * @param limit what it is compared with
 * @param kind how
 */
record Target(
        String row,
        int threads,
        List<String> needs,
        String text,
        String unit,
        ToDoubleFunction<Figures> measure,
        ToDoubleFunction<Figures> limit,
        Kind kind) {

    enum Kind {
        TIME_AT_LEAST,
        TIME_AT_MOST,
        BYTES_AT_MOST
    }

    /** Bytes a call may seem to allocate because the harness does. */
    private static final double NO_BYTES = 0.01;

    /** The same where the row got hardly any time. */
    private static final double HARNESS_BYTES = 1;

    static final List<Target> ALL = List.of(
            addsLess("BreakerSuccess.resilience4j", "BreakerSuccess.seawall", 12),
            addsLess("BreakerSuccess.failsafe", "BreakerSuccess.seawall", 20),
            throughput("BreakerSuccess.resilience4j", "BreakerSuccess.seawall", 2, 4),
            clockReads("BreakerSuccess.seawallSlowCalls", 2, 10),
            addsLess("BreakerSuccess.resilience4j", "BreakerSuccess.seawallSlowCalls", 1),
            addsAtMostTo("BreakerSuccess.seawallSlowCalls", "BreakerSuccess.seawallInFlight", 6),
            takesLess("BreakerOpen.resilience4jStackless", "BreakerOpen.seawall", 5),
            bytes("BreakerOpen.seawall", 1, 100),
            atMost("BreakerOpenPolluted.seawall", 500),
            bytes("BreakerOpenPolluted.seawall", 1, 100),
            addsAtMost("RetrySuccess.seawall", 3),
            addsLess("TimeoutSuccess.failsafe", "TimeoutSuccess.seawall", 15),
            addsLess("BulkheadSuccess.semaphore", "BulkheadSuccess.seawall", 1),
            addsLess("BulkheadSuccess.resilience4j", "BulkheadSuccess.seawall", 1),
            throughput("BulkheadSuccess.semaphore", "BulkheadSuccess.seawall", 2, 1),
            throughput("BulkheadSuccess.resilience4j", "BulkheadSuccess.seawall", 2, 1),
            clockReads("LimiterSuccess.seawall", 1, 15),
            addsLess("LimiterSuccess.resilience4j", "LimiterSuccess.seawall", 1),
            addsLess("LimiterSuccess.bucket4j", "LimiterSuccess.seawall", 1),
            addsLess("LimiterSuccess.guava", "LimiterSuccess.seawall", 1),
            throughput("LimiterSuccess.resilience4j", "LimiterSuccess.seawall", 2, 1),
            throughput("LimiterSuccess.bucket4j", "LimiterSuccess.seawall", 2, 1),
            throughput("LimiterSuccess.guava", "LimiterSuccess.seawall", 2, 1),
            takesLess("FourSuccess.resilience4j", "FourSuccess.seawall", 3),
            takesLess("FourSuccess.failsafe", "FourSuccess.seawall", 6),
            throughput("FourSuccess.resilience4j", "FourSuccess.seawall", 2, 3),
            throughput("FourSuccess.failsafe", "FourSuccess.seawall", 2, 6),
            bytes("BreakerSuccess.seawall", 1, NO_BYTES),
            bytes("BreakerSuccess.seawall", 2, NO_BYTES),
            bytes("BreakerMixed.seawall", 1, NO_BYTES),
            bytes("BreakerSuccess.seawallSlowCalls", 1, NO_BYTES),
            bytes("BreakerSuccess.seawallInFlight", 1, NO_BYTES),
            bytes("RetrySuccess.seawall", 1, NO_BYTES),
            bytes("RetrySuccess.seawallBudget", 1, NO_BYTES),
            bytes("TimeoutSuccess.seawall", 1, NO_BYTES),
            bytes("TimeoutSuccess.seawall", 2, NO_BYTES),
            bytes("StackSuccess.seawall", 1, NO_BYTES),
            bytes("StackSuccess.seawall", 2, NO_BYTES),
            bytes("BulkheadSuccess.seawall", 1, NO_BYTES),
            bytes("BulkheadSuccess.seawall", 2, NO_BYTES),
            bytes("LimiterSuccess.seawall", 1, NO_BYTES),
            bytes("LimiterSuccess.seawall", 2, NO_BYTES),
            bytes("FourSuccess.seawall", 1, NO_BYTES),
            bytes("FourSuccess.seawall", 2, NO_BYTES),
            bytes("Modes.seawallCallWith", 1, NO_BYTES));

    private static Target addsLess(String peer, String own, double factor) {
        String text =
                factor == 1 ? "adds more than " + own : String.format(Locale.ROOT, "adds ≥ %.0f × %s", factor, own);
        return new Target(
                peer,
                1,
                List.of(own),
                text,
                "×",
                figures -> figures.adds(peer, 1) / figures.adds(own, 1),
                figures -> factor,
                Kind.TIME_AT_LEAST);
    }

    private static Target takesLess(String peer, String own, double factor) {
        return new Target(
                peer,
                1,
                List.of(own),
                String.format(Locale.ROOT, "takes ≥ %.0f × %s", factor, own),
                "×",
                figures -> figures.nanos(peer, 1) / figures.nanos(own, 1),
                figures -> factor,
                Kind.TIME_AT_LEAST);
    }

    private static Target throughput(String peer, String own, int threads, double factor) {
        return new Target(
                peer,
                threads,
                List.of(own),
                factor == 1
                        ? "throughput at most that of " + own
                        : String.format(Locale.ROOT, "throughput ≤ 1/%.0f of %s", factor, own),
                "×",
                figures -> figures.nanos(peer, threads) / figures.nanos(own, threads),
                figures -> factor,
                Kind.TIME_AT_LEAST);
    }

    private static Target clockReads(String row, int reads, double nanos) {
        String text = "adds ≤ " + (reads == 1 ? "1 clock read" : reads + " clock reads");
        return new Target(
                row,
                1,
                List.of(),
                String.format(Locale.ROOT, "%s + %.0f ns", text, nanos),
                "ns",
                figures -> figures.adds(row, 1),
                figures -> reads * figures.nanos(Group.CLOCK, 1) + nanos,
                Kind.TIME_AT_MOST);
    }

    private static Target addsAtMost(String row, double nanos) {
        return new Target(
                row,
                1,
                List.of(),
                String.format(Locale.ROOT, "adds ≤ %.0f ns", nanos),
                "ns",
                figures -> figures.adds(row, 1),
                figures -> nanos,
                Kind.TIME_AT_MOST);
    }

    private static Target addsAtMostTo(String base, String row, double nanos) {
        return new Target(
                row,
                1,
                List.of(base),
                String.format(Locale.ROOT, "adds ≤ %.0f ns to %s", nanos, base),
                "ns",
                figures -> figures.nanos(row, 1) - figures.nanos(base, 1),
                figures -> nanos,
                Kind.TIME_AT_MOST);
    }

    private static Target atMost(String row, double nanos) {
        return new Target(
                row,
                1,
                List.of(),
                String.format(Locale.ROOT, "≤ %.0f ns", nanos),
                "ns",
                figures -> figures.nanos(row, 1),
                figures -> nanos,
                Kind.TIME_AT_MOST);
    }

    private static Target bytes(String row, int threads, double bytes) {
        return new Target(
                row,
                threads,
                List.of(),
                bytes == NO_BYTES ? "0 B" : String.format(Locale.ROOT, "≤ %.0f B", bytes),
                "B",
                figures -> figures.bytes(row, threads),
                figures -> bytes,
                Kind.BYTES_AT_MOST);
    }

    boolean canBeJudged(Figures figures) {
        return figures.has(row, threads) && needs.stream().allMatch(other -> figures.has(other, threads));
    }

    Verdict judge(Figures figures) {
        double measured = measure.applyAsDouble(figures);
        double bound = limit.applyAsDouble(figures);
        boolean met = kind == Kind.TIME_AT_LEAST ? measured >= bound : measured <= bound;
        boolean sure = kind == Kind.BYTES_AT_MOST && (met || measured > bound + HARNESS_BYTES);
        return new Verdict(text, String.format(Locale.ROOT, "%.2f %s", measured, unit), met, sure);
    }
}
