package dev.seawall.bulkhead;

import dev.seawall.Durations;
import dev.seawall.Require;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a bulkhead finds its limit by itself, from how its calls end and how long they take.
 *
 * <p><b>What is looked at:</b> a call that succeeds tells how long it took, from permit to end. A call that ends after its
 * deadline, or in a {@link dev.seawall.CallTimedOutException}, or as {@link BulkheadConfig#overload()} says, counts as
 * <em>dropped</em>. All others tell nothing: other failures, because one that comes at once would make a broken dependency look
 * fast; neutral results, rejections by policies further inside, cancelled calls, and permits taken by hand.
 *
 * <p><b>When it decides:</b> once per window, which ends when three calls per permit, at least 10 and at most 100, have told
 * something, and not before 250 ms and the mean duration of a call have passed. The limit stays between {@link #min()} and
 * {@link #max()}. No algorithm raises it unless more than half of it was in use at some time in the window.
 *
 * <p><b>What it compares with:</b> {@link Vegas} and {@link Gradient2} compare with how calls go while the dependency has no
 * queue. They learn that from windows in which at most half of the limit was in use, for the second window in a row, so that
 * older calls have ended. If there was none for the {@code probeInterval}, they make one: the limit is halved until it is
 * measured, usually for three windows and at most for six, and put back. So the measure follows a dependency that has become
 * slower or faster for good, and does not follow a queue that the limit itself allows. They lower the limit by a quarter after a
 * window in which more than 5 % and twice the usual part of the calls was dropped, or more than half.
 *
 * <p><b>Threads:</b> settings, immutable. <b>Time:</b> the monotonic clock of the bulkhead's runtime, which must be that of its
 * pipelines.
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
     * Additive increase, multiplicative decrease: one permit more after a window, a share fewer after one in which more than 5 %
     * of the calls were dropped. Chiu and Jain, <i>Analysis of the Increase and Decrease Algorithms for Congestion Avoidance</i> (1989).
     * It sees drops only, so it lets a queue grow until calls are late, and goes to {@code min} if calls are dropped whatever the
     * limit is. Needs time limits, or {@code slow}.
     *
     * @param min the smallest limit, from 1
     * @param max the largest limit, from {@code min} to 1,000,000
     * @param decrease what is left of the limit after such a window, from 0.1 to 0.99; 0.9 by default
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
     * Keeps the number of calls that queue at the dependency small: estimates it as {@code inUse × (1 − noLoad ÷ mean)}, raises
     * the limit while that is below {@code 3 × log10(limit)}, at least 1, and lowers it above twice that, by
     * {@code log10(limit)}, at least 1. Below half of the limit at which it last saw a queue, it doubles the limit instead. Brakmo and Peterson,
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
     * Scales the limit by how much slower calls have become: goes towards {@code limit × gradient + √limit}, where the gradient is
     * {@code tolerance × noLoad ÷ mean}, from 0.5 to 1; the whole way if that is 1. After Netflix, <i>Performance Under Load</i> (2018), where it compares
     * with a long-term mean that follows the queue; here it compares with the duration without one, as Envoy's adaptive
     * concurrency does.
     *
     * @param min the smallest limit, from 1
     * @param max the largest limit, from {@code min} to 1,000,000
     * @param tolerance how many times slower than without queue calls may be, from 1 to 10; 1.5 by default
     * @param smoothing which part of the way is gone at once if the gradient is below 1, from 0.01 to 1; 0.2 by default
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
