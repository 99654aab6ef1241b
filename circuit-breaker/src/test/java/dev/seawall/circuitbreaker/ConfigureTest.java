package dev.seawall.circuitbreaker;

import static dev.seawall.circuitbreaker.End.FAILURE;
import static dev.seawall.circuitbreaker.End.SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.Backoff;
import dev.seawall.circuitbreaker.CircuitBreaker.State;
import dev.seawall.circuitbreaker.CircuitBreakerEvent.ConfigChanged;
import dev.seawall.circuitbreaker.CircuitBreakerEvent.WouldHaveOpened;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Changing the configuration of a breaker at work. */
final class ConfigureTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static CircuitBreakerConfig.Builder lenient(Window window) {
        return CircuitBreakerConfig.builder().window(window).failureRateThreshold(100);
    }

    private static List<Bucket> results(Bench bench) {
        return bench.breaker.snapshot().results();
    }

    private static Bucket failed(int calls) {
        return new Bucket(Duration.ZERO, calls, calls, 0);
    }

    private static Bucket fine(int calls) {
        return new Bucket(Duration.ZERO, calls, 0, 0);
    }

    // ---- windows

    @ParameterizedTest
    @EnumSource
    void countWindow_smaller_keepsTheNewest(Style style) {
        Bench bench = new Bench(style, lenient(Window.count(5)).build());
        bench.calls(SUCCESS, SUCCESS, FAILURE, FAILURE, SUCCESS, FAILURE);

        bench.breaker.configure(lenient(Window.count(3)).build());

        assertThat(results(bench)).containsExactly(failed(1), fine(1), failed(1));
        bench.calls(SUCCESS);
        assertThat(results(bench)).containsExactly(fine(1), failed(1), fine(1));
    }

    @ParameterizedTest
    @EnumSource
    void countWindow_bigger_keepsAllAndFillsUp(Style style) {
        Bench bench = new Bench(style, lenient(Window.count(3)).build());
        bench.calls(SUCCESS, FAILURE, FAILURE, SUCCESS);

        bench.breaker.configure(lenient(Window.count(5)).build());

        assertThat(results(bench)).containsExactly(failed(2), fine(1));
        bench.calls(SUCCESS, SUCCESS, SUCCESS);
        assertThat(results(bench)).containsExactly(failed(1), fine(4));
    }

    @ParameterizedTest
    @EnumSource
    void timeWindow_otherSlots_keepsResultsByTheirAge(Style style) {
        Bench bench =
                new Bench(style, lenient(Window.time(Duration.ofSeconds(10))).build());
        bench.calls(FAILURE).advance(Duration.ofSeconds(4)).calls(SUCCESS);

        bench.breaker.configure(lenient(Window.time(Duration.ofSeconds(20))).build());
        assertThat(bench.breaker.snapshot().calls()).isEqualTo(2);
        assertThat(bench.breaker.snapshot().failures()).isEqualTo(1);

        bench.breaker.configure(
                lenient(Window.time(Duration.ofSeconds(2))).minimumCalls(1).build());
        assertThat(results(bench)).extracting(Bucket::failures).containsExactly(0L);
    }

    @ParameterizedTest
    @EnumSource
    void consecutiveWindow_shorterThanTheRun_nextFailureOpens(Style style) {
        Bench bench = new Bench(style, lenient(Window.consecutive(5)).build());
        bench.calls(FAILURE, FAILURE, FAILURE, FAILURE);

        bench.breaker.configure(lenient(Window.consecutive(2)).build());

        assertThat(bench.state()).isEqualTo(State.CLOSED);
        bench.calls(FAILURE);
        assertThat(bench.state()).isEqualTo(State.OPEN);
    }

    @ParameterizedTest
    @EnumSource
    void failuresWindow_otherNumberAndPeriod_keepsTheNewest(Style style) {
        Bench bench = new Bench(style, lenient(Window.failures(5, MINUTE)).build());
        bench.calls(FAILURE).advance(Duration.ofSeconds(20)).calls(FAILURE, FAILURE);

        bench.breaker.configure(
                lenient(Window.failures(4, Duration.ofSeconds(10))).build());
        assertThat(bench.breaker.snapshot().failures()).isEqualTo(2);
        bench.calls(FAILURE);
        assertThat(bench.state()).isEqualTo(State.CLOSED);
        bench.calls(FAILURE);

        assertThat(bench.state()).isEqualTo(State.OPEN);
    }

    static Stream<Window> windows() {
        return Stream.of(Window.count(10), Window.time(MINUTE), Window.consecutive(10), Window.failures(10, MINUTE));
    }

    @ParameterizedTest
    @MethodSource("windows")
    void window_ofAnotherKind_startsEmpty(Window before) {
        windows().filter(after -> !after.getClass().equals(before.getClass())).forEach(after -> {
            Bench bench = new Bench(Style.SYNC, lenient(before).build());
            bench.calls(FAILURE, FAILURE, FAILURE);

            bench.breaker.configure(lenient(after).build());

            assertThat(results(bench)).isEmpty();
            assertThat(bench.breaker.snapshot().window()).isEqualTo(after);
            assertThat(bench.state()).isEqualTo(State.CLOSED);
        });
    }

    // ---- thresholds

    @ParameterizedTest
    @EnumSource
    void thresholds_stricter_judgeTheNextResult(Style style) {
        Bench bench = new Bench(style, lenient(Window.count(4)).build());
        bench.calls(FAILURE, FAILURE, FAILURE, SUCCESS);

        bench.breaker.configure(Bench.small().build());

        assertThat(bench.state()).isEqualTo(State.CLOSED);
        bench.calls(SUCCESS);
        assertThat(bench.state()).isEqualTo(State.OPEN);
        assertThat(bench.breaker.snapshot().timeToNextTrial()).isEqualTo(Duration.ofSeconds(10));
    }

    @ParameterizedTest
    @EnumSource
    void thresholds_softer_judgeTheNextResult(Style style) {
        Bench bench = new Bench(style, Bench.small().build());
        bench.calls(SUCCESS, SUCCESS, FAILURE);

        bench.breaker.configure(lenient(Window.count(4)).build());

        bench.calls(FAILURE, FAILURE);
        assertThat(bench.state()).isEqualTo(State.CLOSED);
        bench.calls(FAILURE);
        assertThat(bench.state()).isEqualTo(State.OPEN);
    }

    // ---- calls under way: App-vNext/Polly#1578

    @ParameterizedTest
    @EnumSource
    void changeDuringCalls_theirResultsCountByTheNewConfiguration(Style style) {
        Bench bench = new Bench(style, lenient(Window.count(10)).build());

        bench.duringAll(4, FAILURE, () -> bench.breaker.configure(Bench.small().build()));

        assertThat(bench.state()).isEqualTo(State.OPEN);
    }

    @ParameterizedTest
    @EnumSource
    void changeOfTheKindDuringCalls_theirResultsCountInTheNewWindow(Style style) {
        Bench bench = new Bench(style, lenient(Window.count(10)).build());

        bench.duringAll(
                4,
                FAILURE,
                () -> bench.breaker.configure(lenient(Window.consecutive(4)).build()));

        assertThat(bench.state()).isEqualTo(State.OPEN);
    }

    // ---- other states

    @ParameterizedTest
    @EnumSource
    void changeWhileOpen_endOfTheOpeningStays(Style style) {
        Bench bench = new Bench(style, Bench.small().build()).open();

        bench.breaker.configure(
                Bench.small().openDuration(MINUTE).trials(1).trialSuccesses(1).build());

        assertThat(bench.breaker.snapshot().timeToNextTrial()).isEqualTo(Duration.ofSeconds(10));
        bench.advance(Duration.ofSeconds(10)).calls(FAILURE);
        assertThat(bench.state()).isEqualTo(State.OPEN);
        assertThat(bench.breaker.snapshot().timeToNextTrial()).isEqualTo(MINUTE);
    }

    @ParameterizedTest
    @EnumSource
    void changeWhileOpen_windowAfterTheClosingIsTheNewOne(Style style) {
        Bench bench = new Bench(style, Bench.small().build()).open();

        bench.breaker.configure(Bench.small().window(Window.consecutive(7)).build());

        assertThat(bench.breaker.snapshot().window()).isEqualTo(Window.consecutive(7));
        bench.advance(Duration.ofSeconds(10)).calls(SUCCESS, SUCCESS);
        bench.calls(FAILURE, FAILURE, FAILURE, FAILURE, FAILURE, FAILURE);
        assertThat(bench.state()).isEqualTo(State.CLOSED);
        bench.calls(FAILURE);
        assertThat(bench.state()).isEqualTo(State.OPEN);
    }

    @ParameterizedTest
    @EnumSource
    void changeWhileHalfOpen_trialsGoOnByTheRulesTheyBeganWith(Style style) {
        Bench bench = new Bench(style, Bench.small().build()).trialsDue().calls(SUCCESS);

        bench.breaker.configure(Bench.small()
                .trials(1)
                .trialSuccesses(1)
                .trialLease(Duration.ofMillis(1))
                .slowCallDuration(Duration.ofMillis(1))
                .openDelay(Backoff.fixed(MINUTE))
                .build());

        bench.during(
                FAILURE,
                () -> bench.during(FAILURE, () -> {
                    bench.advance(Duration.ofSeconds(5).minusNanos(1));
                    assertThat(bench.call(SUCCESS)).isNotNull();
                }));
        assertThat(bench.breaker.snapshot().timeToNextTrial()).isEqualTo(MINUTE);
    }

    @ParameterizedTest
    @EnumSource
    void changeInShadow_keepsShadowAndResults(Style style) {
        Bench bench = new Bench(style, lenient(Window.count(4)).build());
        bench.breaker.shadow();
        bench.calls(FAILURE, FAILURE, SUCCESS);

        bench.breaker.configure(Bench.small().build());

        assertThat(bench.state()).isEqualTo(State.SHADOW);
        assertThat(results(bench)).containsExactly(failed(2), fine(1));
        bench.calls(SUCCESS);
        assertThat(bench.all(WouldHaveOpened.class)).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void changeInEveryState_stateStaysAndListenersHear(State state) {
        Bench bench = OrdersTest.in(state, Style.SYNC);
        CircuitBreakerConfig changed = CircuitBreakerConfig.defaults();

        bench.breaker.configure(changed);

        assertThat(bench.state()).isEqualTo(state);
        assertThat(bench.breaker.config()).isSameAs(changed);
        assertThat(bench.events).containsExactly(new ConfigChanged("users", changed));
    }
}
