package dev.seawall.circuitbreaker;

import dev.seawall.Layer;
import java.util.List;
import java.util.Locale;

/** The results of one window and the thresholds they are judged by. */
final class Judge {

    final long slowNanos;

    private final CircuitBreakerConfig config;
    private final Results results;
    private final int minimumCalls;
    private final double failureRate;
    private final double slowRate;
    private final boolean byRate;

    private Judge(CircuitBreakerConfig config, Results results) {
        this.config = config;
        this.results = results;
        this.slowNanos = config.slowNanos();
        this.minimumCalls = config.minimumCalls();
        this.failureRate = config.failureRateThreshold();
        this.slowRate = config.slowCallRateThreshold();
        this.byRate = config.judgedByRate();
    }

    /** Starts with an empty window. */
    static Judge of(CircuitBreakerConfig config) {
        return new Judge(config, Results.of(config.window()));
    }

    /** Judges the same results, or as many of them as the new window takes, by another configuration. */
    Judge configured(CircuitBreakerConfig changed, long now) {
        if (changed.window().equals(config.window())) {
            return new Judge(changed, results);
        }
        return of(changed).restored(config.window(), results.list(now), now);
    }

    /** Takes over results if they come from a window of the same kind. */
    Judge restored(Window source, List<Bucket> buckets, long now) {
        if (source.getClass() == config.window().getClass()) {
            results.restore(buckets, now);
        }
        return this;
    }

    boolean readsClock(boolean failed) {
        return slowNanos != 0 || results.readsClock(failed);
    }

    boolean isSlow(long start, long end) {
        return slowNanos != 0 && start != Layer.UNREAD && end - start >= slowNanos;
    }

    /** Counts a result and says whether it is one too many. */
    boolean record(boolean failed, boolean slow, long now) {
        return byRate ? results.record(failed, slow, now, this) : results.record(failed || slow, false, now, this);
    }

    /** Whether a rate has reached its threshold. */
    boolean exceeded(long calls, long failures, long slowCalls) {
        return calls >= minimumCalls
                && (failures * 100.0 >= failureRate * calls
                        || (slowCalls > 0 && slowCalls * 100.0 >= slowRate * calls));
    }

    Window window() {
        return config.window();
    }

    List<Bucket> results(long now) {
        return results.list(now);
    }

    boolean isClean(long now) {
        return results.list(now).stream().allMatch(bucket -> bucket.failures() == 0 && bucket.slowCalls() == 0);
    }

    /** The numbers that decided, as a sentence. */
    String reason(long now) {
        List<Bucket> buckets = results.list(now);
        long calls = buckets.stream().mapToLong(Bucket::calls).sum();
        long failures = buckets.stream().mapToLong(Bucket::failures).sum();
        if (!byRate) {
            return "there were " + config.window();
        }
        if (failures * 100.0 >= failureRate * calls) {
            return share(failures, calls, "failed", failureRate);
        }
        long slow = buckets.stream().mapToLong(Bucket::slowCalls).sum();
        return share(slow, calls, "were slow", slowRate);
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
