package dev.seawall.benchmarks.adaptive;

import java.util.List;

/**
 * A part of the day.
 *
 * @param name what happens
 * @param hours how long
 * @param load calls a second
 * @param servers how many calls the dependency works on at once; 0 if it hangs
 * @param serviceMillis how long it works on one on average
 */
record Phase(String name, double hours, double load, int servers, double serviceMillis) {

    /** A day with load steps, a slow dependency, an outage, and a loss of half of the dependency. */
    static final List<Phase> DAY = List.of(
            new Phase("night", 4, 12, 20, 500),
            new Phase("morning", 4, 30, 20, 500),
            new Phase("heavy overload", 2, 60, 20, 500),
            new Phase("day", 2, 30, 20, 500),
            new Phase("slow dependency", 2, 30, 20, 1500),
            new Phase("recovered", 1, 30, 20, 500),
            new Phase("mild overload", 2, 44, 20, 500),
            new Phase("outage", 0.5, 35, 0, 500),
            new Phase("after the outage", 1.5, 35, 20, 500),
            new Phase("half of it lost", 2, 30, 10, 500),
            new Phase("late", 3, 20, 20, 500));

    /** Calls a second that the dependency can answer. */
    double capacity() {
        return servers * 1_000 / serviceMillis;
    }

    /** The most that any policy could have answered. */
    double possible() {
        return Math.min(load, capacity());
    }

    double seconds() {
        return hours * 3_600;
    }
}
