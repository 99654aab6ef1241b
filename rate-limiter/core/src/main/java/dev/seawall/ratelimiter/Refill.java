package dev.seawall.ratelimiter;

import dev.seawall.Durations;
import java.math.BigInteger;

/**
 * How permits come in over time: the arithmetic of one limit, without state.
 *
 * <p>Permits are counted in units. {@link #issuedAt} says how many units have been issued since the origin, {@link #readingOf}
 * when a number of units will have been. Both are exact inverses in integers, so nothing drifts, however long the limiter lives.
 */
abstract class Refill {

    /** The most units that a bucket holds or a call costs: what is issued in 36 years. */
    static final long LONGEST = 1L << 60;

    private final Limit limit;
    private final long origin;
    private final long unit;
    private final long capacity;
    private final boolean paced;

    Refill(Limit limit, long origin, long unit, long capacity) {
        this.limit = limit;
        this.origin = origin;
        this.unit = unit;
        this.capacity = capacity;
        this.paced = limit instanceof Limit.Pacing;
    }

    static Refill of(Limit.TokenBucket limit, long origin) {
        return new Steady(limit, origin, limit.burst());
    }

    static Refill of(Limit.Pacing limit, long origin) {
        return new Steady(limit, origin, 1);
    }

    static Refill of(Limit.FixedWindow limit, long origin) {
        return new Stepped(limit, origin);
    }

    /** How many units a permit is: about as many as nanoseconds pass for one, rounded up. */
    static long unit(long permits, long periodNanos) {
        return (periodNanos - 1) / permits + 1;
    }

    /** How many units have been issued after a time. */
    abstract long issued(long elapsed);

    /** After which time at least so many units have been issued. */
    abstract long elapsed(long issued);

    /** Where a piece of the line can begin, no sooner than given. */
    abstract long begin(long low, long cost);

    final Limit limit() {
        return limit;
    }

    /** The most permits that a call can ever get. */
    final long most() {
        return (paced ? LONGEST : capacity) / unit;
    }

    final long cost(long permits) {
        return permits * unit;
    }

    final long permits(long units) {
        return units / unit;
    }

    final long capacity() {
        return capacity;
    }

    /** How far beyond what is issued a piece may reach when it is used. */
    final long room(long cost) {
        return paced ? Math.max(capacity, cost) : capacity;
    }

    final long issuedAt(long now) {
        return issued(Math.min(Math.max(0, now - origin), Durations.MAX_NANOS));
    }

    final long readingOf(long issued) {
        return issued <= 0 ? origin : Gauge.later(origin, elapsed(issued));
    }

    /** {@code floor(value × numerator / denominator)}, exact, for {@code numerator <= denominator / 2} and both under 2^62. */
    private record Fraction(long numerator, long denominator, long reciprocal) {

        static Fraction of(long numerator, long denominator) {
            BigInteger scaled = BigInteger.valueOf(numerator).shiftLeft(Long.SIZE);
            BigInteger reciprocal = scaled.divide(BigInteger.valueOf(denominator));
            return new Fraction(
                    numerator,
                    denominator,
                    reciprocal.min(BigInteger.valueOf(Long.MAX_VALUE)).longValueExact());
        }

        long of(long value) {
            long about = Math.multiplyHigh(value, reciprocal); // right, or one too low
            long remainder = value * numerator - about * denominator; // the products may overflow, their difference not
            return remainder >= denominator ? about + 1 : about;
        }
    }

    /**
     * An even rate. A unit is a nanosecond, except that there are leap units: where the period cannot be divided by the number
     * of permits, a permit costs the nanoseconds rounded up, and what is too dear in a period is made good by so many leap units
     * spread evenly over it.
     */
    private static final class Steady extends Refill {

        private final Fraction leaps;
        private final Fraction leapsOfIssued;

        Steady(Limit limit, long origin, long burst) {
            this(limit, origin, burst, limit.permits(), Durations.toNanos(limit.period()));
        }

        private Steady(Limit limit, long origin, long burst, long permits, long period) {
            super(limit, origin, unit(permits, period), burst * unit(permits, period));
            long leapsInPeriod = permits * unit(permits, period) - period;
            this.leaps = Fraction.of(leapsInPeriod, period);
            this.leapsOfIssued = Fraction.of(leapsInPeriod, period + leapsInPeriod);
        }

        @Override
        long issued(long elapsed) {
            return elapsed + leaps.of(elapsed);
        }

        @Override
        long elapsed(long issued) {
            return issued - leapsOfIssued.of(issued);
        }

        @Override
        long begin(long low, long cost) {
            return low;
        }
    }

    /** All permits of a period at its beginning. A unit is a permit. */
    private static final class Stepped extends Refill {

        private final long permits;
        private final long period;
        private final Fraction windows;

        Stepped(Limit limit, long origin) {
            super(limit, origin, 1, limit.permits());
            this.permits = limit.permits();
            this.period = Durations.toNanos(limit.period());
            this.windows = Fraction.of(1, period);
        }

        @Override
        long issued(long elapsed) {
            return windows.of(elapsed) * permits;
        }

        @Override
        long elapsed(long issued) {
            long window = (issued - 1) / permits + 1;
            return window > Durations.MAX_NANOS / period ? Durations.MAX_NANOS * 2 : window * period;
        }

        /** A call has all its permits from one window. */
        @Override
        long begin(long low, long cost) {
            long used = low % permits;
            return used + cost > permits ? low - used + permits : low;
        }
    }
}
