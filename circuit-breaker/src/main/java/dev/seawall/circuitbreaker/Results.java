package dev.seawall.circuitbreaker;

import java.util.List;

/** The results that a window holds. Recording never waits and is safe for any number of threads. */
abstract class Results {

    final Window window;

    Results(Window window) {
        this.window = window;
    }

    static Results of(Window window) {
        if (window instanceof Window.Count count) {
            return new CountResults(count);
        }
        if (window instanceof Window.Time time) {
            return new TimeResults(time);
        }
        if (window instanceof Window.Any any) {
            return new AnyResults(any);
        }
        return window instanceof Window.Consecutive run
                ? new ConsecutiveResults(run)
                : new FailureTimes((Window.Failures) window);
    }

    /** Whether {@link #record} needs the time for such a result. */
    abstract boolean readsClock(boolean bad);

    /**
     * Counts a result.
     *
     * @param now the time, if {@link #readsClock} asks for it
     * @param judge knows the thresholds of rates
     * @return whether the breaker should open
     */
    abstract boolean record(boolean failed, boolean slow, long now, Judge judge);

    /** Whether the breaker should open if these calls, which are still under way, had ended as slow ones. */
    abstract boolean isTooMany(int overdue, long now, Judge judge);

    /** The numbers that decided, as a sentence. */
    String reason(int overdue, long now, Judge judge) {
        return judge.rates(list(now), overdue);
    }

    /** Whether nothing in the window speaks against the dependency. */
    boolean isClean(long now) {
        return list(now).stream().allMatch(bucket -> bucket.failures() == 0 && bucket.slowCalls() == 0);
    }

    /** The results, oldest first. */
    abstract List<Bucket> list(long now);

    /** Takes over what a window of the same kind held; what another kind held says nothing here. */
    void restore(Window source, List<Bucket> buckets, long now) {
        if (source.getClass() == window.getClass()) {
            fill(buckets, now);
        }
    }

    /** Fills an empty window, which nobody else uses yet. */
    abstract void fill(List<Bucket> buckets, long now);
}
