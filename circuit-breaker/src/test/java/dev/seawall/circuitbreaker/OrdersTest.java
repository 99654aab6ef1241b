package dev.seawall.circuitbreaker;

import static dev.seawall.circuitbreaker.End.FAILURE;
import static dev.seawall.circuitbreaker.End.SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.circuitbreaker.CircuitBreaker.State;
import dev.seawall.circuitbreaker.CircuitBreakerEvent.CallSettled;
import dev.seawall.circuitbreaker.CircuitBreakerEvent.StateChanged;
import dev.seawall.circuitbreaker.CircuitBreakerEvent.WouldHaveOpened;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Forced open, disabled, shadow, reset: from every state, until told otherwise. */
final class OrdersTest {

    /** A breaker that has been brought into a state. */
    static Bench in(State state, Style style) {
        Bench bench = new Bench(
                style, Bench.small().recoveryRamp(Duration.ofSeconds(10)).build());
        switch (state) {
            case CLOSED -> bench.calls(SUCCESS, FAILURE);
            case OPEN -> bench.open();
            case HALF_OPEN -> bench.trialsDue().calls(SUCCESS);
            case RECOVERING ->
                bench.trialsDue()
                        .calls(SUCCESS, SUCCESS)
                        .advance(Duration.ofSeconds(5))
                        .calls(FAILURE);
            case FORCED_OPEN -> bench.breaker.forceOpen();
            case DISABLED -> bench.breaker.disable();
            case SHADOW -> {
                bench.breaker.shadow();
                bench.calls(SUCCESS, FAILURE);
            }
        }
        assertThat(bench.state()).isEqualTo(state);
        bench.events.clear();
        return bench;
    }

    static Stream<Arguments> everyState() {
        return Stream.of(Style.values())
                .flatMap(style -> Stream.of(State.values()).map(state -> Arguments.of(state, style)));
    }

    @ParameterizedTest
    @MethodSource("everyState")
    void reset_fromEveryState_closesWithAnEmptyWindow(State from, Style style) {
        Bench bench = in(from, style);

        bench.breaker.reset();

        assertThat(bench.events)
                .containsExactly(new StateChanged("users", from, State.CLOSED, Duration.ZERO, "it was reset by hand"));
        assertThat(bench.breaker.snapshot().calls()).isZero();
        bench.calls(FAILURE, FAILURE, FAILURE);
        assertThat(bench.state()).isEqualTo(State.CLOSED);
        bench.calls(FAILURE);
        assertThat(bench.state()).isEqualTo(State.OPEN);
        assertThat(bench.breaker.snapshot().openings()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("everyState")
    void forceOpen_fromEveryState_rejectsForEver(State from, Style style) {
        Bench bench = in(from, style);

        bench.breaker.forceOpen();

        assertThat(bench.events)
                .containsExactly(
                        new StateChanged("users", from, State.FORCED_OPEN, Duration.ZERO, "it was opened by hand"));
        bench.advance(Duration.ofDays(1_000));
        CircuitOpenException rejection = bench.call(SUCCESS);
        assertThat(rejection)
                .hasMessage(
                        "circuit breaker 'users' is FORCED_OPEN: it was opened by hand and stays so until it is reset");
        assertThat(rejection.retryAfter()).isEmpty();
        assertThat(rejection.state()).isEqualTo(State.FORCED_OPEN);
    }

    @ParameterizedTest
    @MethodSource("everyState")
    void disable_fromEveryState_admitsEveryCallAndCountsNothing(State from, Style style) {
        Bench bench = in(from, style);

        bench.breaker.disable();

        assertThat(bench.events)
                .containsExactly(
                        new StateChanged("users", from, State.DISABLED, Duration.ZERO, "it was disabled by hand"));
        for (int i = 0; i < 50; i++) {
            bench.calls(FAILURE);
        }
        assertThat(bench.state()).isEqualTo(State.DISABLED);
        assertThat(bench.breaker.snapshot().calls()).isZero();
        assertThat(bench.all(CallSettled.class)).hasSize(50);
    }

    @ParameterizedTest
    @MethodSource("everyState")
    void shadow_fromEveryState_admitsEveryCallAndCountsFromEmpty(State from, Style style) {
        Bench bench = in(from, style);

        bench.breaker.shadow();

        assertThat(bench.events)
                .containsExactly(
                        new StateChanged("users", from, State.SHADOW, Duration.ZERO, "it was put in shadow by hand"));
        bench.calls(FAILURE, SUCCESS, FAILURE);
        assertThat(bench.breaker.snapshot().calls()).isEqualTo(3);
        assertThat(bench.breaker.snapshot().failures()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void shadow_tooManyFailures_tellsThatItWouldHaveOpenedAndStartsAgainFromEmpty(Style style) {
        Bench bench = new Bench(style, Bench.small().build());
        bench.breaker.shadow();

        for (int i = 0; i < 3; i++) {
            bench.calls(SUCCESS, FAILURE, SUCCESS, FAILURE);
            assertThat(bench.all(WouldHaveOpened.class)).hasSize(i + 1);
            assertThat(bench.breaker.snapshot().calls()).isZero();
        }

        assertThat(bench.state()).isEqualTo(State.SHADOW);
        assertThat(bench.all(WouldHaveOpened.class))
                .containsOnly(new WouldHaveOpened("users", "2 of 4 calls failed (50 % ≥ 50 %)"));
    }

    @ParameterizedTest
    @EnumSource
    void shadow_callsUnderWayWhenItWouldHaveOpened_countInTheNewWindowAndTellNothingTwice(Style style) {
        Bench bench = new Bench(style, Bench.small().build());
        bench.breaker.shadow();

        bench.duringAll(7, FAILURE, () -> {});

        assertThat(bench.all(WouldHaveOpened.class)).hasSize(1);
        assertThat(bench.breaker.snapshot().failures()).isEqualTo(3);
    }
}
