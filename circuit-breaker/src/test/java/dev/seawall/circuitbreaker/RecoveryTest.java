package dev.seawall.circuitbreaker;

import static dev.seawall.circuitbreaker.End.FAILURE;
import static dev.seawall.circuitbreaker.End.SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.Backoff;
import dev.seawall.circuitbreaker.CircuitBreaker.State;
import dev.seawall.circuitbreaker.CircuitBreakerEvent.StateChanged;
import dev.seawall.test.Property;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A recovery of 90 s: the share of calls that is admitted grows from a tenth to all of them, one percent in a second. */
final class RecoveryTest {

    private static final Duration RAMP = Duration.ofSeconds(90);

    private static CircuitBreakerConfig.Builder config() {
        return Bench.small().window(Window.count(10)).recoveryRamp(RAMP);
    }

    private static Bench recovering(Style style, CircuitBreakerConfig.Builder config) {
        Bench bench = new Bench(style, config.build()).trialsDue().calls(SUCCESS, SUCCESS);
        assertThat(bench.state()).isEqualTo(State.RECOVERING);
        bench.events.clear();
        return bench;
    }

    private static int admittedOf(Bench bench, int calls) {
        int admitted = 0;
        for (int i = 0; i < calls; i++) {
            admitted += bench.call(SUCCESS) == null ? 1 : 0;
        }
        return admitted;
    }

    // ---- the share

    @ParameterizedTest
    @CsvSource({"0, 100", "15, 250", "45, 550", "89, 990"})
    void share_growsEvenlyFromATenth_andIsKeptExactly(long seconds, int admitted) {
        Bench bench = recovering(Style.PERMIT, config()).advance(Duration.ofSeconds(seconds));

        assertThat(admittedOf(bench, 1_000)).isEqualTo(admitted);
    }

