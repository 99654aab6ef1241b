package dev.seawall.circuitbreaker;

import static dev.seawall.circuitbreaker.End.FAILURE;
import static dev.seawall.circuitbreaker.End.IGNORED;
import static dev.seawall.circuitbreaker.End.SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.circuitbreaker.CircuitBreaker.State;
import dev.seawall.circuitbreaker.CircuitBreakerEvent.CallSettled;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Slow-call detection: a call is slow from 2 s on, its own time measured from its admission to its end. */
final class SlowCallsTest {

    private static final Duration SLOW = Duration.ofSeconds(2);
    private static final Duration FAST = SLOW.minusNanos(1);

    private static CircuitBreakerConfig.Builder slowCalls() {
        return Bench.small().slowCallDuration(SLOW).slowCallRateThreshold(50);
    }

    private static Bench taking(Bench bench, Duration time, End... ends) {
        for (End end : ends) {
            bench.during(end, () -> bench.advance(time));
        }
        return bench;
    }

    @ParameterizedTest
    @EnumSource
    void slowRate_oneBelowTheThreshold_staysClosed(Style style) {
        Bench bench = new Bench(style, slowCalls().build());

        taking(bench, FAST, SUCCESS, SUCCESS, SUCCESS);
        taking(bench, SLOW, SUCCESS);

        assertThat(bench.state()).isEqualTo(State.CLOSED);
        assertThat(bench.breaker.snapshot().slowCallRate()).isEqualTo(25);
        assertThat(bench.breaker.snapshot().failureRate()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void slowRate_atTheThreshold_opensAndSaysSo(Style style) {
        Bench bench = new Bench(style, slowCalls().build());

        taking(bench, FAST, SUCCESS, SUCCESS);
        taking(bench, SLOW, SUCCESS, SUCCESS);

        assertThat(bench.state()).isEqualTo(State.OPEN);
        assertThat(bench.call(SUCCESS))
                .hasMessage("circuit breaker 'users' is OPEN: 2 of 4 calls were slow (50 % ≥ 50 %); try again in 10 s");
    }

    @ParameterizedTest
    @EnumSource
    void slowFailure_countsInBothRates(Style style) {
        Bench bench = new Bench(
                style,
                slowCalls().failureRateThreshold(100).slowCallRateThreshold(100).build());

        taking(bench, SLOW, SUCCESS, FAILURE);
        taking(bench, FAST, FAILURE);

        assertThat(bench.breaker.snapshot().failures()).isEqualTo(2);
        assertThat(bench.breaker.snapshot().slowCalls()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void slowNeutralCall_countsNowhere(Style style) {
        Bench bench = new Bench(style, slowCalls().build());

        taking(bench, SLOW, IGNORED, IGNORED, IGNORED, IGNORED);

        assertThat(bench.breaker.snapshot().calls()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void slowCallDetectionOff_anyDuration_isNotSlow(Style style) {
        Bench bench = new Bench(style, Bench.small().build());

        taking(bench, Duration.ofDays(1), SUCCESS, SUCCESS, SUCCESS, SUCCESS);

        assertThat(bench.state()).isEqualTo(State.CLOSED);
        assertThat(bench.breaker.snapshot().slowCalls()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void timeWindow_slowCall_countsWhenItEnds(Style style) {
        Bench bench = new Bench(
                style, slowCalls().window(Window.time(Duration.ofSeconds(10))).build());

        taking(bench, Duration.ofSeconds(30), SUCCESS);

        assertThat(bench.breaker.snapshot().results()).containsExactly(new Bucket(Duration.ZERO, 1, 0, 1));
    }

    @ParameterizedTest
    @EnumSource
    void windowsNotJudgedByRate_slowSuccess_isAFailure(Style style) {
        for (Window window : List.of(Window.consecutive(2), Window.failures(2, Duration.ofMinutes(1)))) {
            Bench bench = new Bench(style, slowCalls().window(window).build());

            taking(bench, SLOW, SUCCESS, SUCCESS);

            assertThat(bench.path()).containsExactly(State.OPEN);
            assertThat(bench.call(SUCCESS).reason()).endsWith("there were " + window);
        }
    }

    @ParameterizedTest
    @EnumSource
    void slowTrial_hasFailed(Style style) {
        Bench bench = new Bench(style, slowCalls().build()).trialsDue();

        taking(bench, SLOW, SUCCESS);
        assertThat(bench.breaker.snapshot().trialFailures()).isEqualTo(1);
        taking(bench, SLOW, SUCCESS);

        assertThat(bench.state()).isEqualTo(State.OPEN);
    }

    @ParameterizedTest
    @EnumSource
    void fastTrial_hasSucceeded(Style style) {
        Bench bench = new Bench(style, slowCalls().build()).trialsDue();

        taking(bench, FAST, SUCCESS, SUCCESS);

        assertThat(bench.state()).isEqualTo(State.CLOSED);
    }

    @ParameterizedTest
    @EnumSource
    void slowNeutralTrial_isNeutral(Style style) {
        Bench bench = new Bench(style, slowCalls().build()).trialsDue();

        taking(bench, SLOW, IGNORED, IGNORED, IGNORED, IGNORED);

        assertThat(bench.state()).isEqualTo(State.HALF_OPEN);
        assertThat(bench.breaker.snapshot().trialFailures()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void detectionSwitchedOnDuringACall_itsStartIsUnknownSoItIsNotSlow(Style style) {
        Bench bench = new Bench(style, Bench.small().build());

        bench.during(SUCCESS, () -> {
            bench.breaker.configure(slowCalls().build());
            bench.advance(SLOW);
        });

        assertThat(bench.breaker.snapshot().slowCalls()).isZero();
        taking(bench, SLOW, SUCCESS);
        assertThat(bench.breaker.snapshot().slowCalls()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void detectionSwitchedOffDuringACall_itIsNotSlow(Style style) {
        Bench bench = new Bench(style, slowCalls().build());

        bench.during(SUCCESS, () -> {
            bench.advance(SLOW);
            bench.breaker.configure(Bench.small().build());
        });

        assertThat(bench.breaker.snapshot().slowCalls()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void settledEvent_tellsTheDurationIfSlowCallDetectionIsOn(Style style) {
        Bench on = taking(new Bench(style, slowCalls().build()), FAST, SUCCESS);
        Bench off = taking(new Bench(style, Bench.small().build()), FAST, SUCCESS);

        assertThat(on.all(CallSettled.class)).extracting(CallSettled::duration).containsExactly(FAST);
        assertThat(off.all(CallSettled.class)).extracting(CallSettled::duration).containsOnlyNulls();
    }
}
