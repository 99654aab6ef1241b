package dev.seawall.circuitbreaker;

import static dev.seawall.circuitbreaker.End.CANCELLED;
import static dev.seawall.circuitbreaker.End.FAILURE;
import static dev.seawall.circuitbreaker.End.IGNORED;
import static dev.seawall.circuitbreaker.End.SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.circuitbreaker.CircuitBreaker.State;
import dev.seawall.circuitbreaker.CircuitBreakerEvent.CallRejected;
import dev.seawall.circuitbreaker.CircuitBreakerEvent.StateChanged;
import dev.seawall.circuitbreaker.CircuitBreakerEvent.WouldHaveOpened;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls that are still under way after 2 s are judged as slow ones, and are recorded once, when they end. */
final class SlowCallsInFlightTest {

    private static final Duration SLOW = Duration.ofSeconds(2);
    private static final Duration LOOK = SLOW.dividedBy(8);

    private static CircuitBreakerConfig.Builder config() {
        return Bench.small().window(Window.count(100)).minimumCalls(20).slowCallDuration(SLOW);
    }

    /** resilience4j/resilience4j#1597, alibaba/Sentinel#1405: nothing is seen of calls that hang. */
    @ParameterizedTest
    @EnumSource
    void twentyHungCalls_openTheBreakerWhileTheyHang(Style style) {
        Bench bench = new Bench(style, config().build());

        bench.duringAll(20, SUCCESS, () -> {
            bench.advance(SLOW);
            CircuitOpenException rejection = bench.call(SUCCESS);

            assertThat(rejection)
                    .hasMessage("circuit breaker 'users' is OPEN: 20 of 20 calls were slow or still running after 2 s"
                            + " (100 % ≥ 100 %); try again in 10 s");
            assertThat(bench.all(CallRejected.class)).containsExactly(new CallRejected("users", rejection));
            assertThat(bench.path()).containsExactly(State.OPEN);
        });

        assertThat(bench.path()).containsExactly(State.OPEN);
    }

