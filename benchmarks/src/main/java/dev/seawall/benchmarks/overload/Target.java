package dev.seawall.benchmarks.overload;

import java.util.List;
import java.util.Locale;

/**
 * Something that must hold.
 *
 * @param what must hold
 * @param measured what was measured
 * @param limit what that may be at most
 * @param unit of both
 * @param busyMachineMaySpoilIt whether a miss says nothing if the machine was busy with other things
 */
record Target(String what, double measured, double limit, String unit, boolean busyMachineMaySpoilIt) {

    private static final double REJECTION_MILLIS = 1;
    private static final double RECOVERED_SHARE = 0.95;
    static final int RECOVERY_SECONDS = 10;
    private static final int MOST_THREADS = 200;
    private static final int MOST_HEAP_MEGABYTES = 128;

    static List<Target> of(Measured run) {
        Seconds seconds = run.seconds();
        int recovery = seconds.recovery(run.start(Phase.Part.RECOVERY), RECOVERED_SHARE * run.baseline());
        double rejection = run.calls().took(End::isImmediateRejection).millis(99);
        return List.of(
                new Target("p99 of the time an immediate rejection takes", rejection, REJECTION_MILLIS, "ms", true),
                new Target(
                        "time until 95 % of the baseline is answered for good", recovery, RECOVERY_SECONDS, "s", false),
                new Target(
                        "retries, and what their budget allows",
                        run.retries().retries(),
                        Math.floor(run.retriesAllowed()),
                        "",
                        false),
                new Target("calls without an end", run.calls().withoutEnd(), 0, "", false),
                new Target(
                        "calls with an end not in the script", run.calls().count(End.UNEXPECTED::equals), 0, "", false),
                new Target("threads of the client at once", run.threads(), MOST_THREADS, "", false),
                new Target("its heap after a collection", run.heapMegabytes(), MOST_HEAP_MEGABYTES, "MB", false));
    }

    boolean met() {
        return measured <= limit;
    }

    String row() {
        String verdict = met() ? "yes" : "**no**";
        return "| " + what + " | " + number(measured) + " | ≤ " + number(limit) + " | " + verdict + " |";
    }

    private String number(double value) {
        String pattern = value == Math.rint(value) ? "%,.0f" : value < 10 ? "%.3f" : "%,.0f";
        return (String.format(Locale.ROOT, pattern, value) + " " + unit).strip();
    }
}
