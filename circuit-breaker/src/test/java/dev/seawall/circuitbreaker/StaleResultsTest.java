package dev.seawall.circuitbreaker;

import static dev.seawall.circuitbreaker.End.FAILURE;
import static dev.seawall.circuitbreaker.End.IGNORED;
import static dev.seawall.circuitbreaker.End.SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.circuitbreaker.CircuitBreaker.State;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A result counts in the state that admitted its call, and nowhere else. */
final class StaleResultsTest {

    private static final Duration OPEN = Duration.ofSeconds(10);

    private static Bench bench(Style style) {
        return new Bench(style, Bench.small().build());
    }

    @ParameterizedTest
    @EnumSource
    void successFromBeforeTheOpening_arrivesWhileOpen_changesNothing(Style style) {
        Bench bench = bench(style);

        bench.duringAll(5, SUCCESS, bench::open);

        assertThat(bench.path()).containsExactly(State.OPEN);
    }

    /** Resilience4j 2.4.0 and Failsafe 3.3.2 close on it; compare App-vNext/Polly#217. */
    @ParameterizedTest
    @EnumSource
    void successFromBeforeTheOpening_arrivesWhileHalfOpen_doesNotClose(Style style) {
        Bench bench = bench(style);

        bench.duringAll(5, SUCCESS, () -> {
            bench.trialsDue();
            bench.calls(IGNORED);
        });

        assertThat(bench.state()).isEqualTo(State.HALF_OPEN);
        assertThat(bench.breaker.snapshot().trialSuccesses()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void failureFromBeforeTheOpening_arrivesWhileHalfOpen_doesNotReopen(Style style) {
        Bench bench = bench(style);

        bench.duringAll(5, FAILURE, () -> {
            bench.trialsDue();
            bench.calls(IGNORED);
        });

        assertThat(bench.state()).isEqualTo(State.HALF_OPEN);
        assertThat(bench.breaker.snapshot().trialFailures()).isZero();
    }

    /** Resilience4j 2.4.0 gave six permits instead of one. */
    @ParameterizedTest
    @EnumSource
    void ignoredCallsFromBeforeTheOpening_endWhileHalfOpen_giveNoPlaceAway(Style style) {
        Bench bench = new Bench(style, Bench.small().trials(1).trialSuccesses(1).build());

        bench.duringAll(5, IGNORED, () -> {
            bench.trialsDue();
            bench.calls(IGNORED);
        });

        bench.during(IGNORED, () -> assertThat(bench.call(SUCCESS)).isNotNull());
    }

    @ParameterizedTest
    @EnumSource
    void failuresFromBeforeTheOpening_arriveAfterTheClosing_areNotInTheNewWindow(Style style) {
        Bench bench = bench(style);

        bench.duringAll(5, FAILURE, () -> bench.trialsDue().calls(SUCCESS, SUCCESS));

        assertThat(bench.state()).isEqualTo(State.CLOSED);
        assertThat(bench.breaker.snapshot().calls()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void trialOfAnEarlierHalfOpen_endsInALaterOne_countsNowhere(Style style) {
        for (End late : List.of(SUCCESS, FAILURE)) {
            Bench bench = bench(style).trialsDue();

            bench.during(late, () -> {
                bench.calls(FAILURE, FAILURE);
                bench.advance(OPEN).calls(IGNORED);
            });

            CircuitBreakerSnapshot snapshot = bench.breaker.snapshot();
            assertThat(snapshot.state()).isEqualTo(State.HALF_OPEN);
            assertThat(snapshot.trialSuccesses() + snapshot.trialFailures()).isZero();
            assertThat(snapshot.openings()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void trialsLeftOver_failAfterTheClosing_neitherReopenNorCount(Style style) {
        Bench bench = bench(style).trialsDue();

        bench.during(FAILURE, () -> bench.calls(SUCCESS, SUCCESS));

        assertThat(bench.state()).isEqualTo(State.CLOSED);
        assertThat(bench.breaker.snapshot().calls()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void callsFromBeforeAReset_failAfterwards_areNotInTheNewWindow(Style style) {
        Bench bench = bench(style);

        bench.duringAll(5, FAILURE, bench.breaker::reset);

        assertThat(bench.state()).isEqualTo(State.CLOSED);
        assertThat(bench.breaker.snapshot().calls()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void callsAdmittedWhileDisabled_endAfterTheReset_countNowhere(Style style) {
        Bench bench = bench(style);
        bench.breaker.disable();

        bench.duringAll(5, FAILURE, bench.breaker::reset);

        assertThat(bench.state()).isEqualTo(State.CLOSED);
        assertThat(bench.breaker.snapshot().calls()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void callsFromBeforeAnOrder_end_leaveTheOrderedStateAlone(Style style) {
        Bench forced = bench(style);
        forced.duringAll(5, FAILURE, forced.breaker::forceOpen);
        Bench disabled = bench(style);
        disabled.duringAll(5, FAILURE, disabled.breaker::disable);
        Bench shadow = bench(style);
        shadow.duringAll(5, FAILURE, shadow.breaker::shadow);

        assertThat(forced.path()).containsExactly(State.FORCED_OPEN);
        assertThat(disabled.path()).containsExactly(State.DISABLED);
        assertThat(shadow.path()).containsExactly(State.SHADOW);
        assertThat(shadow.breaker.snapshot().calls()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void callFromBeforeARestore_ends_countsNowhere(Style style) {
        Bench bench = bench(style);
        CircuitBreakerSnapshot empty = bench.breaker.snapshot();

        bench.duringAll(5, FAILURE, () -> bench.breaker.restore(empty));

        assertThat(bench.state()).isEqualTo(State.CLOSED);
        assertThat(bench.breaker.snapshot().calls()).isZero();
    }
}
