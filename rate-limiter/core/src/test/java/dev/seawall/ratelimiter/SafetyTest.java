package dev.seawall.ratelimiter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.test.Property;
import dev.seawall.test.SeededRandom;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A thousand random limits under more demand than they allow: no interval has more than it may, and of what is allowed at least
 * 99 % is used. In the build each gets thousands of calls, with {@code seawall.cases.factor=250} a million.
 */
final class SafetyTest {

    private static final int CONFIGURATIONS = 1_000;
    private static final int CALLS = 4_000 * Integer.getInteger(Property.CASES_FACTOR, 1);

    private static final int KINDS = 6;

    /** The factor stands for calls here, not for more configurations. */
    @Test
    void anyLimit_underMoreDemandThanItAllows_isNeverExceededAndUsed() {
        for (int i = 1; i <= CONFIGURATIONS; i++) {
            long seed = i;
            Property.named("limit under demand").replay(seed).check(random -> run(random, (int) (seed % KINDS)));
        }
    }

    private static void run(SeededRandom random, int kind) {
        long permits = 1 + (long) Math.exp(random.nextDouble() * Math.log(2_000));
        long period = permits * 2_000 + (long) Math.exp(random.nextDouble() * Math.log(1e12));
        Duration length = Duration.ofNanos(period);
        long burst = 1 + random.nextLong(2 * permits);
        Limit limit = switch (kind) {
            case 0 -> Limit.tokenBucket(permits, length, burst);
            case 1 -> Limit.fixedWindow(permits, length);
            case 2 -> Limit.slidingLog(permits, length);
            case 3 -> Limit.slidingWindow(permits, length);
            case 4 -> Limit.pacing(permits, length);
            default -> Limit.warmUp(permits, length, Duration.ofNanos(1 + period / 1_000), 3);
        };
        Watch watch = watch(kind, permits, period, burst);
        Meter meter = Limits.plan(RateLimiterConfig.of(limit), 1).meter(true);
        long most = kind >= 4
                ? 1
                : Math.max(1, Math.min(permits / 200, burst)); // windows waste what is too little for a call
        long meanGap = Math.max(1, (most + 1) / 2 * period / permits / 3); // three times the demand there is room for
        long now = 1;
        long last = 1;
        long granted = 0;
        for (int i = 0; i < CALLS; i++) {
            now += random.nextLong(2 * meanGap + 1);
            long wanted = most == 1 ? 1 : random.nextLong(1, most + 1);
            long latest = random.nextInt(4) == 0 ? now : now + 2 * period;
            long due = meter.take(wanted, now, latest, null);
            if (due <= latest) {
                granted += wanted;
                last = due;
                watch.used(wanted, due);
            }
        }
        double allowed = (double) (last - 1) / period * permits;
        assertThat((double) granted)
                .as("permits used of %s in %s ns", limit, last)
                .isGreaterThanOrEqualTo(0.99 * allowed - most - 1);
    }

    /** Throws if a use is one too many. */
    private interface Watch {
        void used(long permits, long now);
    }

    private static Watch watch(int kind, long permits, long period, long burst) {
        return switch (kind) {
            case 0 -> new Interval(permits, period, burst);
            case 1 -> new Windows(permits, period);
            case 2 -> new AnyPeriod(permits, period);
            case 3 -> new Both(List.of(new Windows(permits, period), new AnyPeriod(2 * permits, period)));
            default -> new Interval(permits, period, 1);
        };
    }

    private record Both(List<Watch> watches) implements Watch {
        @Override
        public void used(long wanted, long now) {
            watches.forEach(watch -> watch.used(wanted, now));
        }
    }

    /**
     * No interval of length L has more than {@code burst + rate × (L + 1 ns)}. Of all intervals that end now it is enough to
     * follow the one with the largest excess, in fractions of which a permit has as many as the period has nanoseconds.
     */
    private static final class Interval implements Watch {

        private final long permits;
        private final long period;
        private final long burst;
        private long excess;
        private long last;

        Interval(long permits, long period, long burst) {
            this.permits = permits;
            this.period = period;
            this.burst = burst;
        }

        @Override
        public void used(long wanted, long now) {
            excess = Math.max(0, excess - permits * Math.min(now - last, 2 * period)) + wanted * period;
            last = now;
            if (excess > burst * period + permits) {
                throw new AssertionError("over the limit by " + (excess - burst * period) + " at " + now);
            }
        }
    }

    private static final class Windows implements Watch {

        private final long permits;
        private final long period;
        private long window;
        private long used;

        Windows(long permits, long period) {
            this.permits = permits;
            this.period = period;
        }

        @Override
        public void used(long wanted, long now) {
            long current = (now - 1) / period;
            used = current == window ? used + wanted : wanted;
            window = current;
            if (used > permits) {
                throw new AssertionError(used + " in window " + window);
            }
        }
    }

    /** A permit and the one so many before it are a period apart. */
    private static final class AnyPeriod implements Watch {

        private final long[] times;
        private final long period;
        private int next;
        private boolean full;

        AnyPeriod(long permits, long period) {
            this.times = new long[(int) permits];
            this.period = period;
        }

        @Override
        public void used(long wanted, long now) {
            for (int i = 0; i < wanted; i++) {
                if (full && now - times[next] < period) {
                    throw new AssertionError(times.length + " and one more within a period at " + now);
                }
                times[next] = now;
                next = next + 1 == times.length ? 0 : next + 1;
                full = full || next == 0;
            }
        }
    }
}
