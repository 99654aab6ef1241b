package dev.seawall.benchmarks;

import dev.seawall.Pipeline;
import dev.seawall.circuitbreaker.CircuitBreaker;
import dev.seawall.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;

/** Breakers that are open and stay so while a row runs. */
final class Breakers {

    /** Longer than any run. */
    static final Duration LONG = Duration.ofHours(1);

    private Breakers() {}

    /** Opened by failing calls: a forced one would be a state of its own. */
    static CircuitBreaker openSeawall() {
        CircuitBreaker breaker = CircuitBreaker.of(
                "open", CircuitBreakerConfig.builder().openDuration(LONG).build());
        Pipeline failing = Pipeline.of(breaker);
        while (breaker.state() == CircuitBreaker.State.CLOSED) {
            failing.tryCall(() -> {
                throw new IllegalStateException("down");
            });
        }
        return breaker;
    }

    static io.github.resilience4j.circuitbreaker.CircuitBreaker openResilience4j(boolean stackTrace) {
        var breaker = io.github.resilience4j.circuitbreaker.CircuitBreaker.of(
                "open",
                io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.custom()
                        .waitDurationInOpenState(LONG)
                        .writableStackTraceEnabled(stackTrace)
                        .build());
        breaker.transitionToOpenState();
        return breaker;
    }

    static dev.failsafe.CircuitBreaker<Object> openFailsafe() {
        dev.failsafe.CircuitBreaker<Object> breaker = dev.failsafe.CircuitBreaker.builder()
                .withFailureThreshold(50, 100)
                .withDelay(LONG)
                .build();
        breaker.open();
        return breaker;
    }
}
