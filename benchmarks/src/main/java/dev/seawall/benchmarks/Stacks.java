package dev.seawall.benchmarks;

import dev.failsafe.CircuitBreakerOpenException;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.RetryPolicy;
import dev.seawall.Backoff;
import dev.seawall.Pipeline;
import dev.seawall.Timeout;
import dev.seawall.circuitbreaker.CircuitBreaker;
import dev.seawall.circuitbreaker.CircuitBreakerConfig;
import dev.seawall.retry.Retry;
import dev.seawall.retry.RetryConfig;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import java.util.concurrent.Callable;

/**
 * Four layers around a breaker's calls: a time limit, a retry that does not wait, a breaker that never opens, and the one
 * given. Resilience4j has no time limit on the caller's thread and gets a second breaker instead.
 */
final class Stacks {

    private Stacks() {}

    static Pipeline seawall(CircuitBreaker innermost) {
        return Pipeline.named("stack")
                .with(Timeout.of(Breakers.LONG))
                .with(seawallRetry())
                .with(seawallClosed())
                .with(innermost)
                .build();
    }

    static Retry seawallRetry() {
        return Retry.of(
                "retry",
                RetryConfig.builder().maxAttempts(2).backoff(Backoff.none()).build());
    }

    static CircuitBreaker seawallClosed() {
        return CircuitBreaker.of(
                "closed",
                CircuitBreakerConfig.builder().failureRateThreshold(100).build());
    }

    static FailsafeExecutor<Object> failsafe(dev.failsafe.CircuitBreaker<Object> innermost) {
        return Failsafe.with(
                dev.failsafe.Timeout.builder(Breakers.LONG).withInterrupt().build(),
                RetryPolicy.builder()
                        .withMaxAttempts(2)
                        .abortOn(CircuitBreakerOpenException.class)
                        .build(),
                failsafeClosed(),
                innermost);
    }

    static dev.failsafe.CircuitBreaker<Object> failsafeClosed() {
        return dev.failsafe.CircuitBreaker.builder()
                .withFailureThreshold(100, 100)
                .build();
    }

    static Callable<Object> resilience4j(
            io.github.resilience4j.circuitbreaker.CircuitBreaker innermost, Callable<Object> call) {
        return io.github.resilience4j.circuitbreaker.CircuitBreaker.decorateCallable(
                resilience4jClosed(),
                io.github.resilience4j.retry.Retry.decorateCallable(
                        resilience4jRetry(),
                        io.github.resilience4j.circuitbreaker.CircuitBreaker.decorateCallable(
                                resilience4jClosed(),
                                io.github.resilience4j.circuitbreaker.CircuitBreaker.decorateCallable(
                                        innermost, call))));
    }

    private static io.github.resilience4j.retry.Retry resilience4jRetry() {
        return io.github.resilience4j.retry.Retry.of(
                "retry",
                io.github.resilience4j.retry.RetryConfig.custom()
                        .maxAttempts(2)
                        .intervalFunction(attempt -> 0L)
                        .ignoreExceptions(CallNotPermittedException.class)
                        .build());
    }

    static io.github.resilience4j.circuitbreaker.CircuitBreaker resilience4jClosed() {
        return io.github.resilience4j.circuitbreaker.CircuitBreaker.of(
                "closed",
                io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.custom()
                        .failureRateThreshold(100)
                        .ignoreExceptions(CallNotPermittedException.class)
                        .writableStackTraceEnabled(false)
                        .build());
    }
}
