package dev.seawall.circuitbreaker;

import java.util.List;

/** The results that a window holds. Recording never waits and is safe for any number of threads. */
abstract class Results {

    static Results of(Window window) {
        if (window instanceof Window.Count count) {
            return new CountResults(count.calls());
        }
        if (window instanceof Window.Time time) {
            return new TimeResults(time);
        }
        return window instanceof Window.Consecutive run
                ? new ConsecutiveResults(run.failures())
                : new FailureTimes((Window.Failures) window);
    }

    /** Whether {@link #record} needs the time for such a result. */
    abstract boolean readsClock(boolean failed);

    /**
     * Counts a result.
     *
     * @param now the time, if {@link #readsClock} asks for it
     * @param judge knows the thresholds of rates
     * @return whether the breaker should open
     */
    abstract boolean record(boolean failed, boolean slow, long now, Judge judge);

    /** The results, oldest first. */
    abstract List<Bucket> list(long now);

    /** Fills an empty window, which nobody else uses yet. */
    abstract void restore(List<Bucket> buckets, long now);
}
