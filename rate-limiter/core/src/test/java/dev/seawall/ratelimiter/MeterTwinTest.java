package dev.seawall.ratelimiter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.test.Property;
import dev.seawall.test.SeededRandom;
import java.time.Duration;
import java.util.List;
import java.util.function.LongBinaryOperator;
import org.junit.jupiter.api.Test;

/** Every kind of limit against its {@link NaiveLimit naive twin}: when each of a random sequence of calls is due. */
final class MeterTwinTest {

    private static final int STEPS = 120;
    private static final long YEAR = Duration.ofDays(365).toNanos();

    /** Makes a limit and its twin from permits and period. */
    private record Pair(Limit limit, NaiveLimit twin) {}

    private interface Maker {
        Pair make(SeededRandom random, long permits, long period);
    }

    /** Drives both with the same calls. */
    private static void compare(String name, int cases, LongBinaryOperator period, Maker maker) {
        Property.named(name).cases(cases).check(random -> {
            long permits = random.pick(List.of(1L, 2L, 3L, 5L, 10L, 64L, 100L));
            long length = period.applyAsLong(permits, random.nextInt(3));
            Pair pair = maker.make(random, permits, length);
            long origin = random.pick(List.of(1L, 12_345L, YEAR));
            Meter meter =
                    Limits.plan(RateLimiterConfig.of(pair.limit()), origin).meter(random.nextBoolean());
            boolean yearsPassed = false;
            long now = 0;
            for (int i = 0; i < STEPS; i++) {
                now += step(random, permits, length);
                if (!yearsPassed && random.nextInt(200) == 0) {
                    now += 140 * YEAR;
                    yearsPassed = true;
                }
                step(random, meter, pair, origin, now, length);
            }
        });
    }

    private static long step(SeededRandom random, long permits, long period) {
        return switch (random.nextInt(12)) {
            case 0 -> random.nextLong(3 * period);
            case 1 -> period;
            case 2, 3, 4 -> random.nextLong(2 * period / permits + 1);
            case 5 -> period / permits;
            case 6 -> period / permits - 1;
            default -> 0;
        };
    }