    @ParameterizedTest
    @EnumSource
    void share_isSpreadEvenly_theFirstCallIsAdmitted(Style style) {
        Bench bench = recovering(style, config());

        for (int i = 0; i < 5; i++) {
            assertThat(bench.call(SUCCESS)).isNull();
            assertThat(admittedOf(bench, 9)).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void callBeyondTheShare_isRejectedAndTold(Style style) {
        Bench bench = recovering(style, config()).advance(Duration.ofSeconds(20));
        bench.calls(SUCCESS);

        CircuitOpenException rejection = bench.call(SUCCESS);

        assertThat(rejection).hasMessage("circuit breaker 'users' is RECOVERING: it admits 30 % of the calls for now");
        assertThat(rejection.retryAfter()).isEmpty();
        assertThat(rejection.state()).isEqualTo(State.RECOVERING);
    }

    /** Whatever the pace of the calls, as many are admitted as their shares add up to. */
    @Test
    void share_atAnyPace_isNeverOneCallOff() {
        Property.named("share of a recovery").check(random -> {
            Bench bench = recovering(Style.PERMIT, config());
            double shares = 0.9; // the first call is admitted
            int admitted = 0;
            for (int elapsed = random.nextInt(2_000); elapsed < RAMP.toMillis(); elapsed += random.nextInt(2_000)) {
                bench.runtime.advance(
                        RAMP.minusMillis(elapsed).compareTo(left(bench)) < 0
                                ? left(bench).minus(RAMP.minusMillis(elapsed))
                                : Duration.ZERO);
                shares += 0.1 + 0.9 * elapsed / RAMP.toMillis();
                admitted += bench.call(SUCCESS) == null ? 1 : 0;
                assertThat((double) admitted).isBetween(shares - 1.000_001, shares + 0.000_001);
            }
        });
    }

    private static Duration left(Bench bench) {
        return bench.breaker.snapshot().timeToFullLoad();
    }

    // ---- its end

    @ParameterizedTest
    @EnumSource
    void timeIsOver_nextCallCloses_andTheWindowIsKept(Style style) {
        Bench bench = recovering(style, config()).calls(FAILURE).advance(RAMP);

        assertThat(bench.state()).isEqualTo(State.RECOVERING);
        bench.calls(SUCCESS);

        assertThat(bench.all(StateChanged.class))
                .containsExactly(new StateChanged(
                        "users", State.RECOVERING, State.CLOSED, Duration.ZERO, "it admits all calls again"));
        assertThat(bench.breaker.snapshot().calls()).isEqualTo(2);
        assertThat(bench.breaker.snapshot().failures()).isEqualTo(1);
        assertThat(bench.breaker.snapshot().openings()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void timedTransition_timerCloses(Style style) {
        Bench bench = recovering(style, config().timedTransition(true));

        bench.advance(RAMP.minusNanos(1));
        assertThat(bench.state()).isEqualTo(State.RECOVERING);
        bench.advance(Duration.ofNanos(1));

        assertThat(bench.state()).isEqualTo(State.CLOSED);
        assertThat(bench.runtime.pendingTimers()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void timedTransition_leftByHand_timerIsTakenOff(Style style) {
        Bench bench = recovering(style, config().timedTransition(true));

        bench.breaker.reset();

        assertThat(bench.runtime.pendingTimers()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void callAdmittedWhileRecovering_endsWhenClosed_counts(Style style) {
        Bench bench = recovering(style, config());

        bench.during(FAILURE, () -> bench.advance(RAMP).calls(SUCCESS));

        assertThat(bench.state()).isEqualTo(State.CLOSED);
        assertThat(bench.breaker.snapshot().failures()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void noRamp_closesAtOnce(Style style) {
        Bench bench = new Bench(style, Bench.small().build()).trialsDue().calls(SUCCESS, SUCCESS);

        assertThat(bench.path()).containsExactly(State.OPEN, State.HALF_OPEN, State.CLOSED);
    }

    // ---- opening again

    @ParameterizedTest
    @EnumSource
    void tooManyFailures_openAgain_andTheBackoffGrows(Style style) {
        Bench bench =
                recovering(style, config().minimumCalls(4).openDelay(Backoff.exponential(Duration.ofSeconds(10))));
        bench.advance(RAMP.minusNanos(1)); // nearly all are admitted

        bench.calls(SUCCESS, SUCCESS, FAILURE, FAILURE);

        assertThat(bench.all(StateChanged.class))
                .containsExactly(new StateChanged(
                        "users",
                        State.RECOVERING,
                        State.OPEN,
                        Duration.ofSeconds(20),
                        "2 of 4 calls failed (50 % ≥ 50 %)"));
        assertThat(bench.breaker.snapshot().openings()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void tooManyFailuresOnceClosed_openForTheFirstTime(Style style) {
        Bench bench = recovering(style, config().minimumCalls(4));

        bench.advance(RAMP).calls(SUCCESS, FAILURE, SUCCESS, FAILURE);

        assertThat(bench.path()).containsExactly(State.CLOSED, State.OPEN);
        assertThat(bench.breaker.snapshot().openings()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void hungCallWhileRecovering_opensAgain(Style style) {
        Duration slow = Duration.ofSeconds(2);
        Bench bench = recovering(style, config().minimumCalls(1).slowCallDuration(slow));

        bench.during(SUCCESS, () -> {
            bench.advance(slow);
            while (bench.state() == State.RECOVERING) {
                assertThat(bench.call(SUCCESS)).isNotNull();
            }
        });

        assertThat(bench.path()).containsExactly(State.OPEN);
        assertThat(bench.breaker.snapshot().openings()).isEqualTo(2);
    }

    // ---- configuration, snapshots

    @ParameterizedTest
    @EnumSource
    void configure_whileRecovering_changesTheWindowAndKeepsTheRamp(Style style) {
        Bench bench = recovering(style, config()).calls(FAILURE);

        bench.breaker.configure(
                Bench.small().window(Window.count(5)).minimumCalls(1).build());

        assertThat(bench.state()).isEqualTo(State.RECOVERING);
        assertThat(left(bench)).isEqualTo(RAMP);
        assertThat(bench.breaker.snapshot().window()).isEqualTo(Window.count(5));
        assertThat(bench.breaker.snapshot().failures()).isEqualTo(1);
    }

    @Test
    void restore_recovering_goesOnWhereItWas() {
        Bench bench = recovering(Style.SYNC, config()).calls(FAILURE).advance(Duration.ofSeconds(40));
        Bench other = new Bench(Style.SYNC, config().build()).advance(Duration.ofDays(3));

        other.breaker.restore(bench.breaker.snapshot());

        assertThat(other.breaker.snapshot()).isEqualTo(bench.breaker.snapshot());
        assertThat(other.breaker.snapshot())
                .hasToString("users: RECOVERING, 1 calls, 1 failed (100.0 %), 0 slow (0.0 %), all calls in 50 s");
        assertThat(admittedOf(other, 1_000)).isEqualTo(500);
        other.advance(Duration.ofSeconds(50)).calls(SUCCESS);
        assertThat(other.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void restore_recoveringIntoAShorterRamp_hasAtMostThat() {
        Bench bench = recovering(Style.SYNC, config());
        Bench shorter = new Bench(
                Style.SYNC, config().recoveryRamp(Duration.ofSeconds(9)).build());
        Bench none = new Bench(Style.SYNC, config().recoveryRamp(Duration.ZERO).build());

        shorter.breaker.restore(bench.breaker.snapshot());
        none.breaker.restore(bench.breaker.snapshot());

        assertThat(left(shorter)).isEqualTo(Duration.ofSeconds(9));
        assertThat(none.path()).containsExactly(State.RECOVERING, State.CLOSED);
    }

    @Test
    void recoveringBreaker_isNotIdle() {
        assertThat(recovering(Style.SYNC, config()).breaker.isIdle()).isFalse();
    }
}
