package dev.seawall.ratelimiter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.Durations;
import dev.seawall.test.Property;
import dev.seawall.test.SeededRandom;
import java.math.BigInteger;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The arithmetic of limits against the same in arbitrary precision. */
final class RefillTest {

    private static final long LONGEST_PERIOD = Duration.ofDays(3_660).toNanos();

    /** From a few nanoseconds to ten years, every order of magnitude as likely as the others. */
    private static long magnitude(SeededRandom random, long least, long most) {
        double log = Math.log(least) + random.nextDouble() * (Math.log(most) - Math.log(least));
        return Math.min(most, Math.max(least, (long) Math.exp(log)));
    }

    private static long elapsed(SeededRandom random, long period) {
        return switch (random.nextInt(5)) {
            case 0 -> Durations.MAX_NANOS - random.nextInt(3);
            case 1 -> magnitude(random, 1, Durations.MAX_NANOS);
            default -> {
                long periods = random.nextLong(Math.min(1_000_000, Durations.MAX_NANOS / period) + 1);
                yield Math.min(Durations.MAX_NANOS, Math.max(0, periods * period + random.nextInt(-2, 3)));
            }
        };
    }

    private static long exact(long value, long numerator, long denominator) {
        return BigInteger.valueOf(value)
                .multiply(BigInteger.valueOf(numerator))
                .divide(BigInteger.valueOf(denominator))
                .longValueExact();
    }

    @Test
    void bucket_anyRateAndTime_issuesTheExactFloor() {
        Property.named("a bucket issues the exact floor").cases(20_000).check(random -> {
            long period = magnitude(random, 2, LONGEST_PERIOD);
            long permits = magnitude(random, 1, period / 2);
            Refill refill = Refill.of(new Limit.TokenBucket(permits, Duration.ofNanos(period), 1), 1);
            long elapsed = elapsed(random, period);
            long perPeriod = permits * refill.cost(1);

            long issued = refill.issued(elapsed);

            assertThat(issued).isEqualTo(exact(elapsed, perPeriod, period));
            assertThat(refill.cost(1)).as("a unit is at most a nanosecond").isGreaterThanOrEqualTo(period / permits);
        });
    }

    @Test
    void bucket_anyNumberIssued_isIssuedAtThatTimeAndNotBefore() {
        Property.named("when a bucket has issued so much").cases(20_000).check(random -> {
            long period = magnitude(random, 2, LONGEST_PERIOD);
            long permits = magnitude(random, 1, period / 2);
            Refill refill = Refill.of(new Limit.TokenBucket(permits, Duration.ofNanos(period), 1), 1);
            long issued = Math.max(1, refill.issued(elapsed(random, period)) + random.nextInt(-2, 1));

            long elapsed = refill.elapsed(issued);

            assertThat(refill.issued(elapsed)).isGreaterThanOrEqualTo(issued);
            assertThat(refill.issued(elapsed - 1)).isLessThan(issued);
        });
    }

    @Test
    void window_anyRateAndTime_issuesWholeWindows() {
        Property.named("a window issues whole windows").cases(20_000).check(random -> {
            long period = magnitude(random, 2, LONGEST_PERIOD);
            long permits = magnitude(random, 1, period / 2);
            Refill refill = Refill.of(new Limit.FixedWindow(permits, Duration.ofNanos(period)), 1);
            long elapsed = elapsed(random, period);

            long issued = refill.issued(elapsed);

            assertThat(issued).isEqualTo(elapsed / period * permits);
            if (issued > 0) {
                assertThat(refill.elapsed(issued)).isEqualTo(elapsed / period * period);
                assertThat(refill.elapsed(issued - permits + 1)).isEqualTo(elapsed / period * period);
            }
        });
    }
}
