package dev.seawall.ratelimiter;

import dev.seawall.Durations;
import dev.seawall.Require;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Objects;

/**
 * How many permits there are in a period, and in which rhythm they come. Immutable; a value out of range cannot exist.
 *
 * <p>Common to all: from 1 permit to one every 2 ns, in a period of up to 3,660 days. Except for a {@link CalendarQuota},
 * periods are counted from the moment the limiter was made or its limits were changed.
 */
public sealed interface Limit {

    /** The most permits a {@link SlidingLog} can have: it remembers each of them. */
    long MOST_IN_A_LOG = 100_000;

    /** How many periods ahead permits of a {@link SlidingWindow} can be had: each one ahead has a count. */
    int PERIODS_AHEAD = 65_536;

    /** The most permits a {@link SlidingWindow} can have. */
    long MOST_IN_A_SLIDING_WINDOW = 1_000_000_000;

    /** How long a call can wait at most for permits of a {@link CalendarQuota}, whatever it asks for: 366 days. */
    Duration LONGEST_WAIT_FOR_A_QUOTA = Duration.ofDays(366);

    /**
     * How many permits there are in a period.
     *
     * @return at least 1
     */
    long permits();

    /**
     * The period.
     *
     * @return longer than 0 s
     */
    Duration period();

    /**
     * Permits come in one after another at an even rate, into a bucket. What the bucket cannot hold is lost. In every interval
     * of length L it gives at most {@code burst + rate × (L + 1 ns)} permits. This is the generic cell rate algorithm.
     *
     * @param permits how many come in a period
     * @param period the period
     * @param burst how many the bucket holds, at least 1; it is full at first
     */
    record TokenBucket(long permits, Duration period, long burst) implements Limit {

        /** Checks the ranges. */
        public TokenBucket {
            Checks.rate(permits, period);
            Checks.burst(burst, permits, period);
        }

        @Override
        public String toString() {
            return Checks.text(permits, period) + (burst == permits ? "" : ", bursts of " + burst);
        }
    }

    /**
     * Each period has its permits; what is left of them lapses at its end. Cheap and easy to explain, but twice as many can be
     * had in a short time around the end of a period.
     *
     * @param permits how many a period has
     * @param period the period
     */
    record FixedWindow(long permits, Duration period) implements Limit {

        /** Checks the ranges. */
        public FixedWindow {
            Checks.rate(permits, period);
        }

        @Override
        public String toString() {
            return Checks.text(permits, period) + " in fixed windows";
        }
    }

    /**
     * Never more permits than this in any period, wherever it begins. Remembers each permit of the last period, and each that is
     * promised for later: 8 bytes for each.
     *
     * @param permits how many, up to {@value Limit#MOST_IN_A_LOG}
     * @param period the period
     */
    record SlidingLog(long permits, Duration period) implements Limit {

        /** Checks the ranges. */
        public SlidingLog {
            Checks.rate(permits, period);
            Checks.atMost(permits, MOST_IN_A_LOG, "sliding log");
        }

        @Override
        public String toString() {
            return Checks.text(permits, period) + " at any time";
        }
    }

    /**
     * The permits given in this period, and those of the one before by the share of it that a sliding period still covers,
     * together never exceed the number. Two numbers replace the log, at the price of an assumption: that the permits of the
     * period before were given evenly. Where they were not, up to twice as many can be had in a sliding period. Permits can be
     * waited for at most {@value Limit#PERIODS_AHEAD} periods.
     *
     * @param permits how many, up to {@value Limit#MOST_IN_A_SLIDING_WINDOW}
     * @param period the period
     */
    record SlidingWindow(long permits, Duration period) implements Limit {

        /** Checks the ranges. */
        public SlidingWindow {
            Checks.rate(permits, period);
            Checks.atMost(permits, MOST_IN_A_SLIDING_WINDOW, "sliding window");
        }

        @Override
        public String toString() {
            return Checks.text(permits, period) + " in a sliding window";
        }
    }

    /**
     * Permits are evenly spaced, a {@code period / permits} apart: a leaky bucket, made for calls that wait. A call may take
     * several at once; those after it wait as much longer.
     *
     * @param permits how many come in a period
     * @param period the period
     */
    record Pacing(long permits, Duration period) implements Limit {

        /** Checks the ranges. */
        public Pacing {
            Checks.rate(permits, period);
        }

        @Override
        public String toString() {
            return Checks.text(permits, period) + " evenly spaced";
        }
    }

    /**
     * Evenly spaced permits whose rate climbs from {@code rate / coldFactor} to the full one in a straight line, over
     * {@code warmUp}: for a dependency that must fill caches or connections first. Cold at the start, and again when a permit
     * was there for {@code warmUp} and nobody took it. The idea is that of {@code SmoothWarmingUp} in Guava. A call pays for all its permits what
     * the first costs. Permits that are due are given back only if no others were taken after them.
     *
     * @param permits how many come in a period when warm, at most one every microsecond
     * @param period the period
     * @param warmUp how long it takes to get warm, longer than 0 s
     * @param coldFactor how much slower it starts, from 1 to 1,000
     */
    record WarmUp(long permits, Duration period, Duration warmUp, double coldFactor) implements Limit {

        /** Checks the ranges. */
        public WarmUp {
            Checks.rate(permits, period);
            Require.check(
                    permits <= Durations.toNanos(period) / 1_000,
                    "permits must be at most one every microsecond to warm up, was %s in %s",
                    permits,
                    Durations.format(period));
            Require.positive("warmUp", warmUp);
            Require.between("coldFactor", coldFactor, 1, 1_000);
        }

        @Override
        public String toString() {
            return Checks.text(permits, period) + " evenly spaced, after warming up for " + Durations.format(warmUp);
        }
    }