    private static void step(SeededRandom random, Meter meter, Pair pair, long origin, long now, long period) {
        long most = pair.limit().permits() + 1;
        long wanted = random.nextInt(3) == 0 ? random.nextLong(1, most + 1) : 1;
        long expected = pair.twin().due(wanted, now);
        long maxWait = random.pick(List.of(0L, period / 2, 3 * period));
        if (random.nextInt(4) == 0) {
            boolean taken = meter.tryTake(wanted, origin + now);
            require(taken == (expected == now), "taken " + taken + ", due " + expected + " at " + now);
            if (taken) {
                pair.twin().use(wanted, now);
            }
            return;
        }
        long due = meter.take(wanted, origin + now, origin + now + maxWait, null);
        long right = expected == NaiveLimit.NEVER ? Meter.NEVER : origin + expected;
        require(due == right, "due " + due + " instead of " + right);
        if (expected <= now + maxWait) {
            pair.twin().use(wanted, expected);
        }
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    @Test
    void tokenBucket_rateThatDividesThePeriod_agreesWithItsTwin() {
        compare(
                "twin of a bucket",
                1_000,
                (permits, n) -> permits * (n * 100_000_000 + 7),
                (random, permits, period) -> {
                    long burst = random.pick(List.of(1L, permits, 2 * permits));
                    return new Pair(
                            Limit.tokenBucket(permits, Duration.ofNanos(period), burst),
                            new NaiveLimit.Bucket(permits, period, burst));
                });
    }

    @Test
    void fixedWindow_agreesWithItsTwin() {
        compare(
                "twin of a window",
                1_000,
                MeterTwinTest::anyPeriod,
                (random, permits, period) -> new Pair(
                        Limit.fixedWindow(permits, Duration.ofNanos(period)), new NaiveLimit.Windows(permits, period)));
    }

    @Test
    void slidingLog_agreesWithItsTwin() {
        compare(
                "twin of a log",
                300,
                MeterTwinTest::anyPeriod,
                (random, permits, period) -> new Pair(
                        Limit.slidingLog(permits, Duration.ofNanos(period)), new NaiveLimit.Log(permits, period)));
    }

    @Test
    void slidingWindow_periodOfLessThanTwoSeconds_agreesWithItsTwin() {
        compare(
                "twin of a sliding window",
                300,
                MeterTwinTest::anyPeriod,
                (random, permits, period) -> new Pair(
                        Limit.slidingWindow(permits, Duration.ofNanos(period)),
                        new NaiveLimit.Weighted(permits, period)));
    }

    private static long anyPeriod(long permits, long n) {
        return n == 0 ? 2 * permits + 1 : n == 1 ? 1_000_000_007 : 200_000_000;
    }

    @Test
    void charge_ofABucketOrAWindow_agreesWithTheTwins() {
        Property.named("twins with debts").cases(500).check(random -> {
            long permits = random.pick(List.of(1L, 4L, 10L));
            long period = permits * 50_000_000;
            Meter bucket = Limits.plan(RateLimiterConfig.of(Limit.tokenBucket(permits, Duration.ofNanos(period))), 1)
                    .meter(true);
            Meter window = Limits.plan(RateLimiterConfig.of(Limit.fixedWindow(permits, Duration.ofNanos(period))), 1)
                    .meter(true);
            NaiveLimit.Bucket tokens = new NaiveLimit.Bucket(permits, period, permits);
            NaiveLimit.Windows windows = new NaiveLimit.Windows(permits, period);
            long now = 0;
            for (int i = 0; i < STEPS; i++) {
                now += random.nextLong(period);
                if (random.nextInt(3) == 0) {
                    long cost = random.nextLong(1, 3 * permits + 1);
                    bucket.charge(cost, 1 + now);
                    window.charge(cost, 1 + now);
                    tokens.use(cost, now);
                    windows.charge(cost, now);
                }
                require(bucket.take(1, 1 + now, Meter.LOOK, null) == 1 + tokens.due(1, now), "bucket at " + now);
                require(window.take(1, 1 + now, Meter.LOOK, null) == 1 + windows.due(1, now), "window at " + now);
                if (bucket.tryTake(1, 1 + now)) {
                    tokens.use(1, now);
                }
                if (window.tryTake(1, 1 + now)) {
                    windows.use(1, now);
                }
            }
        });
    }

    @Test
    void charge_moreThanTimeCanPay_saturates() {
        for (Limit limit : Limits.all()) {
            Meter meter = Limits.plan(RateLimiterConfig.of(limit), 1).meter(true);

            for (int i = 0; i < 5; i++) {
                meter.charge(Long.MAX_VALUE, 1 + i * YEAR);
            }

            assertThat(meter.tryTake(1, 1 + 4 * YEAR)).as("%s", limit).isFalse();
            assertThat(meter.take(1, 1 + 4 * YEAR, Meter.LOOK, null)).isGreaterThan(1 + 4 * YEAR);
            assertThat(meter.quota(1 + 4 * YEAR).remaining()).isZero();
        }
    }

    /** Two limits together: due when the later of both lets the call, and taken from both then. */
    @Test
    void severalLimits_agreeWithTheirTwinsTogether() {
        Property.named("twins together").cases(300).check(random -> {
            long permits = random.pick(List.of(2L, 5L, 10L));
            long second = 1_000_000_000;
            long fast = second / permits;
            List<NaiveLimit> twins = List.of(
                    new NaiveLimit.Log(permits, second),
                    new NaiveLimit.Bucket(1, fast, 2),
                    new NaiveLimit.Windows(3 * permits, 5 * second));
            RateLimiterConfig config = RateLimiterConfig.builder()
                    .limit(Limit.slidingLog(permits, Duration.ofSeconds(1)))
                    .limit(Limit.tokenBucket(1, Duration.ofNanos(fast), 2))
                    .limit(Limit.fixedWindow(3 * permits, Duration.ofSeconds(5)))
                    .build();
            Meter meter = Limits.plan(config, 1).meter(true);
            long now = 0;
            long last = 0;
            for (int i = 0; i < STEPS; i++) {
                now += random.nextBoolean() ? 0 : random.nextLong(fast * 2);
                long wanted = random.nextLong(1, 3);
                long from = Math.max(now, last);
                long expected = twins.stream()
                        .mapToLong(twin -> twin.due(wanted, from))
                        .max()
                        .orElseThrow();
                long maxWait = random.pick(List.of(0L, fast, second));

                long due = meter.take(wanted, 1 + now, 1 + now + maxWait, null);

                require(due == 1 + expected, "due " + due + " instead of " + (1 + expected));
                if (expected <= now + maxWait) {
                    twins.forEach(twin -> twin.use(wanted, expected));
                    last = expected;
                }
            }
        });
    }
}
