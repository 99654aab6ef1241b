package dev.seawall.ratelimiter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.test.Property;
import dev.seawall.test.SeededRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Random taking and giving back: what was not given back never exceeds the limit. */
final class RefundTest {

    private static final int STEPS = 300;

    /** Permits promised for a time, which were not given back. */
    private record Promise(Piece piece, long permits, long due) {}

    private interface Bound {
        /** The most permits from one time to another, both included. */
        double most(long from, long to);
    }

    private static List<Promise> run(SeededRandom random, Meter meter, long permits, long period) {
        List<Promise> kept = new ArrayList<>();
        List<Promise> open = new ArrayList<>();
        long now = 1;
        for (int i = 0; i < STEPS; i++) {
            now += random.nextBoolean() ? 0 : random.nextLong(period / permits + 1);
            if (random.nextInt(5) < 3 || open.isEmpty()) {
                long wanted = random.nextInt(3) == 0 ? random.nextLong(1, Math.min(3, permits) + 1) : 1;
                long latest = now + random.nextLong(2 * period + 1);
                Piece piece = new Piece();
                long due = meter.take(wanted, now, latest, piece);
                if (due <= latest) {
                    open.add(new Promise(piece, wanted, due));
                }
            } else {
                int index = random.nextInt(3) == 0 ? open.size() - 1 : random.nextInt(open.size());
                Promise given = open.remove(index);
                if (random.nextInt(3) > 0) {
                    meter.giveBack(given.piece(), now);
                } else {
                    kept.add(given);
                }
            }
        }
        kept.addAll(open);
        kept.sort((one, other) -> Long.compare(one.due(), other.due()));
        return kept;
    }

    private static void check(List<Promise> promises, Bound bound) {
        for (int from = 0; from < promises.size(); from++) {
            long used = 0;
            for (int to = from; to < promises.size(); to++) {
                used += promises.get(to).permits();
                long first = promises.get(from).due();
                long last = promises.get(to).due();
                if (used > bound.most(first, last) + 1e-6) {
                    throw new AssertionError(used + " permits from " + first + " to " + last);
                }
            }
        }
    }

    private static void property(String name, boolean together, java.util.function.LongFunction<Limit> limit) {
        Property.named(name).cases(120).check(random -> {
            long permits = random.pick(List.of(1L, 2L, 3L, 7L, 10L));
            long period = 1_000_000_007;
            Limit chosen = limit.apply(permits);
            RateLimiterConfig.Builder config = RateLimiterConfig.builder().limit(chosen);
            if (together) {
                config.limit(Limit.tokenBucket(1_000_000, Duration.ofSeconds(1)));
            }
            List<Promise> kept = run(random, Limits.plan(config.build(), 1).meter(true), permits, period);
            check(kept, bound(chosen, permits, period));
        });
    }

    private static Bound bound(Limit limit, long permits, long period) {
        if (limit instanceof Limit.TokenBucket bucket) {
            return (from, to) -> bucket.burst() + (double) (to - from + 1) * permits / period;
        }
        if (limit instanceof Limit.Pacing) {
            return (from, to) -> Math.min(3, permits) + (double) (to - from + 1) * permits / period;
        }
        if (limit instanceof Limit.FixedWindow) {
            return (from, to) -> ((to - 1) / period - (from - 1) / period + 1) * permits;
        }
        return (from, to) -> ((to - from) / period + 1) * permits;
    }

    private static final Duration PERIOD = Duration.ofNanos(1_000_000_007);

    @Test
    void bucket_anyTakingAndGivingBack_isNeverExceeded() {
        property("bucket with refunds", false, permits -> Limit.tokenBucket(permits, PERIOD));
        property(
                "small bucket with refunds",
                false,
                permits -> Limit.tokenBucket(permits, PERIOD, Math.min(3, permits)));
        property("buckets with refunds", true, permits -> Limit.tokenBucket(permits, PERIOD));
    }

    @Test
    void pacing_anyTakingAndGivingBack_isNeverExceeded() {
        property("pace with refunds", false, permits -> Limit.pacing(permits, PERIOD));
        property("paces with refunds", true, permits -> Limit.pacing(permits, PERIOD));
    }

    @Test
    void fixedWindow_anyTakingAndGivingBack_isNeverExceeded() {
        property("window with refunds", false, permits -> Limit.fixedWindow(permits, PERIOD));
        property("windows with refunds", true, permits -> Limit.fixedWindow(permits, PERIOD));
    }

    @Test
    void slidingLog_anyTakingAndGivingBack_isNeverExceeded() {
        property("log with refunds", false, permits -> Limit.slidingLog(permits, PERIOD));
        property("logs with refunds", true, permits -> Limit.slidingLog(permits, PERIOD));
    }

    /** Everything given back, in any order, is as if nothing had been taken. */
    @Test
    void anyLimit_allGivenBackAtOnce_isAsNew() {
        Property.named("all given back").cases(500).check(random -> {
            Limit limit = random.pick(Limits.all().subList(0, 5)); // warming up, only the last permits come back
            Meter meter = Limits.plan(RateLimiterConfig.of(limit), 1).meter(true);
            List<Piece> pieces = new ArrayList<>();
            for (int i = 0; i < 25; i++) {
                Piece piece = new Piece();
                meter.take(1, 1, Long.MAX_VALUE - 1, piece);
                pieces.add(piece);
            }

            while (!pieces.isEmpty()) {
                meter.giveBack(pieces.remove(random.nextInt(pieces.size())), 1);
            }

            assertThat(meter.take(1, 1, Meter.LOOK, null)).isEqualTo(1);
            assertThat(meter.quota(1).remaining())
                    .isEqualTo(Limits.plan(RateLimiterConfig.of(limit), 1)
                            .meter(true)
                            .quota(1)
                            .remaining());
        });
    }
}
