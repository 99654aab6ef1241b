package dev.seawall.examples.quickstart;

import dev.seawall.Durations;
import dev.seawall.circuitbreaker.CircuitBreaker;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What came out of it.
 *
 * @param guarded the calls through the pipeline
 * @param bare the same calls without it
 * @param attempts requests the pipeline let through, retries among them
 * @param retries attempts after a call's first
 * @param rejected attempts that each policy kept from the service
 * @param states what the breaker became, in order
 */
record Report(
        Traffic.Tally guarded,
        Traffic.Tally bare,
        int attempts,
        long retries,
        Rejected rejected,
        List<CircuitBreaker.State> states) {

    /** Numbers of attempts, retries among them. */
    record Rejected(long byLimiter, long byBreaker, long byBulkhead) {}

    static Report of(Traffic.Tally guarded, Traffic.Tally bare, Watcher watcher, UserClient client) {
        long retries = client.retry().snapshot().retries();
        Rejected rejected = new Rejected(
                client.limiter().snapshot().rejected(),
                watcher.rejectedByBreaker(),
                client.bulkhead().snapshot().rejected());
        return new Report(guarded, bare, watcher.attempts(), retries, rejected, watcher.states());
    }

    void print(PrintStream out) {
        out.println();
        row(out, "", "with Seawall", "without");
        row(out, "calls", guarded.calls(), bare.calls());
        row(out, "answered well", guarded.answered(), bare.answered());
        row(out, "failed", guarded.failed(), bare.failed());
        row(out, "rejected without asking the service", guarded.rejected(), bare.rejected());
        row(out, "attempts (requests sent)", attempts, bare.calls());
        row(out, "retries among them", retries, "-");
        row(out, "attempts kept back by the limiter", rejected.byLimiter(), "-");
        row(out, "attempts kept back by the breaker", rejected.byBreaker(), "-");
        row(out, "attempts kept back by the bulkhead", rejected.byBulkhead(), "-");
        row(out, "most callers waiting at one time", guarded.mostWaiting(), bare.mostWaiting());
        waits(out, "callers waited, p50", 0.5);
        waits(out, "callers waited, p90", 0.9);
        waits(out, "callers waited, p99", 0.99);
        waits(out, "callers waited, longest", 1);
        out.println();
        out.println(conclusion());
    }

    private void waits(PrintStream out, String label, double share) {
        row(out, label, time(guarded.waitedNanos(share)), time(bare.waitedNanos(share)));
    }

    private static void row(PrintStream out, String label, Object guarded, Object bare) {
        out.println(String.format(Locale.ROOT, "  %-40s %14s %14s", label, guarded, bare));
    }

    private static String time(long nanos) {
        return Timeline.plain(Durations.format(Duration.ofNanos(nanos)));
    }

    /** Made of the numbers above, so that it cannot say more than they do. */
    private String conclusion() {
        return String.format(
                Locale.ROOT,
                """
                What to see: in the same trouble, 99 in 100 callers waited no longer than %s instead of
                %s, and at the worst moment %d of them waited, not %d. %d calls failed instead of %d;
                %d never got there: the limiter kept back what was more than agreed, the bulkhead
                what the service could not do at the same time, the breaker what had no chance.""",
                time(guarded.waitedNanos(0.99)),
                time(bare.waitedNanos(0.99)),
                guarded.mostWaiting(),
                bare.mostWaiting(),
                guarded.failed(),
                bare.failed(),
                guarded.rejected());
    }
}
