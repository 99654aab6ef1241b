package dev.seawall.ratelimiter.redis;

import dev.seawall.Durations;
import dev.seawall.Require;
import dev.seawall.ratelimiter.Limit;
import dev.seawall.ratelimiter.Quota;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;

/**
 * The arithmetic of one limit on this side: what the {@linkplain Script script} is told, and what its answers mean.
 *
 * <p>Redis counts microseconds and calculates in doubles, which are exact up to 2<sup>53</sup>. So points in time are whole
 * microseconds since 1970, and what is finer is kept beside them as a fraction whose denominator is the number of permits: a
 * permit of a bucket takes {@code period / permits}, exactly. What does not fit is refused here. The script only adds and
 * compares; products and quotients are made on this side, in words.
 *
 * <p>A state is up to {@value #WORDS} words, as the script keeps and answers them.
 */
abstract class Formula {

    static final int WORDS = 4;

    private static final long MOST_PERMITS = 1L << 51;
    private static final long LARGEST = 1L << 52;

    final Limit limit;
    final long permits;
    final long period; // in microseconds, like all times here

    Formula(Limit limit) {
        this.limit = limit;
        this.permits = limit.permits();
        long nanos = Durations.toNanos(limit.period());
        this.period = nanos / 1_000;
        Require.check(
                nanos % 1_000 == 0,
                "a period must be whole microseconds to be kept in Redis, was %s ns in '%s'",
                nanos,
                limit);
        Require.check(
                permits <= MOST_PERMITS,
                "permits must be at most %s to be kept in Redis, was %s",
                MOST_PERMITS,
                permits);
    }

    /** The formula of a limit, promising permits for no later than the horizon. */
    static Formula of(Limit limit, long horizon) {
        if (limit instanceof Limit.TokenBucket bucket) {
            return new BucketFormula(bucket, horizon);
        }
        if (limit instanceof Limit.Pacing pacing) {
            return new BucketFormula(pacing, horizon);
        }
        if (limit instanceof Limit.FixedWindow window) {
            return new WindowFormula(window);
        }
        if (limit instanceof Limit.SlidingWindow window) {
            return new SlidingFormula(window);
        }
        throw new IllegalArgumentException(
                "token buckets, fixed windows, sliding windows and pacing can be kept in Redis, not '" + limit + "'");
    }

    /** Which script branch keeps it. */
    abstract String kind();

    /** What the script must know: always four numbers. */
    abstract List<Long> settings();

    /** What the script must know of so many permits: always two numbers, added to the list. */
    abstract void cost(long permits, List<String> arguments);

    /** The most permits that a request can get. */
    abstract long most();

    /** When so many permits are due at the earliest, not before a time. */
    abstract long due(long[] states, int at, long permits, long now);

    /** How many permits can be had at once. */
    abstract long remaining(long[] states, int at, long now);

    /** When the limit is as good as new. */
    abstract long fullAt(long[] states, int at, long now);

    final Quota quota(long[] states, int at, long now) {
        return new Quota(
                limit,
                remaining(states, at, now),
                micros(fullAt(states, at, now) - now),
                micros(due(states, at, 1, now) - now));
    }

    /** What is left while nothing has been taken. */
    final Quota untouched() {
        return new Quota(limit, most(), Duration.ZERO, Duration.ZERO);
    }

    static Duration micros(long micros) {
        return Duration.ofNanos(Math.max(0, micros) * 1_000);
    }

    /** {@code value × numerator / denominator}, rounded down, and no more than fits the script. */
    static long scaled(long value, long numerator, long denominator) {
        long high = Math.multiplyHigh(value, numerator);
        if (high == 0 && value * numerator >= 0) {
            return Math.min(value * numerator / denominator, LARGEST);
        }
        return BigInteger.valueOf(value)
                .multiply(BigInteger.valueOf(numerator))
                .divide(BigInteger.valueOf(denominator))
                .min(BigInteger.valueOf(LARGEST))
                .longValueExact();
    }

    static long remainder(long value, long numerator, long denominator) {
        long high = Math.multiplyHigh(value, numerator);
        if (high == 0 && value * numerator >= 0) {
            return value * numerator % denominator;
        }
        return BigInteger.valueOf(value)
                .multiply(BigInteger.valueOf(numerator))
                .mod(BigInteger.valueOf(denominator))
                .longValueExact();
    }
}
