package dev.seawall.circuitbreaker;

import static dev.seawall.circuitbreaker.End.FAILURE;
import static dev.seawall.circuitbreaker.End.SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.circuitbreaker.CircuitBreaker.State;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a breaker knows, looked at and carried to another breaker on another clock. */
final class SnapshotTest {

    private static final Window WINDOW = Window.count(4);

    /** Another breaker, on another clock that has run for a while. */
    private static Bench other(CircuitBreakerConfig.Builder config) {
        return new Bench(Style.SYNC, config.build())
                .advance(Duration.ofDays(1_000).plusNanos(123_456_789));
    }

    private static CircuitBreakerSnapshot of(State state, List<Bucket> results) {
        return new CircuitBreakerSnapshot("users", state, WINDOW, results, Duration.ZERO, Duration.ZERO, 0, 0, 0);
    }

    @ParameterizedTest
    @EnumSource
    void restore_inEveryState_theOtherBreakerKnowsTheSame(State state) {
        CircuitBreakerSnapshot snapshot =
                OrdersTest.in(state, Style.SYNC).breaker.snapshot();
        Bench other = other(Bench.small().recoveryRamp(Duration.ofSeconds(10)));

        other.breaker.restore(snapshot);

        assertThat(other.breaker.snapshot()).isEqualTo(snapshot);
        assertThat(other.path()).containsExactly(state);
        assertThat(other.all(CircuitBreakerEvent.StateChanged.class).get(0).reason())
                .isEqualTo(
                        switch (state) {
                            case FORCED_OPEN -> "it was opened by hand";
                            case DISABLED -> "it was disabled by hand";
                            default -> "it was restored from a snapshot";
                        });
    }

    static Stream<Arguments> fromEveryStateToEveryState() {
        return Stream.of(State.values())
                .flatMap(from -> Stream.of(State.values()).map(to -> Arguments.of(from, to)));
    }

    @ParameterizedTest
    @MethodSource("fromEveryStateToEveryState")
    void restore_intoABreakerInAnyState_replacesIt(State from, State to) {
        Bench bench = OrdersTest.in(from, Style.SYNC);
        CircuitBreakerSnapshot snapshot = OrdersTest.in(to, Style.SYNC).breaker.snapshot();

        bench.breaker.restore(snapshot);

        assertThat(bench.breaker.snapshot()).isEqualTo(snapshot);
    }

    // ---- open

    @Test
    void restore_open_staysOpenAsLongAsWasLeft() {
        Bench bench = new Bench(Style.SYNC, Bench.small().build()).open().advance(Duration.ofSeconds(7));
        Bench other = other(Bench.small());

        other.breaker.restore(bench.breaker.snapshot());

        other.advance(Duration.ofSeconds(3).minusNanos(1));
        assertThat(other.call(SUCCESS)).isNotNull();
        other.advance(Duration.ofNanos(1)).calls(FAILURE, FAILURE);
        assertThat(other.breaker.snapshot().openings()).isEqualTo(2);
    }

    @Test
    void restore_openWithTimedTransition_timerMakesItHalfOpen() {
        Bench bench = new Bench(Style.SYNC, Bench.small().build()).open();
        Bench other = other(Bench.small().timedTransition(true));

        other.breaker.restore(bench.breaker.snapshot());
        other.advance(Duration.ofSeconds(10));

        assertThat(other.state()).isEqualTo(State.HALF_OPEN);
    }

    // ---- half-open

