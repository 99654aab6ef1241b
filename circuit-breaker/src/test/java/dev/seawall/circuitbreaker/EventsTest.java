package dev.seawall.circuitbreaker;

import static dev.seawall.circuitbreaker.End.CANCELLED;
import static dev.seawall.circuitbreaker.End.ERROR;
import static dev.seawall.circuitbreaker.End.FAILURE;
import static dev.seawall.circuitbreaker.End.IGNORED;
import static dev.seawall.circuitbreaker.End.SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.Outcome;
import dev.seawall.Registry;
import dev.seawall.Subscription;
import dev.seawall.circuitbreaker.CircuitBreaker.State;
import dev.seawall.circuitbreaker.CircuitBreakerEvent.CallRejected;
import dev.seawall.circuitbreaker.CircuitBreakerEvent.CallSettled;
import dev.seawall.circuitbreaker.CircuitBreakerEvent.StateChanged;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What listeners, exceptions and texts tell, and whether a registry may forget the breaker. */
final class EventsTest {

    private static CallSettled settled(Outcome outcome) {
        return new CallSettled("users", outcome, null);
    }

    private static StateChanged changed(State from, State to, String reason) {
        return new StateChanged("users", from, to, to == State.OPEN ? Duration.ofSeconds(10) : Duration.ZERO, reason);
    }

    // ---- events

    @ParameterizedTest
    @EnumSource
    void events_ofAWholeRound_comeInOrder(Style style) {
        Bench bench = new Bench(style, Bench.small().build());

        bench.calls(SUCCESS, SUCCESS, FAILURE, ERROR);
        CircuitOpenException rejection = bench.call(SUCCESS);
        bench.advance(Duration.ofSeconds(10)).calls(IGNORED, FAILURE, FAILURE);
        bench.advance(Duration.ofSeconds(10)).calls(CANCELLED, SUCCESS, SUCCESS);

        assertThat(bench.events)
                .containsExactly(
                        settled(Outcome.SUCCESS),
                        settled(Outcome.SUCCESS),
                        settled(Outcome.FAILURE),
                        changed(State.CLOSED, State.OPEN, "2 of 4 calls failed (50 % ≥ 50 %)"),
                        settled(Outcome.FAILURE),
                        new CallRejected("users", rejection),
                        changed(State.OPEN, State.HALF_OPEN, "its time is over"),
                        settled(Outcome.NEUTRAL),
                        settled(Outcome.FAILURE),
                        changed(State.HALF_OPEN, State.OPEN, "2 of 3 trial calls failed, 2 had to succeed"),
                        settled(Outcome.FAILURE),
                        changed(State.OPEN, State.HALF_OPEN, "its time is over"),
                        settled(Outcome.NEUTRAL),
                        settled(Outcome.SUCCESS),
                        changed(State.HALF_OPEN, State.CLOSED, "2 of 3 trial calls succeeded"),
                        settled(Outcome.SUCCESS));
        assertThat(bench.events).extracting(CircuitBreakerEvent::breaker).containsOnly("users");
    }

    @ParameterizedTest
    @EnumSource
    void events_areToldAfterTheyHaveTakenEffect(Style style) {
        Bench bench = new Bench(style, Bench.small().build());
        List<Long> failuresSeen = new ArrayList<>();
        List<State> statesSeen = new ArrayList<>();
        bench.breaker.on(
                CallSettled.class,
                event -> failuresSeen.add(bench.breaker.snapshot().failures()));
        bench.breaker.on(StateChanged.class, event -> statesSeen.add(bench.state()));

        bench.calls(FAILURE, FAILURE, FAILURE, FAILURE);

        assertThat(failuresSeen).containsExactly(1L, 2L, 3L, 0L);
        assertThat(statesSeen).containsExactly(State.OPEN);
    }

    /** resilience4j/resilience4j#2243, #1107: listeners that could not be removed. */
    @Test
    void subscription_ofOneType_hearsOnlyThatAndNothingOnceClosed() {
        Bench bench = new Bench(Style.SYNC, Bench.small().build());
        List<StateChanged> heard = new ArrayList<>();
        Subscription subscription = bench.breaker.on(StateChanged.class, heard::add);
        bench.open();
        assertThat(heard).hasSize(1);

        subscription.close();
        bench.breaker.reset();

        assertThat(heard).hasSize(1);
        assertThat(bench.path()).hasSize(2);
    }

    // ---- rejections

