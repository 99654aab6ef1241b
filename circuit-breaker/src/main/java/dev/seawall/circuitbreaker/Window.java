package dev.seawall.circuitbreaker;

import dev.seawall.Durations;
import dev.seawall.Require;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which results a circuit breaker looks at when it decides whether to open. */
public sealed interface Window {

    /**
     * The last calls, however long ago they were. Judged by rate.
     *
     * @param calls how many, from 1 to 100,000
     */
    record Count(int calls) implements Window {

        /** Checks the range. */
        public Count {
            Require.between("window calls", calls, 1, 100_000);
        }

        @Override
        public String toString() {
            return "last " + calls + " calls";
        }
    }

    /**
     * The calls of the last period, which moves on in steps of one slot. Judged by rate.
     *
     * @param length the period, at least 10 ms for each slot
     * @param slots how many steps the period has, from 1 to 100: more are finer, fewer are cheaper
     */
    record Time(Duration length, int slots) implements Window {

        private static final Duration SHORTEST_SLOT = Duration.ofMillis(10);

        /** Checks the ranges. */
        public Time {
            Require.positive("window length", length);
            Require.between("window slots", slots, 1, 100);
            Require.check(
                    length.dividedBy(slots).compareTo(SHORTEST_SLOT) >= 0,
                    "window length must be at least 10 ms for each of its %s slots, was %s",
                    slots,
                    Durations.format(length));
        }

        @Override
        public String toString() {
            return "last " + Durations.format(length) + " in " + slots + " slots";
        }
    }

    /**
     * An unbroken run of failures. The breaker opens when it is this long; rates and minimum calls play no part.
     *
     * @param failures how long, from 1 to 100,000
     */
    record Consecutive(int failures) implements Window {

        /** Checks the range. */
        public Consecutive {
            Require.between("consecutive failures", failures, 1, 100_000);
        }

        @Override
        public String toString() {
            return failures + " failures in a row";
        }
    }

    /**
     * Failures of the last period. The breaker opens when there are this many, whatever the number of successes; rates and
     * minimum calls play no part.
     *
     * @param count how many failures, from 1 to 10,000
     * @param period how long a failure counts, longer than 0 s
     */
    record Failures(int count, Duration period) implements Window {

        /** Checks the ranges. */
        public Failures {
            Require.between("failure count", count, 1, 10_000);
            Require.positive("failure period", period);
        }

        @Override
        public String toString() {
            return count + " failures within " + Durations.format(period);
        }
    }

    /**
     * Several windows at once. The breaker opens when any of them says so, each judged by its own kind; the thresholds of rates
     * and the minimum of calls are the same for all.
     *
     * @param windows from 2 to 8, none of them an {@code Any}; the first one is what a snapshot shows
     */
    record Any(List<Window> windows) implements Window {

        private static final int MOST = 8;

        /** Checks the number and the kinds. */
        public Any {
            windows = List.copyOf(windows);
            Require.between("number of windows", windows.size(), 2, MOST);
            for (Window window : windows) {
                Require.check(!(window instanceof Any), "windows must not be nested, was %s", window);
            }
        }

        @Override
        public String toString() {
            return windows.stream().map(Window::toString).collect(Collectors.joining(" or "));
        }
    }

    /** How many slots a time window has unless told otherwise. */
    int DEFAULT_SLOTS = 10;

    /**
     * The last calls.
     *
     * @param calls how many, from 1 to 100,000
     * @return a window judged by rate
     */
    static Window count(int calls) {
        return new Count(calls);
    }

    /**
     * The calls of the last period, in {@value #DEFAULT_SLOTS} slots.
     *
     * @param length the period, at least 100 ms
     * @return a window judged by rate
     */
    static Window time(Duration length) {
        return new Time(length, DEFAULT_SLOTS);
    }

    /**
     * The calls of the last period.
     *
     * @param length the period, at least 10 ms for each slot
     * @param slots how many steps the period has, from 1 to 100
     * @return a window judged by rate
     */
    static Window time(Duration length, int slots) {
        return new Time(length, slots);
    }

    /**
     * An unbroken run of failures.
     *
     * @param failures how long, from 1 to 100,000
     * @return a window judged by the run's length
     */
    static Window consecutive(int failures) {
        return new Consecutive(failures);
    }

    /**
     * Failures of the last period.
     *
     * @param count how many failures, from 1 to 10,000
     * @param period how long a failure counts
     * @return a window judged by the number of failures
     */
    static Window failures(int count, Duration period) {
        return new Failures(count, period);
    }

    /**
     * Several windows at once: the breaker opens when any of them says so.
     *
     * @param first what a snapshot shows
     * @param others from 1 to 7 more
     * @return a window judged by each of its windows
     */
    static Window anyOf(Window first, Window... others) {
        return new Any(Stream.concat(Stream.of(first), Stream.of(others)).toList());
    }
}
