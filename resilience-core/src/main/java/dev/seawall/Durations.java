package dev.seawall;

import java.time.Duration;
import java.util.Locale;

/** Arithmetic on nanoseconds that saturates instead of overflowing, and durations as people write them. */
public final class Durations {

    /** The longest span that is told apart from "for ever": about 146 years. */
    public static final long MAX_NANOS = Long.MAX_VALUE / 2;

    private static final Duration MAX = Duration.ofNanos(MAX_NANOS);

    private Durations() {}

    /**
     * A duration in nanoseconds.
     *
     * @param duration any duration
     * @return its nanoseconds, cut to the range from {@code -MAX_NANOS} to {@link #MAX_NANOS}
     */
    public static long toNanos(Duration duration) {
        if (duration.compareTo(MAX) >= 0) {
            return MAX_NANOS;
        }
        return duration.compareTo(MAX.negated()) <= 0 ? -MAX_NANOS : duration.toNanos();
    }

    /**
     * A point in time some nanoseconds later.
     *
     * @param now a clock reading, positive
     * @param nanos how much later, not negative
     * @return {@code now + nanos}, or the last point before {@link Layer#NO_DEADLINE} if that is too far
     */
    public static long plus(long now, long nanos) {
        long sum = now + nanos;
        return sum < 0 || sum == Layer.NO_DEADLINE ? Layer.NO_DEADLINE - 1 : sum;
    }

    /**
     * A duration as people write it, in its largest fitting unit with at most one decimal: {@code 1.5 s}.
     *
     * @param duration any duration
     * @return a short text, the same in every locale
     */
    public static String format(Duration duration) {
        long nanos = toNanos(duration);
        if (nanos < 0) {
            return "-" + format(Duration.ofNanos(-nanos));
        }
        if (nanos < 1_000) {
            return nanos == 0 ? "0 s" : nanos + " ns";
        }
        if (nanos < 999_950) { // from here on it would round to 1000 µs
            return tenths(nanos, 1_000, "µs");
        }
        if (nanos < 999_950_000) {
            return tenths(nanos, 1_000_000, "ms");
        }
        if (nanos < 120_000_000_000L) {
            return tenths(nanos, 1_000_000_000, "s");
        }
        return nanos < 7_200_000_000_000L
                ? tenths(nanos, 60_000_000_000L, "min")
                : tenths(nanos, 3_600_000_000_000L, "h");
    }

    private static String tenths(long nanos, long unit, String name) {
        long tenths = Math.round(nanos * 10.0 / unit);
        return tenths % 10 == 0 ? tenths / 10 + " " + name : String.format(Locale.ROOT, "%.1f %s", tenths / 10.0, name);
    }
}