    @ParameterizedTest
    @EnumSource
    void rejection_whileOpen_tellsWhoWhyTheNumbersAndWhenToComeBack(Style style) {
        Bench bench = new Bench(style, Bench.small().failureRateThreshold(33.3).build());
        bench.calls(SUCCESS, FAILURE, FAILURE, FAILURE).advance(Duration.ofMillis(8_500));

        CircuitOpenException rejection = bench.call(SUCCESS);

        assertThat(rejection)
                .hasMessage("circuit breaker 'users' is OPEN: 3 of 4 calls failed (75 % ≥ 33.3 %); try again in 1.5 s");
        assertThat(rejection.reason())
                .isEqualTo("circuit breaker 'users' is OPEN: 3 of 4 calls failed (75 % ≥ 33.3 %)");
        assertThat(rejection.retryAfter()).contains(Duration.ofMillis(1_500));
        assertThat(rejection.state()).isEqualTo(State.OPEN);
        assertThat(rejection.policy()).isEqualTo("users");
    }

    @ParameterizedTest
    @EnumSource
    void rejection_carriesNoStackTraceAndTakesNoSuppressed(Style style) {
        CircuitOpenException rejection =
                new Bench(style, Bench.small().build()).open().call(SUCCESS);

        rejection.addSuppressed(new IllegalStateException());

        assertThat(rejection.getStackTrace()).isEmpty();
        assertThat(rejection.getSuppressed()).isEmpty();
        assertThat(rejection).hasNoCause();
    }

    @ParameterizedTest
    @EnumSource
    void rejection_afterAReopening_tellsHowTheTrialsEnded(Style style) {
        Bench bench = new Bench(style, Bench.small().build()).trialsDue().calls(FAILURE, FAILURE);

        assertThat(bench.call(SUCCESS).reason())
                .isEqualTo("circuit breaker 'users' is OPEN: 2 of 3 trial calls failed, 2 had to succeed");
    }

    @ParameterizedTest
    @EnumSource
    void rejection_afterARestore_saysSo(Style style) {
        Bench bench = new Bench(style, Bench.small().build());
        bench.breaker.restore(OrdersTest.in(State.OPEN, Style.SYNC).breaker.snapshot());

        assertThat(bench.call(SUCCESS).reason())
                .isEqualTo("circuit breaker 'users' is OPEN: it was restored from a snapshot");
    }

    // ---- texts

    @Test
    void toString_tellsNameAndState() {
        Bench bench = new Bench(Style.SYNC, Bench.small().build());

        assertThat(bench.breaker).hasToString("circuit breaker 'users' (CLOSED)");
        assertThat(bench.open().breaker).hasToString("circuit breaker 'users' (OPEN)");
        assertThat(bench.pipeline).hasToString("users: circuit breaker 'users' (OPEN)");
        assertThat(bench.breaker.name()).isEqualTo("users");
    }

    @Test
    void of_name_hasTheDefaultsAndIsClosed() {
        CircuitBreaker breaker = CircuitBreaker.of("users");

        assertThat(breaker.config()).isSameAs(CircuitBreakerConfig.defaults());
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    // ---- registries

    @Test
    void isIdle_onlyWhenClosedWithNothingBadInTheWindow() {
        Bench bench = new Bench(Style.SYNC, Bench.small().build());
        assertThat(bench.breaker.isIdle()).isTrue();
        assertThat(bench.calls(SUCCESS, SUCCESS).breaker.isIdle()).isTrue();
        assertThat(bench.calls(FAILURE).breaker.isIdle()).isFalse();
        assertThat(bench.calls(SUCCESS, SUCCESS, SUCCESS, SUCCESS).breaker.isIdle())
                .isTrue();

        for (State state : State.values()) {
            assertThat(OrdersTest.in(state, Style.SYNC).breaker.isIdle())
                    .as("%s", state)
                    .isFalse();
        }
    }

    @Test
    void isIdle_slowCallInTheWindow_isNot() {
        Bench bench = new Bench(
                Style.SYNC,
                Bench.small().slowCallDuration(Duration.ofSeconds(1)).build());

        bench.during(SUCCESS, () -> bench.advance(Duration.ofSeconds(1)));

        assertThat(bench.breaker.isIdle()).isFalse();
    }

    @Test
    void registry_full_neverForgetsAnOpenBreaker() {
        Bench bench = new Bench(Style.SYNC, Bench.small().build());
        Registry<CircuitBreaker> registry =
                Registry.of(3, name -> CircuitBreaker.of(name, Bench.small().build(), bench.runtime));
        CircuitBreaker open = registry.get("open");
        for (int i = 0; i < 4; i++) {
            open.acquire().failure();
        }

        for (int i = 0; i < 1_000; i++) {
            registry.get("name" + i);
        }

        assertThat(registry.names()).hasSize(3).contains("open");
        assertThat(registry.get("open")).isSameAs(open);
    }
}
