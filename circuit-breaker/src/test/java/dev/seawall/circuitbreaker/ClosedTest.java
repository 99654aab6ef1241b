package dev.seawall.circuitbreaker;

import static dev.seawall.circuitbreaker.End.CANCELLED;
import static dev.seawall.circuitbreaker.End.ERROR;
import static dev.seawall.circuitbreaker.End.FAILURE;
import static dev.seawall.circuitbreaker.End.IGNORED;
import static dev.seawall.circuitbreaker.End.SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.circuitbreaker.CircuitBreaker.State;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When a closed breaker opens, and when it does not. */
final class ClosedTest {

    private static CircuitBreakerConfig.Builder tenCalls() {
        return CircuitBreakerConfig.builder().window(Window.count(10)).minimumCalls(10);
    }

    private static void repeat(int times, Bench bench, End end) {
        for (int i = 0; i < times; i++) {
            bench.calls(end);
        }
    }

    // ---- the failure rate

    @ParameterizedTest
    @EnumSource
    void failureRate_oneFailureBelowTheThreshold_staysClosed(Style style) {
        Bench bench = new Bench(style, tenCalls().failureRateThreshold(50).build());

        repeat(6, bench, SUCCESS);
        repeat(4, bench, FAILURE);

        assertThat(bench.state()).isEqualTo(State.CLOSED);
        assertThat(bench.breaker.snapshot().failureRate()).isEqualTo(40);
    }

    @ParameterizedTest
    @EnumSource
    void failureRate_atTheThreshold_opens(Style style) {
        Bench bench = new Bench(style, tenCalls().failureRateThreshold(50).build());

        repeat(5, bench, SUCCESS);
        repeat(5, bench, FAILURE);

        assertThat(bench.path()).containsExactly(State.OPEN);
    }

    @ParameterizedTest
    @EnumSource
    void failureRate_broken_isComparedExactly(Style style) {
        Bench bench = new Bench(style, tenCalls().failureRateThreshold(30.1).build());

        repeat(3, bench, FAILURE);
        repeat(7, bench, SUCCESS);

        assertThat(bench.state()).isEqualTo(State.CLOSED);
        repeat(4, bench, FAILURE);
        assertThat(bench.path()).containsExactly(State.OPEN);
    }

    @ParameterizedTest
    @EnumSource
    void minimumCalls_oneCallLess_staysClosedThoughAllFailed(Style style) {
        Bench bench = new Bench(style, tenCalls().build());

        repeat(9, bench, FAILURE);

        assertThat(bench.state()).isEqualTo(State.CLOSED);
    }

    @ParameterizedTest
    @EnumSource
    void minimumCalls_reachedByASuccess_opens(Style style) {
        Bench bench = new Bench(style, tenCalls().build());

        repeat(9, bench, FAILURE);
        bench.calls(SUCCESS);

        assertThat(bench.path()).containsExactly(State.OPEN);
    }

    @ParameterizedTest
    @EnumSource
    void failures_thatHaveLeftTheCountWindow_doNotCount(Style style) {
        Bench bench = new Bench(style, tenCalls().build());

        for (int i = 0; i < 20; i++) {
            repeat(4, bench, FAILURE);
            repeat(6, bench, SUCCESS);
        }

        assertThat(bench.state()).isEqualTo(State.CLOSED);
    }

    /** A window of size 1 is refused or miscounted by peers: resilience4j/resilience4j#2379. */
    @ParameterizedTest
    @EnumSource
    void windowOfSizeOne_failure_opens(Style style) {
        Bench bench = new Bench(
                style, CircuitBreakerConfig.builder().window(Window.count(1)).build());

        bench.calls(SUCCESS, SUCCESS, IGNORED, FAILURE);

        assertThat(bench.path()).containsExactly(State.OPEN);
    }

    // ---- other windows

