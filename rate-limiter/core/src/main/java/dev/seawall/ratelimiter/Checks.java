package dev.seawall.ratelimiter;

import dev.seawall.Durations;
import dev.seawall.Require;
import java.time.Duration;

/** What the settings of limits have in common. */
final class Checks {

    private static final Duration LONGEST_PERIOD = Duration.ofDays(3_660);

    private Checks() {}

    static void rate(long permits, Duration period) {
        Require.check(permits >= 1, "permits must be at least 1, was %s", permits);
        Require.positive("period", period);
        Require.check(
                period.compareTo(LONGEST_PERIOD) <= 0,
                "period must be at most 3660 days, was %s",
                Durations.format(period));
        Require.check(
                permits <= Durations.toNanos(period) / 2,
                "permits must be at most one every 2 ns, was %s in %s",
                permits,
                Durations.format(period));
    }

    static void burst(long burst, long permits, Duration period) {
        Require.check(burst >= 1, "burst must be at least 1, was %s", burst);
        long most = Refill.LONGEST / Refill.unit(permits, Durations.toNanos(period));
        Require.check(burst <= most, "burst must be at most %s for this rate, was %s", most, burst);
    }

    static void atMost(long permits, long most, String kind) {
        Require.check(permits <= most, "permits of a %s must be at most %s, was %s", kind, most, permits);
    }

    static String text(long permits, Duration period) {
        return permits + " per " + Durations.format(period);
    }
}
