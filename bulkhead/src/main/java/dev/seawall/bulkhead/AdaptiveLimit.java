package dev.seawall.bulkhead;

import dev.seawall.Durations;
import dev.seawall.Require;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a bulkhead finds its limit by itself, from how its calls end and how long they take.
 *
 * <p>All three decide once per window: when at least {@value SampleWindow#LEAST_CALLS} calls have ended that tell something, and
 * 250 ms and the mean duration of a call have passed. A call tells how long a success takes from permit to end, or that it was
 * <em>dropped</em>: it timed out, ended after its deadline, or {@link BulkheadConfig#overload()} says so. Other failures,
 * rejections and cancelled calls tell nothing. A window is <em>overloaded</em> if more than 5 % of what it was told are drops;
 * then every algorithm lowers the limit. No algorithm raises it unless more than half of it was in use in the window.
 *
 * <p>{@link Vegas} and {@link Gradient2} compare the mean duration with that of a dependency that has no queue. They learn that
 * from windows in which at most half of the limit was in use, after one more such window so that older calls have ended. If
 * there was none for {@code probeInterval}, they make one: the limit is halved until it is measured, for 5 windows at most, and
 * goes back. So the measure follows a dependency that has become slower or faster for good, and does not follow the queue that
 * the limit itself allows.
 */
public sealed interface AdaptiveLimit {

    /** How long {@link Vegas} and {@link Gradient2} trust what they measured unless told otherwise. */
    Duration DEFAULT_PROBE_INTERVAL = Duration.ofSeconds(30);

    /**
     * The smallest limit.
     *
     * @return from 1
     */
    int min();

    /**
     * The largest limit.
     *
     * @return at most {@link BulkheadConfig#LARGEST}
     */
    int max();

    /**
     * Additive increase, multiplicative decrease: one permit more after a window in which all went well, a share fewer after one
     * that was overloaded. Chiu and Jain, <i>Analysis of the Increase and Decrease Algorithms for Congestion Avoidance</i> (1989).
     * It sees drops only, so queues grow until calls are late: set {@code slow}, or time limits that are tight.
     *
     * @param min the smallest limit, from 1
     * @param max the largest limit, from {@code min} to 1,000,000
     * @param decrease what is left of the limit after an overloaded window, from 0.1 to 0.99; 0.9 by default
     * @param slow a call that takes longer counts as dropped, longer than 0 s; {@code null}, the default, for none
     */
    record Aimd(int min, int max, double decrease, @Nullable Duration slow) implements AdaptiveLimit {

        /** Checks the ranges. */
        public Aimd {
            checkRange(min, max);
            Require.between("decrease", decrease, 0.1, 0.99);
            if (slow != null) {
                Require.positive("slow", slow);
            }
        }

        /**
         * The same with another bound for the duration of a call.
         *
         * @param duration a call that takes longer counts as dropped; {@code null} for none
         * @return a new limit
         */
        public Aimd withSlow(@Nullable Duration duration) {
            return new Aimd(min, max, decrease, duration);
        }

        @Override
        public String toString() {
            return "AIMD from " + min + " to " + max;
        }
    }

    /**
     * Keeps the number of calls that queue at the dependency small: estimates it as {@code limit × (1 − noLoad ÷ mean)}, raises
     * the limit while that is below {@code 3 × log10(limit)}, at least 1, and lowers it above twice that, by
     * {@code log10(limit)}, at least 1. Far below the limit at which it last saw a queue it doubles instead. Brakmo and Peterson,
     * <i>TCP Vegas: End to End Congestion Avoidance on a Global Internet</i> (1995).
     *
     * @param min the smallest limit, from 1
     * @param max the largest limit, from {@code min} to 1,000,000
     * @param probeInterval how long a measured duration without queue is trusted, at least 1 s; 30 s by default
     */
    record Vegas(int min, int max, Duration probeInterval) implements AdaptiveLimit {

        /** Checks the ranges. */
        public Vegas {
            checkRange(min, max);
            checkInterval(probeInterval);
        }

        /**
         * The same with another interval.
         *
         * @param interval how long a measured duration without queue is trusted
         * @return a new limit
         */
        public Vegas withProbeInterval(Duration interval) {
            return new Vegas(min, max, interval);
        }

        @Override
        public String toString() {
            return "Vegas from " + min + " to " + max;
        }
    }

    /**
     * Scales the limit by how much slower calls have become: {@code limit × gradient + √limit}, where the gradient is
     * {@code tolerance × noLoad ÷ mean}, from 0.5 to 1. After Netflix, <i>Performance Under Load</i> (2018), where it compares
     * with a long-term mean that follows the queue; here it compares with the duration without one, as Envoy's adaptive
     * concurrency does.
     *
     * @param min the smallest limit, from 1
     * @param max the largest limit, from {@code min} to 1,000,000
     * @param tolerance how many times slower than without queue calls may be, from 1 to 10; 1.5 by default
     * @param smoothing how much of a change is made at once, over 0 to 1; 0.2 by default
     * @param probeInterval how long a measured duration without queue is trusted, at least 1 s; 30 s by default
     */
    record Gradient2(int min, int max, double tolerance, double smoothing, Duration probeInterval)
            implements AdaptiveLimit {

        /** Checks the ranges. */
        public Gradient2 {
            checkRange(min, max);
            Require.between("tolerance", tolerance, 1, 10);
            Require.between("smoothing", smoothing, 0.01, 1);
            checkInterval(probeInterval);
        }

        /**
         * The same with another tolerance.
         *
         * @param times how many times slower than without queue calls may be
         * @return a new limit
         */
        public Gradient2 withTolerance(double times) {
            return new Gradient2(min, max, times, smoothing, probeInterval);
        }

        /**
         * The same with another interval.
         *
         * @param interval how long a measured duration without queue is trusted
         * @return a new limit
         */
        public Gradient2 withProbeInterval(Duration interval) {
            return new Gradient2(min, max, tolerance, smoothing, interval);
        }

        @Override
        public String toString() {
            return "Gradient2 from " + min + " to " + max;
        }
    }

    /**
     * Additive increase, multiplicative decrease.
     *
     * @param min the smallest limit, from 1
     * @param max the largest limit, from {@code min} to 1,000,000
     * @return AIMD with its defaults
     */
    static Aimd aimd(int min, int max) {
        return new Aimd(min, max, 0.9, null);
    }

    /**
     * A small queue at the dependency.
     *
     * @param min the smallest limit, from 1
     * @param max the largest limit, from {@code min} to 1,000,000
     * @return Vegas with its defaults
     */
    static Vegas vegas(int min, int max) {
        return new Vegas(min, max, DEFAULT_PROBE_INTERVAL);
    }

    /**
     * A bounded slow-down of the dependency.
     *
     * @param min the smallest limit, from 1
     * @param max the largest limit, from {@code min} to 1,000,000
     * @return Gradient2 with its defaults
     */
    static Gradient2 gradient2(int min, int max) {
        return new Gradient2(min, max, 1.5, 0.2, DEFAULT_PROBE_INTERVAL);
    }

    private static void checkRange(int min, int max) {
        Require.between("min", min, 1, BulkheadConfig.LARGEST);
        Require.between("max", max, min, BulkheadConfig.LARGEST);
    }

    private static void checkInterval(Duration interval) {
        Require.positive("probeInterval", interval);
        Require.check(
                interval.compareTo(Duration.ofSeconds(1)) >= 0,
                "probeInterval must be at least 1 s, was %s",
                Durations.format(interval));
    }
}
