package dev.seawall;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The series of delays, their cap and their texts. */
final class BackoffTest {

    private static final RandomGenerator RANDOM = VirtualRuntime.create().random();

    @Test
    void none_anyStep_isZero() {
        assertThat(millis(Backoff.none(), 1, 2, 100)).containsExactly(0, 0, 0);
        assertThat(Backoff.none()).hasToString("no delay, at most 0 s");
    }

    @Test
    void fixed_anyStep_isTheDelay() {
        assertThat(millis(Backoff.fixed(ofMillis(250)), 1, 2, 100)).containsExactly(250, 250, 250);
        assertThat(Backoff.fixed(ofMillis(250))).hasToString("fixed 250 ms, at most 250 ms");
    }

    @Test
    void linear_steps_growByTheSameAmount() {
        Backoff backoff = Backoff.linear(ofSeconds(4));

        assertThat(millis(backoff, 1, 2, 3, 7, 8)).containsExactly(4_000, 8_000, 12_000, 28_000, 30_000);
        assertThat(backoff).hasToString("linear 4 s, at most 30 s");
    }

    @Test
    void exponential_steps_double() {
        Backoff backoff = Backoff.exponential(ofMillis(100));

        assertThat(millis(backoff, 1, 2, 3, 4, 9, 10)).containsExactly(100, 200, 400, 800, 25_600, 30_000);
        assertThat(backoff).hasToString("exponential 100 ms × 2.0, at most 30 s");
    }

    @Test
    void exponential_factor_isTheGrowth() {
        Backoff backoff = Backoff.exponential(ofMillis(100), 1.5);

        assertThat(millis(backoff, 1, 2, 3)).containsExactly(100, 150, 225);
        assertThat(backoff).hasToString("exponential 100 ms × 1.5, at most 30 s");
    }

    @Test
    void fibonacci_steps_followTheSeries() {
        Backoff backoff = Backoff.fibonacci(ofMillis(10));

        assertThat(millis(backoff, 1, 2, 3, 4, 5, 6, 7)).containsExactly(10, 10, 20, 30, 50, 80, 130);
        assertThat(backoff).hasToString("fibonacci 10 ms, at most 30 s");
    }

    @Test
    void of_list_lastDelayRepeats() {
        Backoff backoff = Backoff.of(ofMillis(10), ofSeconds(1), ofMillis(500));

        assertThat(millis(backoff, 1, 2, 3, 4, 1_000)).containsExactly(10, 1_000, 500, 500, 500);
        assertThat(backoff).hasToString("list 10 ms, 1 s, 500 ms, at most 1 s");
    }

    @Test
    void of_listChangedAfterwards_keepsItsDelays() {
        Duration[] delays = {ofMillis(10)};
        Backoff backoff = Backoff.of(delays);

        delays[0] = ofMillis(99);

        assertThat(millis(backoff, 1)).containsExactly(10);
    }

    @Test
    void custom_function_isCutToTheRange() {
        Backoff backoff = Backoff.custom(step -> ofSeconds(step - 10L));

        assertThat(millis(backoff, 1, 10, 11, 39, 40, 41, 1_000))
                .containsExactly(0, 0, 1_000, 29_000, 30_000, 30_000, 30_000);
        assertThat(backoff).hasToString("custom, at most 30 s");
    }

    @Test
    void custom_hugeDelay_isTheCap() {
        assertThat(millis(Backoff.custom(step -> ofSeconds(Long.MAX_VALUE)), 1)).containsExactly(30_000);
        assertThat(millis(Backoff.custom(step -> ofSeconds(Long.MIN_VALUE)), 1)).containsExactly(0);
    }

    @Test
    void custom_functionThatThrowsOrReturnsNull_isTheCap() {
        Backoff throwing = Backoff.custom(step -> {
            throw new AssertionError("broken");
        });

        assertThat(millis(throwing, 1, 2)).containsExactly(30_000, 30_000);
        assertThat(millis(throwing.withCap(ofSeconds(1)), 1)).containsExactly(1_000);
        assertThat(millis(Backoff.custom(step -> null), 1)).containsExactly(30_000);
    }

