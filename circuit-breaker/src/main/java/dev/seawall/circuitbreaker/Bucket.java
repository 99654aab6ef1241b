package dev.seawall.circuitbreaker;

import dev.seawall.Require;
import java.time.Duration;

/**
 * Results that a window holds together: a run of equal ones in a count window, a slot of a time window.
 *
 * @param age how long ago they were recorded, as far as the window knows; not negative
 * @param calls how many calls, from 0 to 4,294,967,295
 * @param failures how many of them failed
 * @param slowCalls how many of them were slow
 */
public record Bucket(Duration age, long calls, long failures, long slowCalls) {

    static final long MOST_CALLS = (1L << 32) - 1; // sums of buckets then cannot overflow

    /** Checks the ranges. */
    public Bucket {
        Require.notNegative("age", age);
        Require.check(calls >= 0 && calls <= MOST_CALLS, "calls must be from 0 to %s, was %s", MOST_CALLS, calls);
        Require.check(failures >= 0 && failures <= calls, "failures must be from 0 to %s, was %s", calls, failures);
        Require.check(slowCalls >= 0 && slowCalls <= calls, "slowCalls must be from 0 to %s, was %s", calls, slowCalls);
    }
}
