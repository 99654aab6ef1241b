package dev.seawall.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.Outcome;
import dev.seawall.circuitbreaker.CircuitBreaker.State;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Permits asked for by hand: they end once. */
final class PermitTest {

    private static Bench bench() {
        return new Bench(Style.PERMIT, Bench.small().build());
    }

    private static long calls(Bench bench) {
        return bench.breaker.snapshot().calls();
    }

    /** resilience4j/resilience4j#1003: a permission that was given back twice. */
    @Test
    void settledTwice_firstCountsOnce() {
        Bench bench = bench();
        Permit permit = bench.breaker.acquire();

        permit.success();
        permit.success();
        permit.failure();
        permit.settle(Outcome.FAILURE);
        permit.close();

        assertThat(calls(bench)).isEqualTo(1);
        assertThat(bench.breaker.snapshot().failures()).isZero();
        assertThat(bench.all(CircuitBreakerEvent.CallSettled.class)).hasSize(1);
    }

    @Test
    void closedFirst_laterResultsCountNowhere() {
        Bench bench = bench();
        Permit permit = bench.breaker.acquire();

        permit.close();
        permit.failure();

        assertThat(calls(bench)).isZero();
    }

    @Test
    void tryWithResources_settled_closeChangesNothing() {
        Bench bench = bench();

        try (Permit permit = bench.breaker.acquire()) {
            permit.failure();
        }

        assertThat(bench.breaker.snapshot().failures()).isEqualTo(1);
    }

    @Test
    void tryWithResources_notSettled_countsNowhere() {
        Bench bench = bench();

        try (Permit permit = bench.breaker.acquire()) {
            assertThat(permit).isNotNull();
        }

        assertThat(calls(bench)).isZero();
    }

    @Test
    void trialSettledTwice_itsPlaceIsNotFreedForASecondOne() {
        Bench bench = bench().trialsDue();
        Permit first = bench.breaker.acquire();
        bench.breaker.acquire();
        bench.breaker.acquire();

        first.success();
        first.close();

        assertThat(bench.breaker.tryAcquire()).isEmpty();
        assertThat(bench.breaker.snapshot().trialSuccesses()).isEqualTo(1);
    }

    /** A lost permit wedges the half-open state of most peers for good. */
    @Test
    void trialsNeverEnded_theirPlacesAreFreeAgainAfterTheLease() {
        Bench bench = bench().trialsDue();
        for (int i = 0; i < 3; i++) {
            bench.breaker.acquire();
        }
        assertThat(bench.breaker.tryAcquire()).isEmpty();

        bench.advance(Duration.ofSeconds(5));

        bench.breaker.acquire().success();
        bench.breaker.acquire().success();
        assertThat(bench.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void neverEndedWhileClosed_countsNowhere() {
        Bench bench = bench();

        for (int i = 0; i < 1_000; i++) {
            bench.breaker.acquire();
        }

        assertThat(bench.state()).isEqualTo(State.CLOSED);
        assertThat(calls(bench)).isZero();
    }

    @Test
    void acquire_whileOpen_throwsAndTryAcquireIsEmpty() {
        Bench bench = bench().open();

        assertThatThrownBy(bench.breaker::acquire).isInstanceOf(CircuitOpenException.class);
        Optional<Permit> permit = bench.breaker.tryAcquire();

        assertThat(permit).isEmpty();
        assertThat(bench.all(CircuitBreakerEvent.CallRejected.class)).hasSize(2);
    }
}
