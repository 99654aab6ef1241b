package dev.seawall.circuitbreaker;

import dev.seawall.Durations;
import dev.seawall.Layer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The results of one window, the calls under way, and the thresholds they are judged by. */
final class Judge {

    final long slowNanos;

    private final CircuitBreakerConfig config;
    private final Results results;
    private final @Nullable InFlight inFlight; // kept when it is switched off: calls under way have places there
    private final @Nullable InFlight watched; // the same while it is on
    private final int minimumCalls;
    private final double failureRate;
    private final double slowRate;

    private Judge(CircuitBreakerConfig config, Results results, @Nullable InFlight inFlight) {
        this.config = config;
        this.results = results;
        this.slowNanos = config.slowNanos();
        boolean watching = config.slowCallsInFlight() && slowNanos != 0;
        this.inFlight = watching && inFlight == null ? new InFlight() : inFlight;
        this.watched = watching ? this.inFlight : null;
        this.minimumCalls = config.minimumCalls();
        this.failureRate = config.failureRateThreshold();
        this.slowRate = config.slowCallRateThreshold();
    }

    /** Starts with an empty window and no call under way. */
    static Judge of(CircuitBreakerConfig config) {
        return new Judge(config, Results.of(config.window()), null);
    }

    /** Starts again with an empty window; the calls under way count when they end. */
    Judge emptied(CircuitBreakerConfig changed, long now) {
        if (inFlight != null) {
            inFlight.forget(now);
        }
        return new Judge(changed, Results.of(changed.window()), inFlight);
    }

    /** Judges the same results, or as many of them as the new window takes, by another configuration. */
    Judge configured(CircuitBreakerConfig changed, long now) {
        if (changed.window().equals(config.window())) {
            return new Judge(changed, results, inFlight);
        }
        Judge judge = new Judge(changed, Results.of(changed.window()), inFlight);
        return judge.restored(config.window(), results.list(now), now);
    }

    /** Takes over results if they come from a window of the same kind. */
    Judge restored(Window source, List<Bucket> buckets, long now) {
        Window shown = source instanceof Window.Any any ? any.windows().get(0) : source;
        results.restore(shown, buckets, now);
        return this;
    }

    // ---- calls that have ended

    boolean readsClock(boolean bad) {
        return slowNanos != 0 || results.readsClock(bad);
    }

    boolean isSlow(long start, long end) {
        return isSlow(slowNanos, start, end);
    }

    static boolean isSlow(long slowNanos, long start, long end) {
        return slowNanos != 0 && start != Layer.UNREAD && end - start >= slowNanos;
    }

    /** Counts a result and says whether it is one too many. */
    boolean record(boolean failed, boolean slow, long now) {
        InFlight calls = watched;
        return results.record(failed, slow, now, this)
                || (calls != null && calls.overdue() > 0 && isOverdue(calls, now));
    }

    /** Whether a rate has reached its threshold. */
    boolean exceeded(long calls, long failures, long slowCalls) {
        return calls >= minimumCalls
                && (failures * 100.0 >= failureRate * calls
                        || (slowCalls > 0 && slowCalls * 100.0 >= slowRate * calls));
    }

    // ---- calls under way

    /** Notes a call that is about to run; answers its place. */
    int enter(long start) {
        InFlight calls = watched;
        return calls == null ? Admission.NO_PLACE : calls.enter(start);
    }

    void leave(int place) {
        if (inFlight != null) {
            inFlight.leave(place);
        }
    }

    /** Looks at the calls under way if it is time to, and says whether they are one too many. */
    boolean isOverdueByNow(long now) {
        InFlight calls = watched;
        return calls != null
                && calls.isLookDue(now, slowNanos)
                && calls.look(now, slowNanos) > 0
                && isOverdue(calls, now);
    }

    /**
     * Whether the calls that the last look found make it one too many. Some may have ended since and be among the results, so they
     * are looked for once more after the results: who is then still under way has not been recorded before.
     */
    private boolean isOverdue(InFlight calls, long now) {
        int overdue = calls.overdue();
        while (overdue > 0 && results.isTooMany(overdue, now, this)) {
            int still = calls.look(now, slowNanos);
            if (still >= overdue) {
                return true;
            }
            overdue = still;
        }
        return false;
    }

    // ---- looking in

    Window window() {
        return config.window();
    }

    List<Bucket> results(long now) {
        return results.list(now);
    }

    /** Whether nothing speaks against the dependency, and nothing is under way that might. */
    boolean isClean(long now) {
        return results.isClean(now) && (inFlight == null || inFlight.isEmpty());
    }

    /** The numbers that decided, as a sentence. */
    String reason(long now) {
        return results.reason(watched == null ? 0 : watched.look(now, slowNanos), now, this);
    }

    /** The sentence for a window that is judged by the number of failures. */
    String failures(Window window, int overdue) {
        return "there were " + window + (overdue == 0 ? "" : ", " + overdue + " calls " + stillRunning() + " included");
    }

    /** The sentence for a window that is judged by rates. */
    String rates(List<Bucket> held, int overdue) {
        long calls = held.stream().mapToLong(Bucket::calls).sum();
        long failures = held.stream().mapToLong(Bucket::failures).sum();
        if (calls >= minimumCalls && failures * 100.0 >= failureRate * calls) {
            return share(failures, calls, "failed", failureRate);
        }
        long all = calls + overdue;
        if (failures * 100.0 >= failureRate * all) {
            return share(failures, all, "failed", failureRate);
        }
        long slow = held.stream().mapToLong(Bucket::slowCalls).sum() + overdue;
        return share(slow, all, overdue == 0 ? "were slow" : "were slow or " + stillRunning(), slowRate);
    }

    private String stillRunning() {
        return "still running after " + Durations.format(Duration.ofNanos(slowNanos));
    }

    private static String share(long part, long calls, String what, double threshold) {
        double percent = calls == 0 ? 0 : part * 100.0 / calls;
        return part + " of " + calls + " calls " + what + " (" + percent(percent) + " % ≥ " + percent(threshold)
                + " %)";
    }

    private static String percent(double value) {
        return value == Math.rint(value) ? String.valueOf((long) value) : String.format(Locale.ROOT, "%.1f", value);
    }
}