    @Test
    void delayNanos_stepBelowOne_countsAsTheFirst() {
        assertThat(millis(Backoff.linear(ofMillis(10)), 0, -1, Integer.MIN_VALUE))
                .containsExactly(10, 10, 10);
    }

    @Test
    void defaultCap_shorterThanTheInitialDelay_givesWay() {
        assertThat(millis(Backoff.linear(ofSeconds(40)), 1, 2)).containsExactly(40_000, 40_000);
        assertThat(millis(Backoff.exponential(ofSeconds(40)), 1, 2)).containsExactly(40_000, 40_000);
        assertThat(millis(Backoff.fibonacci(ofSeconds(40)), 1, 3)).containsExactly(40_000, 40_000);
    }

    @Test
    void withCap_newCap_bounds() {
        assertThat(millis(Backoff.exponential(ofMillis(100)).withCap(ofMillis(250)), 1, 2, 3))
                .containsExactly(100, 200, 250);
        assertThat(millis(Backoff.exponential(ofMillis(100)).withCap(Duration.ZERO), 1, 9))
                .containsExactly(0, 0);
    }

    @Test
    void withers_keepTheOtherSettings() {
        assertThat(Backoff.exponential(ofMillis(100)).withJitter(Jitter.FULL).withCap(ofSeconds(5)))
                .hasToString("exponential 100 ms × 2.0, at most 5 s, FULL jitter");
        assertThat(Backoff.exponential(ofMillis(100)).withCap(ofSeconds(5)).withJitter(Jitter.DECORRELATED))
                .hasToString("exponential 100 ms × 2.0, at most 5 s, DECORRELATED jitter");
    }

    @Test
    void badSettings_areRefusedWithNameRangeAndValue() {
        assertRefused(() -> Backoff.fixed(ofMillis(-1)), "delay must not be negative, was -1 ms");
        assertRefused(() -> Backoff.linear(Duration.ZERO), "initial must be longer than 0 s, was 0 s");
        assertRefused(() -> Backoff.exponential(ofMillis(-5)), "initial must be longer than 0 s, was -5 ms");
        assertRefused(() -> Backoff.exponential(ofMillis(1), 0.5), "factor must be from 1.0 to 100.0, was 0.5");
        assertRefused(() -> Backoff.exponential(ofMillis(1), 100.1), "factor must be from 1.0 to 100.0, was 100.1");
        assertRefused(() -> Backoff.exponential(ofMillis(1), Double.NaN), "factor must be from 1.0 to 100.0, was NaN");
        assertRefused(() -> Backoff.fibonacci(Duration.ZERO), "initial must be longer than 0 s, was 0 s");
        assertRefused(Backoff::of, "delays must have at least one element, had none");
        assertRefused(() -> Backoff.of(ofMillis(1), ofMillis(-1)), "delay must not be negative, was -1 ms");
        assertRefused(() -> Backoff.none().withCap(ofNanos(-1)), "cap must not be negative, was -1 ns");
    }

    private static void assertRefused(Runnable settings, String message) {
        assertThatThrownBy(settings::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void nulls_areRefusedWithTheirName() {
        assertThatThrownBy(() -> Backoff.fixed(null)).hasMessage("delay");
        assertThatThrownBy(() -> Backoff.linear(null)).hasMessage("initial");
        assertThatThrownBy(() -> Backoff.custom(null)).hasMessage("function");
        assertThatThrownBy(() -> Backoff.none().withCap(null)).hasMessage("cap");
        assertThatThrownBy(() -> Backoff.none().withJitter(null)).hasMessage("jitter");
    }

    private static int[] millis(Backoff backoff, int... steps) {
        return IntStream.of(steps)
                .map(step -> Math.toIntExact(
                        ofNanos(backoff.delayNanos(step, 0, RANDOM)).toMillis()))
                .toArray();
    }
}