    @Test
    void restore_halfOpen_trialsThatEndedStayEndedAndThoseUnderWayAreNotPartOfIt() {
        Bench bench = new Bench(Style.SYNC, Bench.small().build()).trialsDue().calls(SUCCESS);
        Bench other = other(Bench.small());

        bench.during(SUCCESS, () -> other.breaker.restore(bench.breaker.snapshot()));

        other.duringAll(2, SUCCESS, () -> assertThat(other.call(SUCCESS)).isNotNull());
        assertThat(other.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void restore_halfOpenWithEnoughSuccessesForTheNewConfiguration_closes() {
        Bench other = other(Bench.small().trialSuccesses(1));

        other.breaker.restore(OrdersTest.in(State.HALF_OPEN, Style.SYNC).breaker.snapshot());

        assertThat(other.path()).containsExactly(State.HALF_OPEN, State.CLOSED);
    }

    @Test
    void restore_halfOpenWithTooManyFailuresForTheNewConfiguration_opens() {
        CircuitBreakerSnapshot failed = new CircuitBreakerSnapshot(
                "users", State.HALF_OPEN, WINDOW, List.of(), Duration.ZERO, Duration.ZERO, 3, 0, 2);
        Bench other = other(Bench.small());

        other.breaker.restore(failed);

        assertThat(other.path()).containsExactly(State.HALF_OPEN, State.OPEN);
        assertThat(other.breaker.snapshot().openings()).isEqualTo(4);
    }

    @Test
    void restore_moreTrialsThanThereAre_areCut() {
        CircuitBreakerSnapshot many = new CircuitBreakerSnapshot(
                "users", State.HALF_OPEN, WINDOW, List.of(), Duration.ZERO, Duration.ZERO, 1, 1, Integer.MAX_VALUE);
        Bench other = other(Bench.small());

        other.breaker.restore(many);

        assertThat(other.state()).isEqualTo(State.OPEN);
    }

    // ---- windows

    @Test
    void restore_intoASmallerWindow_keepsTheNewest() {
        Bench bench = new Bench(Style.SYNC, Bench.small().build()).calls(FAILURE, SUCCESS, SUCCESS);
        Bench other = other(Bench.small().window(Window.count(2)));

        other.breaker.restore(bench.breaker.snapshot());

        assertThat(other.breaker.snapshot().results()).containsExactly(new Bucket(Duration.ZERO, 2, 0, 0));
    }

    @Test
    void restore_intoAWindowOfAnotherKind_startsEmpty() {
        Bench bench = new Bench(Style.SYNC, Bench.small().build()).calls(FAILURE, SUCCESS, SUCCESS);
        Bench other = other(Bench.small().window(Window.time(Duration.ofMinutes(1))));

        other.breaker.restore(bench.breaker.snapshot());

        assertThat(other.breaker.snapshot().results()).isEmpty();
    }

    @Test
    void restore_resultsThatAreTooMany_nextResultOpensNotTheImport() {
        Bench other = other(Bench.small());

        other.breaker.restore(of(State.CLOSED, List.of(new Bucket(Duration.ZERO, 4, 4, 0))));

        assertThat(other.state()).isEqualTo(State.CLOSED);
        other.calls(SUCCESS);
        assertThat(other.state()).isEqualTo(State.OPEN);
    }

    static Stream<Window> windows() {
        return Stream.of(
                Window.count(4),
                Window.time(Duration.ofMinutes(1), 1),
                Window.consecutive(4),
                Window.failures(4, Duration.ofMinutes(1)));
    }

    /** A snapshot comes from outside: whatever it says, the breaker works on. */
    @ParameterizedTest
    @MethodSource("windows")
    void restore_absurdNumbers_areCutToWhatTheWindowHolds(Window window) {
        Bucket all = new Bucket(Duration.ZERO, Bucket.MOST_CALLS, Bucket.MOST_CALLS, 0);
        CircuitBreakerSnapshot absurd = new CircuitBreakerSnapshot(
                "users", State.CLOSED, window, List.of(all, all, all), Duration.ZERO, Duration.ZERO, 0, 0, 0);
        Bench other = other(Bench.small().window(window).minimumCalls(1));

        other.breaker.restore(absurd);

        assertThat(other.breaker.snapshot().failures()).isPositive();
        other.calls(FAILURE);
        assertThat(other.state()).isEqualTo(State.OPEN);
    }

    // ---- the record

    @Test
    void rates_areShares() {
        CircuitBreakerSnapshot snapshot =
                of(State.CLOSED, List.of(new Bucket(Duration.ZERO, 3, 1, 2), new Bucket(Duration.ZERO, 1, 1, 0)));

        assertThat(snapshot.calls()).isEqualTo(4);
        assertThat(snapshot.failures()).isEqualTo(2);
        assertThat(snapshot.slowCalls()).isEqualTo(2);
        assertThat(snapshot.failureRate()).isEqualTo(50);
        assertThat(snapshot.slowCallRate()).isEqualTo(50);
    }

    @Test
    void rates_ofAnEmptyWindow_areZero() {
        CircuitBreakerSnapshot snapshot = of(State.CLOSED, List.of());

        assertThat(snapshot.failureRate()).isZero();
        assertThat(snapshot.slowCallRate()).isZero();
    }

    @Test
    void toString_tellsTheNumbers() {
        Bench bench = new Bench(Style.SYNC, Bench.small().build()).calls(SUCCESS, SUCCESS, FAILURE);

        assertThat(bench.breaker.snapshot()).hasToString("users: CLOSED, 3 calls, 1 failed (33.3 %), 0 slow (0.0 %)");
        assertThat(bench.open().breaker.snapshot())
                .hasToString("users: OPEN, 0 calls, 0 failed (0.0 %), 0 slow (0.0 %), next trial in 10 s");
    }

    @Test
    void snapshot_valuesOutOfRange_areRefused() {
        assertRefused(-1, 0, 0, Duration.ZERO, "openings must be at least 0, was -1");
        assertRefused(0, -1, 0, Duration.ZERO, "trialSuccesses must be at least 0, was -1");
        assertRefused(0, 0, -1, Duration.ZERO, "trialFailures must be at least 0, was -1");
        assertRefused(0, 0, 0, Duration.ofSeconds(-1), "timeToNextTrial must not be negative, was -1 s");
    }

    private static void assertRefused(int openings, int successes, int failures, Duration next, String message) {
        assertThatThrownBy(() -> new CircuitBreakerSnapshot(
                        "users", State.OPEN, WINDOW, List.of(), next, Duration.ZERO, openings, successes, failures))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void bucket_valuesOutOfRange_areRefused() {
        assertRefused(Duration.ofSeconds(-1), 0, 0, 0, "age must not be negative, was -1 s");
        assertRefused(Duration.ZERO, -1, 0, 0, "calls must be from 0 to 4294967295, was -1");
        assertRefused(Duration.ZERO, 1L << 32, 0, 0, "calls must be from 0 to 4294967295, was 4294967296");
        assertRefused(Duration.ZERO, 1, 2, 0, "failures must be from 0 to 1, was 2");
        assertRefused(Duration.ZERO, 1, -1, 0, "failures must be from 0 to 1, was -1");
        assertRefused(Duration.ZERO, 1, 0, 2, "slowCalls must be from 0 to 1, was 2");
        assertRefused(Duration.ZERO, 1, 0, -1, "slowCalls must be from 0 to 1, was -1");
    }

    private static void assertRefused(Duration age, long calls, long failures, long slow, String message) {
        assertThatThrownBy(() -> new Bucket(age, calls, failures, slow))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
