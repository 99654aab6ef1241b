package dev.seawall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.LongSummaryStatistics;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What chance does to a delay: its range, and that it spreads evenly over it. */
final class JitterTest {

    private static final int DRAWS = 100_000;
    private static final long SECOND = 1_000_000_000;

    private final RandomGenerator random = VirtualRuntime.create(11).random();
    private final Backoff second = Backoff.fixed(Duration.ofSeconds(1));

    @Test
    void full_spreadsFromZeroToTheDelay() {
        LongSummaryStatistics delays = draw(second.withJitter(Jitter.FULL), 1, 0);

        assertThat(delays.getMin()).isBetween(0L, SECOND / 1_000);
        assertThat(delays.getMax()).isBetween(SECOND - SECOND / 1_000, SECOND);
        assertThat(delays.getAverage()).isCloseTo(SECOND / 2.0, within(SECOND / 100.0));
    }

    @Test
    void equal_spreadsFromHalfToTheDelay() {
        LongSummaryStatistics delays = draw(second.withJitter(Jitter.EQUAL), 1, 0);

        assertThat(delays.getMin()).isBetween(SECOND / 2, SECOND / 2 + SECOND / 1_000);
        assertThat(delays.getMax()).isBetween(SECOND - SECOND / 1_000, SECOND);
        assertThat(delays.getAverage()).isCloseTo(0.75 * SECOND, within(SECOND / 100.0));
    }

    @Test
    void decorrelated_spreadsFromTheFirstDelayToThreeTimesThePrevious() {
        Backoff backoff = Backoff.exponential(Duration.ofSeconds(1)).withJitter(Jitter.DECORRELATED);

        LongSummaryStatistics delays = draw(backoff, 5, 4 * SECOND);

        assertThat(delays.getMin()).isBetween(SECOND, SECOND + SECOND / 100);
        assertThat(delays.getMax()).isBetween(12 * SECOND - SECOND / 100, 12 * SECOND);
        assertThat(delays.getAverage()).isCloseTo(6.5 * SECOND, within(SECOND / 10.0));
    }

    @Test
    void decorrelated_firstStep_isUpToThreeTimesTheFirstDelay() {
        Backoff backoff = Backoff.exponential(Duration.ofSeconds(1)).withJitter(Jitter.DECORRELATED);

        LongSummaryStatistics delays = draw(backoff, 1, 0);

        assertThat(delays.getMin()).isGreaterThanOrEqualTo(SECOND);
        assertThat(delays.getMax()).isBetween(3 * SECOND - SECOND / 100, 3 * SECOND);
    }

    @Test
    void decorrelated_cap_bounds() {
        Backoff backoff = Backoff.exponential(Duration.ofSeconds(1))
                .withCap(Duration.ofSeconds(2))
                .withJitter(Jitter.DECORRELATED);

        LongSummaryStatistics delays = draw(backoff, 9, 2 * SECOND);

        assertThat(delays.getMin()).isGreaterThanOrEqualTo(SECOND);
        assertThat(delays.getMax()).isLessThanOrEqualTo(2 * SECOND);
    }

    @Test
    void decorrelated_withoutDelay_staysAtZero() {
        assertThat(draw(Backoff.none().withJitter(Jitter.DECORRELATED), 1, 0).getMax())
                .isZero();
    }

    @Test
    void anyJitter_delayOfOneNanosecond_doesNotThrow() {
        Backoff backoff = Backoff.fixed(Duration.ofNanos(1));

        assertThat(draw(backoff.withJitter(Jitter.FULL), 1, 0).getMax()).isEqualTo(1);
        assertThat(draw(backoff.withJitter(Jitter.EQUAL), 1, 0).getMin()).isEqualTo(1);
        assertThat(draw(backoff.withJitter(Jitter.DECORRELATED), 1, 0).getMax()).isEqualTo(1);
    }

    @Test
    void sameSeed_sameDelays() {
        Backoff backoff = second.withJitter(Jitter.FULL);

        long[] first = delays(backoff, VirtualRuntime.create(3).random());
        long[] second = delays(backoff, VirtualRuntime.create(3).random());
        long[] other = delays(backoff, VirtualRuntime.create(4).random());

        assertThat(second).isEqualTo(first);
        assertThat(other).isNotEqualTo(first);
    }

    private static long[] delays(Backoff backoff, RandomGenerator random) {
        return LongStream.range(0, 20)
                .map(i -> backoff.delayNanos(1, 0, random))
                .toArray();
    }

    private LongSummaryStatistics draw(Backoff backoff, int step, long previous) {
        return LongStream.range(0, DRAWS)
                .map(i -> backoff.delayNanos(step, previous, random))
                .summaryStatistics();
    }
}
