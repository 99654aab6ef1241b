package dev.seawall.benchmarks.overload;

import dev.seawall.retry.RetrySnapshot;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What was measured in one run.
 *
 * @param plan the phases
 * @param calls what became of each call
 * @param changes what the breaker did
 * @param attempts requests that the pipeline let through, retries among them
 * @param retries what the retry did
 * @param retryNanos when each further attempt was decided on, since the start of the run
 * @param retriesAllowed what the budget's sum comes to
 * @param lateness of a thread that has nothing to do but wake up each millisecond
 * @param threads most of them at once in the client's process
 * @param heapMegabytes most of them in use after a collection in the client's process
 */
record Measured(
        List<Phase> plan,
        Calls calls,
        List<Change> changes,
        long attempts,
        RetrySnapshot retries,
        List<Long> retryNanos,
        double retriesAllowed,
        Percentiles lateness,
        int threads,
        double heapMegabytes) {

    Seconds seconds() {
        return Seconds.of(calls, Phase.seconds(plan));
    }

    /** How many further attempts were decided on per second, from one second until before another, on average. */
    double retriesPerSecond(int from, int until) {
        long number = retryNanos.stream()
                .filter(nanos -> nanos >= TimeUnit.SECONDS.toNanos(from) && nanos < TimeUnit.SECONDS.toNanos(until))
                .count();
        return (double) number / (until - from);
    }

    /** The second in which the first phase of a part starts. */
    int start(Phase.Part part) {
        return plan.stream()
                .takeWhile(phase -> phase.part() != part)
                .mapToInt(Phase::seconds)
                .sum();
    }

    /** How many calls were answered per second before the overload. */
    double baseline() {
        return seconds().perSecond(start(Phase.Part.BASELINE), start(Phase.Part.OVERLOAD), End.ANSWERED::equals);
    }
}