    /** A time window that ignored the clock it was given: Resilience4j 2.4.0, lock-free. */
    @ParameterizedTest
    @EnumSource
    void timeWindow_failuresHaveLeftIt_staysClosed(Style style) {
        Bench bench = new Bench(
                style,
                CircuitBreakerConfig.builder()
                        .window(Window.time(Duration.ofSeconds(10)))
                        .minimumCalls(2)
                        .build());

        bench.calls(FAILURE).advance(Duration.ofSeconds(10)).calls(SUCCESS, SUCCESS, FAILURE);

        assertThat(bench.state()).isEqualTo(State.CLOSED);
        assertThat(bench.breaker.snapshot().calls()).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource
    void timeWindow_successesHaveLeftIt_theRemainingFailuresOpenItOnTheNextResult(Style style) {
        Bench bench = new Bench(
                style,
                CircuitBreakerConfig.builder()
                        .window(Window.time(Duration.ofSeconds(10)))
                        .minimumCalls(3)
                        .build());
        bench.calls(SUCCESS, SUCCESS, SUCCESS, SUCCESS);
        bench.advance(Duration.ofSeconds(5)).calls(FAILURE, FAILURE);

        bench.advance(Duration.ofSeconds(5)).calls(SUCCESS);

        assertThat(bench.path()).containsExactly(State.OPEN);
    }

    @ParameterizedTest
    @EnumSource
    void consecutiveFailures_brokenByASuccess_startAgain(Style style) {
        Bench bench = new Bench(style, CircuitBreakerConfig.consecutiveFailures());

        bench.calls(FAILURE, FAILURE, FAILURE, FAILURE, SUCCESS, FAILURE, FAILURE, FAILURE, FAILURE);

        assertThat(bench.state()).isEqualTo(State.CLOSED);
        bench.calls(FAILURE);
        assertThat(bench.path()).containsExactly(State.OPEN);
    }

    @ParameterizedTest
    @EnumSource
    void consecutiveFailures_neutralEndsInBetween_goOn(Style style) {
        Bench bench = new Bench(
                style,
                CircuitBreakerConfig.builder().window(Window.consecutive(3)).build());

        bench.calls(FAILURE, IGNORED, FAILURE, CANCELLED, FAILURE);

        assertThat(bench.path()).containsExactly(State.OPEN);
    }

    @ParameterizedTest
    @EnumSource
    void failuresInAPeriod_spreadOverMore_staysClosed(Style style) {
        Bench bench = new Bench(
                style,
                CircuitBreakerConfig.builder()
                        .window(Window.failures(3, Duration.ofSeconds(10)))
                        .build());

        for (int i = 0; i < 20; i++) {
            bench.calls(FAILURE, SUCCESS).advance(Duration.ofSeconds(5));
        }

        assertThat(bench.state()).isEqualTo(State.CLOSED);
        bench.calls(FAILURE, FAILURE);
        assertThat(bench.path()).containsExactly(State.OPEN);
    }

    // ---- how calls end

    @ParameterizedTest
    @EnumSource
    void neutralEnds_ofAnyNumber_countNowhere(Style style) {
        Bench bench = new Bench(style, tenCalls().build());

        repeat(50, bench, IGNORED);
        repeat(50, bench, CANCELLED);

        assertThat(bench.state()).isEqualTo(State.CLOSED);
        assertThat(bench.breaker.snapshot().calls()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void errors_countAsFailures(Style style) {
        Bench bench = new Bench(style, tenCalls().build());

        repeat(10, bench, ERROR);

        assertThat(bench.path()).containsExactly(State.OPEN);
    }

    @ParameterizedTest
    @EnumSource
    void callsUnderWay_countWhenTheyEnd(Style style) {
        Bench bench = new Bench(style, tenCalls().build());

        bench.duringAll(
                10, FAILURE, () -> assertThat(bench.breaker.snapshot().calls()).isZero());

        assertThat(bench.path()).containsExactly(State.OPEN);
    }

    // ---- the documented presets

    @ParameterizedTest
    @EnumSource
    void defaults_asDocumented(Style style) {
        Bench bench = new Bench(style, CircuitBreakerConfig.defaults());

        repeat(10, bench, SUCCESS);
        repeat(9, bench, FAILURE);
        assertThat(bench.state()).isEqualTo(State.CLOSED);
        bench.calls(FAILURE);

        assertThat(bench.state()).isEqualTo(State.OPEN);
        assertThat(bench.breaker.snapshot().timeToNextTrial()).isEqualTo(Duration.ofSeconds(30));
        bench.advance(Duration.ofSeconds(30)).calls(FAILURE, SUCCESS, FAILURE, SUCCESS);
        assertThat(bench.state()).isEqualTo(State.HALF_OPEN);
        bench.calls(SUCCESS);
        assertThat(bench.state()).isEqualTo(State.CLOSED);
    }

    @ParameterizedTest
    @EnumSource
    void consecutivePreset_asDocumented(Style style) {
        Bench bench = new Bench(style, CircuitBreakerConfig.consecutiveFailures());

        repeat(5, bench, FAILURE);
        assertThat(bench.breaker.snapshot().timeToNextTrial()).isEqualTo(Duration.ofSeconds(60));
        bench.advance(Duration.ofSeconds(60)).calls(SUCCESS, FAILURE);
        assertThat(bench.state()).isEqualTo(State.OPEN);
        bench.advance(Duration.ofSeconds(60)).calls(SUCCESS, SUCCESS);
        assertThat(bench.state()).isEqualTo(State.HALF_OPEN);
        bench.calls(SUCCESS);

        assertThat(bench.path())
                .containsExactly(State.OPEN, State.HALF_OPEN, State.OPEN, State.HALF_OPEN, State.CLOSED);
    }
}