    /**
     * Each hour, day or month of the calendar has its permits; what is left of them lapses at its end. A debt that was charged is
     * forgotten with its period. Permits can be waited for at most {@link Limit#LONGEST_WAIT_FOR_A_QUOTA}.
     *
     * <p>Where the calendar stands is read from the {@linkplain dev.seawall.ResilienceRuntime#wallTime() wall clock} when the
     * period should end, and at most a second after a call if somebody sets it. Periods only go forward: set back, the wall clock
     * makes the current one longer, though never beyond its own length; set forward, it ends it. So no period's permits are given
     * twice, and the most that a change of the clock can give is those of one new period.
     *
     * @param permits how many a period has
     * @param calendar the period
     * @param zone by whose clocks hours, days and months begin
     */
    record CalendarQuota(long permits, CalendarPeriod calendar, ZoneId zone) implements Limit {

        /** Checks the ranges. */
        public CalendarQuota {
            Objects.requireNonNull(zone, "zone");
            Checks.rate(permits, calendar.nominal());
        }

        /**
         * About how long a period is.
         *
         * @return 1 hour, 24 hours or 31 days
         */
        @Override
        public Duration period() {
            return calendar.nominal();
        }

        @Override
        public String toString() {
            String name = calendar.name().toLowerCase(Locale.ROOT);
            return permits + " per calendar " + name + (zone.equals(ZoneOffset.UTC) ? "" : " in " + zone);
        }
    }

    /**
     * A bucket that holds as many permits as come in a period.
     *
     * @param permits how many come in a period
     * @param period the period
     * @return a token bucket
     */
    static Limit tokenBucket(long permits, Duration period) {
        return new TokenBucket(permits, period, permits);
    }

    /**
     * A bucket.
     *
     * @param permits how many come in a period
     * @param period the period
     * @param burst how many it holds, at least 1
     * @return a token bucket
     */
    static Limit tokenBucket(long permits, Duration period, long burst) {
        return new TokenBucket(permits, period, burst);
    }

    /**
     * A bucket that holds as many permits as come in a second.
     *
     * @param permits how many come in a second
     * @return a token bucket
     */
    static Limit perSecond(long permits) {
        return tokenBucket(permits, Duration.ofSeconds(1));
    }

    /**
     * A bucket that holds as many permits as come in a minute.
     *
     * @param permits how many come in a minute
     * @return a token bucket
     */
    static Limit perMinute(long permits) {
        return tokenBucket(permits, Duration.ofMinutes(1));
    }

    /**
     * Periods one after another, each with its permits.
     *
     * @param permits how many a period has
     * @param period the period
     * @return a fixed window
     */
    static Limit fixedWindow(long permits, Duration period) {
        return new FixedWindow(permits, period);
    }

    /**
     * Never more permits than this in any period.
     *
     * @param permits how many, up to {@value #MOST_IN_A_LOG}
     * @param period the period
     * @return a sliding log
     */
    static Limit slidingLog(long permits, Duration period) {
        return new SlidingLog(permits, period);
    }

    /**
     * Counts of this period and the one before.
     *
     * @param permits how many, up to {@value #MOST_IN_A_SLIDING_WINDOW}
     * @param period the period
     * @return a sliding window
     */
    static Limit slidingWindow(long permits, Duration period) {
        return new SlidingWindow(permits, period);
    }

    /**
     * Evenly spaced permits.
     *
     * @param permits how many come in a period
     * @param period the period
     * @return pacing
     */
    static Limit pacing(long permits, Duration period) {
        return new Pacing(permits, period);
    }

    /**
     * Evenly spaced permits whose rate climbs at first.
     *
     * @param permits how many come in a period when warm, at most one every microsecond
     * @param period the period
     * @param warmUp how long it takes to get warm, longer than 0 s
     * @param coldFactor how much slower it starts, from 1 to 1,000; Guava takes 3
     * @return pacing that warms up
     */
    static Limit warmUp(long permits, Duration period, Duration warmUp, double coldFactor) {
        return new WarmUp(permits, period, warmUp, coldFactor);
    }

    /**
     * A quota for each hour of the calendar, in UTC.
     *
     * @param permits how many an hour has
     * @return a quota
     */
    static Limit hourly(long permits) {
        return hourly(permits, ZoneOffset.UTC);
    }

    /**
     * A quota for each hour of the calendar.
     *
     * @param permits how many an hour has
     * @param zone by whose clocks hours begin
     * @return a quota
     */
    static Limit hourly(long permits, ZoneId zone) {
        return new CalendarQuota(permits, CalendarPeriod.HOUR, zone);
    }

    /**
     * A quota for each day of the calendar, in UTC.
     *
     * @param permits how many a day has
     * @return a quota
     */
    static Limit daily(long permits) {
        return daily(permits, ZoneOffset.UTC);
    }

    /**
     * A quota for each day of the calendar.
     *
     * @param permits how many a day has
     * @param zone by whose clocks days begin
     * @return a quota
     */
    static Limit daily(long permits, ZoneId zone) {
        return new CalendarQuota(permits, CalendarPeriod.DAY, zone);
    }

    /**
     * A quota for each month of the calendar, in UTC.
     *
     * @param permits how many a month has
     * @return a quota
     */
    static Limit monthly(long permits) {
        return monthly(permits, ZoneOffset.UTC);
    }

    /**
     * A quota for each month of the calendar.
     *
     * @param permits how many a month has
     * @param zone by whose clocks months begin
     * @return a quota
     */
    static Limit monthly(long permits, ZoneId zone) {
        return new CalendarQuota(permits, CalendarPeriod.MONTH, zone);
    }
}
