package dev.seawall.circuitbreaker;

import static dev.seawall.circuitbreaker.End.FAILURE;
import static dev.seawall.circuitbreaker.End.SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.circuitbreaker.CircuitBreaker.State;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The last ten calls, or three failures in a row, or five failures within a minute: whichever says so first. */
final class AnyWindowTest {

    private static final Window WINDOW =
            Window.anyOf(Window.count(10), Window.consecutive(3), Window.failures(5, Duration.ofMinutes(1)));

    private static CircuitBreakerConfig.Builder config() {
        return Bench.small().window(WINDOW).minimumCalls(10);
    }

    private static void assertOpenBecause(Bench bench, String reason) {
        assertThat(bench.path()).containsExactly(State.OPEN);
        assertThat(bench.call(SUCCESS).reason()).isEqualTo("circuit breaker 'users' is OPEN: " + reason);
    }

    @ParameterizedTest
    @EnumSource
    void rateOfTheFirst_opensAndIsNamed(Style style) {
        Bench bench = new Bench(style, config().failureRateThreshold(40).build());

        bench.calls(FAILURE, FAILURE, SUCCESS, SUCCESS, FAILURE, FAILURE, SUCCESS, SUCCESS, SUCCESS);
        assertThat(bench.path()).isEmpty();
        bench.calls(SUCCESS);

        assertOpenBecause(bench, "last 10 calls: 4 of 10 calls failed (40 % ≥ 40 %)");
    }

    @ParameterizedTest
    @EnumSource
    void runOfTheSecond_opensAndIsNamed(Style style) {
        Bench bench = new Bench(style, config().build());

        bench.calls(SUCCESS, FAILURE, FAILURE, FAILURE);

        assertOpenBecause(bench, "3 failures in a row: there were 3 failures in a row");
    }

    @ParameterizedTest
    @EnumSource
    void failuresOfTheThird_openAndAreNamed(Style style) {
        Bench bench = new Bench(style, config().failureRateThreshold(100).build());

        for (int i = 0; i < 4; i++) {
            bench.calls(SUCCESS, FAILURE);
        }
        assertThat(bench.path()).isEmpty();
        bench.calls(SUCCESS, FAILURE);

        assertOpenBecause(bench, "5 failures within 60 s: there were 5 failures within 60 s");
    }

    @Test
    void snapshot_showsTheFirst_andFillsThoseOfItsKind() {
        Bench bench = new Bench(Style.SYNC, config().build()).calls(SUCCESS, FAILURE, FAILURE);
        Bench other = new Bench(
                Style.SYNC,
                config().window(Window.anyOf(Window.consecutive(3), Window.count(4)))
                        .minimumCalls(4)
                        .build());

        assertThat(bench.breaker.snapshot().window()).isEqualTo(WINDOW);
        assertThat(bench.breaker.snapshot().results())
                .containsExactly(new Bucket(Duration.ZERO, 1, 0, 0), new Bucket(Duration.ZERO, 2, 2, 0));
        other.breaker.restore(bench.breaker.snapshot());

        assertThat(other.breaker.snapshot().results()).isEmpty();
        other.calls(SUCCESS); // 2 of the last 4
        assertThat(other.call(SUCCESS).reason()).endsWith("last 4 calls: 2 of 4 calls failed (50 % ≥ 50 %)");
    }

    @ParameterizedTest
    @EnumSource
    void configure_otherThresholds_keepsAllWindows(Style style) {
        Bench bench = new Bench(style, config().build()).calls(FAILURE, FAILURE);

        bench.breaker.configure(config().failureRateThreshold(70).build());
        bench.calls(FAILURE);

        assertThat(bench.path()).containsExactly(State.OPEN);
    }

    @ParameterizedTest
    @EnumSource
    void configure_fromOneWindowToSeveral_keepsTheResultsOfItsKind(Style style) {
        Bench bench = new Bench(style, config().window(Window.count(10)).build()).calls(FAILURE, FAILURE);

        bench.breaker.configure(config().build());

        assertThat(bench.breaker.snapshot().failures()).isEqualTo(2);
        bench.calls(FAILURE, SUCCESS); // a run of one, not of three
        assertThat(bench.path()).isEmpty();
    }

    @Test
    void idle_onlyIfNoWindowHoldsAnythingBad() {
        Bench bench = new Bench(
                Style.SYNC,
                config().window(Window.anyOf(Window.count(2), Window.failures(9, Duration.ofMinutes(1))))
                        .minimumCalls(2)
                        .failureRateThreshold(100)
                        .build());

        bench.calls(FAILURE, SUCCESS, SUCCESS);
        assertThat(bench.breaker.snapshot().failures()).isZero();
        assertThat(bench.breaker.isIdle()).isFalse();

        assertThat(bench.advance(Duration.ofMinutes(1)).breaker.isIdle()).isTrue();
    }
}