    @ParameterizedTest
    @EnumSource
    void hungCalls_oneTooFewOrAMomentTooEarly_staysClosed(Style style) {
        Bench few = new Bench(style, config().build());
        few.duringAll(
                19, SUCCESS, () -> assertThat(few.advance(SLOW).call(SUCCESS)).isNull());
        Bench early = new Bench(style, config().build());
        early.duringAll(
                20,
                SUCCESS,
                () -> assertThat(early.advance(SLOW.minusNanos(1)).call(SUCCESS))
                        .isNull());

        assertThat(few.path()).isEmpty();
        assertThat(early.path()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void switchedOff_hungCalls_countWhenTheyEnd(Style style) {
        Bench bench = new Bench(style, config().slowCallsInFlight(false).build());

        bench.duringAll(20, SUCCESS, () -> {
            bench.advance(Duration.ofDays(1)).calls(SUCCESS);
            assertThat(bench.breaker.snapshot().slowCalls()).isZero();
        });

        assertThat(bench.breaker.snapshot().slowCalls()).isEqualTo(20);
    }

    @ParameterizedTest
    @EnumSource
    void looks_areAnEighthOfTheSlowDurationApart(Style style) {
        Bench bench = new Bench(style, config().minimumCalls(2).build());

        bench.duringAll(2, SUCCESS, () -> {
            bench.advance(SLOW.minusNanos(1));
            bench.during(IGNORED, () -> {}); // looks, a moment too early
            bench.advance(LOOK.minusNanos(1));
            bench.during(IGNORED, () -> {});
            assertThat(bench.path()).isEmpty();

            bench.advance(Duration.ofNanos(1));
            assertThat(bench.call(IGNORED)).isNotNull();
        });
    }

    // ---- once

    @ParameterizedTest
    @EnumSource
    void callFoundOverdue_isRecordedOnceWhenItEnds(Style style) {
        Bench bench = new Bench(style, config().build());

        bench.during(SUCCESS, () -> {
            bench.advance(SLOW).calls(SUCCESS);
            assertThat(bench.breaker.snapshot().slowCalls()).isZero();
        });

        assertThat(bench.breaker.snapshot().calls()).isEqualTo(2);
        assertThat(bench.breaker.snapshot().slowCalls()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void callFoundOverdue_andEndedSince_doesNotCountTwice(Style style) {
        Bench bench = new Bench(
                style, config().minimumCalls(2).slowCallRateThreshold(100).build());

        bench.during(SUCCESS, () -> {
            bench.advance(SLOW);
            bench.during(IGNORED, () -> {}); // finds it
        });
        bench.calls(IGNORED);

        assertThat(bench.path()).isEmpty();
        bench.during(SUCCESS, () -> bench.advance(SLOW));
        assertThat(bench.path()).containsExactly(State.OPEN);
    }

    @ParameterizedTest
    @EnumSource
    void callFoundOverdue_endsNeutral_countsNowhere(Style style) {
        for (End end : List.of(IGNORED, CANCELLED)) {
            Bench bench = new Bench(style, config().minimumCalls(1).build());

            bench.during(end, () -> bench.advance(SLOW));
            bench.advance(SLOW).calls(SUCCESS);

            assertThat(bench.path()).isEmpty();
            assertThat(bench.breaker.snapshot().slowCalls()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void hungCallsOfAnEarlierStay_countNowhere(Style style) {
        Bench bench = new Bench(style, config().build());

        bench.duringAll(20, FAILURE, () -> {
            bench.breaker.reset();
            bench.advance(SLOW.multipliedBy(2)).calls(SUCCESS);
        });

        assertThat(bench.path()).containsExactly(State.CLOSED);
        assertThat(bench.breaker.snapshot().calls()).isEqualTo(1);
    }

    @Test
    void leakedPermits_openAtMostOnceInAStay() {
        Bench bench = new Bench(Style.PERMIT, config().build());
        for (int i = 0; i < 20; i++) {
            bench.breaker.acquire();
        }

        assertThat(bench.advance(SLOW).call(SUCCESS)).isNotNull();
        bench.advance(Duration.ofSeconds(10)).calls(SUCCESS, SUCCESS);
        for (int i = 0; i < 100; i++) {
            bench.advance(SLOW).calls(SUCCESS);
        }

        assertThat(bench.path()).containsExactly(State.OPEN, State.HALF_OPEN, State.CLOSED);
    }

    // ---- together with results

    @ParameterizedTest
    @EnumSource
    void hungAndEndedCallsTogether_reachTheMinimum_open(Style style) {
        Bench bench = new Bench(style, config().slowCallRateThreshold(75).build());

        bench.duringAll(15, SUCCESS, () -> {
            bench.advance(SLOW).calls(SUCCESS, SUCCESS, SUCCESS, SUCCESS);
            assertThat(bench.path()).isEmpty();
            bench.calls(SUCCESS);
            assertThat(bench.path()).containsExactly(State.OPEN);
        });

        assertThat(bench.all(StateChanged.class))
                .containsExactly(new StateChanged(
                        "users",
                        State.CLOSED,
                        State.OPEN,
                        Duration.ofSeconds(10),
                        "15 of 20 calls were slow or still running after 2 s (75 % ≥ 75 %)"));
    }

    @ParameterizedTest
    @EnumSource
    void timeWindow_successesLeaveIt_hungCallsOpenAtTheNextLook(Style style) {
        Bench bench = new Bench(
                style,
                config().window(Window.time(Duration.ofSeconds(10)))
                        .minimumCalls(5)
                        .slowCallRateThreshold(50)
                        .build());
        bench.calls(SUCCESS, SUCCESS, SUCCESS, SUCCESS, SUCCESS, SUCCESS);

        bench.duringAll(5, SUCCESS, () -> {
            bench.advance(SLOW).calls(IGNORED);
            assertThat(bench.path()).isEmpty();
            bench.advance(Duration.ofSeconds(9));
            assertThat(bench.call(IGNORED)).isNotNull();
        });
    }

    @ParameterizedTest
    @EnumSource
    void failuresThatAreTooMany_hungCallsBesideThem_doNotHideThem(Style style) {
        Bench bench = new Bench(style, config().minimumCalls(4).build());

        bench.calls(SUCCESS).duringAll(15, SUCCESS, () -> {
            bench.advance(SLOW).calls(SUCCESS, FAILURE, FAILURE);

            assertThat(bench.path()).containsExactly(State.OPEN);
            assertThat(bench.call(SUCCESS).reason()).endsWith("2 of 4 calls failed (50 % ≥ 50 %)");
        });
    }

    @ParameterizedTest
    @EnumSource
    void windowsNotJudgedByRate_hungCalls_areFailures(Style style) {
        for (Window window : List.of(Window.consecutive(3), Window.failures(3, Duration.ofMinutes(1)))) {
            Bench bench = new Bench(style, config().window(window).build());

            bench.calls(FAILURE).duringAll(2, SUCCESS, () -> {
                assertThat(bench.advance(SLOW).call(SUCCESS).reason())
                        .endsWith("there were " + window + ", 2 calls still running after 2 s included");
            });

            assertThat(bench.path()).containsExactly(State.OPEN);
        }
    }

    @ParameterizedTest
    @EnumSource
    void severalWindows_hungCalls_areJudgedByEach(Style style) {
        Bench bench = new Bench(
                style,
                config().window(Window.anyOf(Window.count(100), Window.consecutive(2)))
                        .build());

        bench.duringAll(2, SUCCESS, () -> {
            assertThat(bench.advance(SLOW).call(SUCCESS).reason())
                    .endsWith("2 failures in a row: there were 2 failures in a row, 2 calls still running after 2 s"
                            + " included");
        });
    }

    // ---- shadow, configuration, limits

    @ParameterizedTest
    @EnumSource
    void shadow_hungCalls_tellOnceAndCountWhenTheyEnd(Style style) {
        Bench bench = new Bench(style, config().build());
        bench.breaker.shadow();

        bench.duringAll(20, SUCCESS, () -> {
            for (int i = 0; i < 10; i++) {
                bench.advance(SLOW);
                bench.calls(IGNORED);
            }
            assertThat(bench.all(WouldHaveOpened.class)).hasSize(1);
            assertThat(bench.breaker.snapshot().calls()).isZero();
        });

        assertThat(bench.all(WouldHaveOpened.class)).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource
    void switchedOnDuringCalls_onlyLaterOnesAreWatched(Style style) {
        Bench bench = new Bench(style, config().slowCallsInFlight(false).build());

        bench.duringAll(20, SUCCESS, () -> {
            bench.breaker.configure(config().build());
            assertThat(bench.advance(SLOW).call(IGNORED)).isNull();
            bench.duringAll(
                    20,
                    SUCCESS,
                    () -> assertThat(bench.advance(SLOW).call(SUCCESS)).isNotNull());
        });
    }

    @ParameterizedTest
    @EnumSource
    void switchedOffAndOnDuringCalls_theyAreStillWatched(Style style) {
        Bench bench = new Bench(style, config().build());

        bench.duringAll(20, SUCCESS, () -> {
            bench.breaker.configure(config().slowCallDuration(null).build());
            assertThat(bench.advance(SLOW).call(IGNORED)).isNull();
            bench.breaker.configure(config().build());
            assertThat(bench.call(SUCCESS)).isNotNull();
        });
    }

    @ParameterizedTest
    @EnumSource
    void slowDurationRaisedDuringCalls_theNewOneDecides(Style style) {
        Bench bench = new Bench(style, config().build());

        bench.duringAll(20, SUCCESS, () -> {
            bench.breaker.configure(
                    config().slowCallDuration(SLOW.multipliedBy(2)).build());
            assertThat(bench.advance(SLOW).call(IGNORED)).isNull();
            assertThat(bench.advance(SLOW).call(IGNORED)).isNotNull();
        });
    }

    @Test
    void moreCallsThanPlaces_areAdmittedAndCountWhenTheyEnd() {
        Bench bench = new Bench(Style.PERMIT, config().build());
        List<Permit> permits = new ArrayList<>();
        for (int i = 0; i < 2 * InFlight.PLACES; i++) {
            bench.runtime.advance(Duration.ofNanos(1));
            permits.add(bench.breaker.acquire());
        }

        permits.subList(20, permits.size()).forEach(Permit::success);
        assertThat(bench.breaker.snapshot().calls()).isEqualTo(100);
        permits.subList(0, 20).forEach(Permit::success);
        assertThat(bench.breaker.isIdle()).isTrue();
    }

    @Test
    void callsOfOneThread_atOneMoment_areWatchedUpTo56AtLeast() {
        InFlight inFlight = new InFlight();
        int watched = 0;

        for (int i = 0; i < InFlight.PLACES; i++) {
            watched += inFlight.enter(12_345) == Admission.NO_PLACE ? 0 : 1;
        }

        assertThat(watched).isBetween(56, InFlight.PROBES);
        assertThat(inFlight.look(12_345 + SLOW.toNanos(), SLOW.toNanos())).isEqualTo(watched);
    }

    @ParameterizedTest
    @EnumSource
    void breakerWithCallsUnderWay_isNotIdle(Style style) {
        Bench bench = new Bench(style, config().build());

        bench.during(SUCCESS, () -> assertThat(bench.breaker.isIdle()).isFalse());

        assertThat(bench.breaker.isIdle()).isTrue();
    }
}
