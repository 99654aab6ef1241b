package dev.seawall.races;

import dev.seawall.VirtualRuntime;
import dev.seawall.circuitbreaker.CircuitBreaker;
import dev.seawall.circuitbreaker.CircuitBreakerConfig;
import dev.seawall.circuitbreaker.Window;
import java.time.Duration;

/** Breakers in the states that races start from, each with a clock of its own. */
final class Breakers {

    private static final Duration OPEN = Duration.ofSeconds(1);

    private Breakers() {}

    /** Open, with its time over: the next call makes it half-open. */
    static CircuitBreaker due(int trials) {
        VirtualRuntime runtime = VirtualRuntime.create();
        CircuitBreaker breaker = CircuitBreaker.of(
                "race",
                CircuitBreakerConfig.builder()
                        .window(Window.consecutive(1))
                        .openDuration(OPEN)
                        .trials(trials)
                        .trialSuccesses(trials)
                        .build(),
                runtime);
        breaker.acquire().failure();
        runtime.advance(OPEN);
        return breaker;
    }

    /** Closed, with a window that opens the breaker only when it is full of failures. */
    static CircuitBreaker closed(int calls) {
        return CircuitBreaker.of(
                "race",
                CircuitBreakerConfig.builder()
                        .window(Window.count(calls))
                        .minimumCalls(calls)
                        .failureRateThreshold(100)
                        .build(),
                VirtualRuntime.create());
    }
}
