package dev.seawall;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Every series against a naive twin that computes with numbers of any size. */
final class BackoffTwinTest {

    private static final int CASES = 20_000;
    private static final int STEPS_IN_FULL = 200;
    private static final int[] FAR_STEPS = {1_000, 65_536, 1_000_000, Integer.MAX_VALUE - 1, Integer.MAX_VALUE};
    private static final MathContext EXACT_ENOUGH = new MathContext(60, RoundingMode.HALF_EVEN);

    private final RandomGenerator random = VirtualRuntime.create(7).random();

    @Test
    void linear_anyParameters_agreesWithItsTwin() {
        for (int i = 0; i < CASES; i++) {
            long initial = anyNanos();
            long cap = anyNanos();
            Backoff backoff = Backoff.linear(Duration.ofNanos(initial)).withCap(Duration.ofNanos(cap));
            int step = anyStep();

            BigInteger expected = BigInteger.valueOf(initial).multiply(BigInteger.valueOf(step));

            assertThat(delay(backoff, step)).isEqualTo(cut(expected, cap));
        }
    }

    @Test
    void fibonacci_anyParameters_agreesWithItsTwin() {
        for (int i = 0; i < CASES; i++) {
            long initial = anyNanos();
            long cap = anyNanos();
            Backoff backoff = Backoff.fibonacci(Duration.ofNanos(initial)).withCap(Duration.ofNanos(cap));
            int step = anyStep();

            BigInteger expected = fibonacci(Math.min(step, STEPS_IN_FULL)).multiply(BigInteger.valueOf(initial));

            assertThat(delay(backoff, step)).isEqualTo(cut(expected, cap));
        }
    }

    @Test
    void exponential_doubling_agreesExactly() {
        for (int i = 0; i < CASES; i++) {
            long initial = 1 + random.nextLong(1L << 50);
            long cap = anyNanos();
            Backoff backoff = Backoff.exponential(Duration.ofNanos(initial)).withCap(Duration.ofNanos(cap));
            int step = anyStep();

            BigInteger expected = BigInteger.valueOf(initial).shiftLeft(Math.min(step, STEPS_IN_FULL) - 1);

            assertThat(delay(backoff, step)).isEqualTo(cut(expected, cap));
        }
    }

    @Test
    void exponential_anyFactor_agreesToNineDigits() {
        for (int i = 0; i < CASES; i++) {
            long initial = anyNanos();
            long cap = anyNanos();
            double factor = random.nextInt(10) == 0 ? 1 : random.nextDouble(1, 100);
            Backoff backoff =
                    Backoff.exponential(Duration.ofNanos(initial), factor).withCap(Duration.ofNanos(cap));
            int step = 1 + random.nextInt(STEPS_IN_FULL);

            long expected = cut(
                    new BigDecimal(factor)
                            .pow(step - 1, EXACT_ENOUGH)
                            .multiply(BigDecimal.valueOf(initial))
                            .toBigInteger(),
                    cap);

            assertThat((double) delay(backoff, step)).isBetween(expected * (1 - 1e-9) - 1, expected * (1 + 1e-9) + 1);
        }
    }

    @Test
    void exponential_oneMillionSteps_neverFallsLeavesItsRangeOrTurnsBack() {
        Backoff backoff = Backoff.exponential(Duration.ofMillis(100), 1.000_01);
        long before = 0;
        for (int step = 1; step <= 1_000_000; step++) {
            long delay = delay(backoff, step);
            if (delay < before || delay > Backoff.DEFAULT_CAP.toNanos()) {
                assertThat(delay).as("step %s", step).isBetween(before, Backoff.DEFAULT_CAP.toNanos());
            }
            before = delay;
        }
        assertThat(before).isEqualTo(Backoff.DEFAULT_CAP.toNanos());
    }

    @Test
    void everySeries_farSteps_areAtTheCap() {
        Duration cap = Duration.ofDays(1);
        for (int step : FAR_STEPS) {
            assertThat(delay(Backoff.linear(Duration.ofDays(1)).withCap(cap), step))
                    .isEqualTo(cap.toNanos());
            assertThat(delay(Backoff.exponential(Duration.ofNanos(1)).withCap(cap), step))
                    .isEqualTo(cap.toNanos());
            assertThat(delay(Backoff.fibonacci(Duration.ofNanos(1)).withCap(cap), step))
                    .isEqualTo(cap.toNanos());
            assertThat(delay(Backoff.of(Duration.ZERO, cap), step)).isEqualTo(cap.toNanos());
        }
    }

    @Test
    void anySeriesAnyJitter_isNeverNegativeOrOverTheCap() {
        Jitter[] jitters = Jitter.values();
        for (int i = 0; i < CASES; i++) {
            long cap = random.nextInt(8) == 0 ? 0 : anyNanos();
            Backoff backoff =
                    anySeries().withCap(Duration.ofNanos(cap)).withJitter(jitters[random.nextInt(jitters.length)]);
            long previous = random.nextBoolean() ? 0 : random.nextLong(Long.MAX_VALUE);

            long delay = backoff.delayNanos(anyStep(), previous, random);

            assertThat(delay).as("%s after %s", backoff, previous).isBetween(0L, cap);
        }
    }

    private Backoff anySeries() {
        Duration some = Duration.ofNanos(anyNanos());
        IntFunction<Duration> wild = step -> Duration.ofSeconds(random.nextLong(), 0);
        return switch (random.nextInt(6)) {
            case 0 -> Backoff.fixed(some);
            case 1 -> Backoff.linear(some);
            case 2 -> Backoff.exponential(some, random.nextDouble(1, 100));
            case 3 -> Backoff.fibonacci(some);
            case 4 -> Backoff.of(some, Duration.ZERO);
            default -> Backoff.custom(wild);
        };
    }

    /** Spread over all magnitudes from 1 ns to 146 years. */
    private long anyNanos() {
        return 1 + random.nextLong(1L << (1 + random.nextInt(61)));
    }

    private int anyStep() {
        return random.nextInt(4) == 0 ? FAR_STEPS[random.nextInt(FAR_STEPS.length)] : 1 + random.nextInt(STEPS_IN_FULL);
    }

    private long delay(Backoff backoff, int step) {
        return backoff.delayNanos(step, 0, random);
    }

    private static long cut(BigInteger nanos, long cap) {
        return nanos.min(BigInteger.valueOf(cap)).longValueExact();
    }

    private static BigInteger fibonacci(int step) {
        BigInteger previous = BigInteger.ZERO;
        BigInteger current = BigInteger.ONE;
        for (int i = 1; i < step; i++) {
            BigInteger following = previous.add(current);
            previous = current;
            current = following;
        }
        return current;
    }
}
