package dev.seawall.benchmarks;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.RetryPolicy;
import dev.failsafe.function.CheckedSupplier;
import dev.seawall.Call;
import dev.seawall.Pipeline;
import dev.seawall.bulkhead.Bulkhead;
import dev.seawall.circuitbreaker.CircuitBreaker;
import dev.seawall.ratelimiter.Limit;
import dev.seawall.ratelimiter.RateLimiter;
import dev.seawall.retry.Retry;
import java.time.Duration;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;

/** A call that succeeds through a retry, a rate limiter, a circuit breaker and a bulkhead, the usual stack. */
public class FourSuccess extends Row {

    private static final int LIMIT = 25; // Resilience4j's default

    private final Pipeline seawall = Pipeline.named("seawall")
            .with(Retry.of("seawall"))
            .with(RateLimiter.of("seawall", Limit.tokenBucket(Limits.RATE, Duration.ofSeconds(1))))
            .with(CircuitBreaker.of("seawall"))
            .with(Bulkhead.of("seawall", LIMIT))
            .build();
    private final Call<Object, RuntimeException> call = this::work;

    private final Supplier<Object> resilience4j = io.github.resilience4j.retry.Retry.decorateSupplier(
            io.github.resilience4j.retry.Retry.ofDefaults("resilience4j"),
            io.github.resilience4j.ratelimiter.RateLimiter.decorateSupplier(
                    io.github.resilience4j.ratelimiter.RateLimiter.of("resilience4j", Limits.resilience4j()),
                    io.github.resilience4j.circuitbreaker.CircuitBreaker.decorateSupplier(
                            io.github.resilience4j.circuitbreaker.CircuitBreaker.ofDefaults("resilience4j"),
                            io.github.resilience4j.bulkhead.Bulkhead.decorateSupplier(
                                    io.github.resilience4j.bulkhead.Bulkhead.ofDefaults("resilience4j"), this::work))));

    private final FailsafeExecutor<Object> failsafe = Failsafe.with(
            RetryPolicy.builder()
                    .withMaxAttempts(4)
                    .withBackoff(Duration.ofMillis(100), Duration.ofSeconds(10))
                    .build(),
            dev.failsafe.RateLimiter.burstyBuilder(Limits.RATE, Duration.ofSeconds(1))
                    .build(),
            dev.failsafe.CircuitBreaker.builder().withFailureThreshold(50, 100).build(),
            dev.failsafe.Bulkhead.builder(LIMIT).build());
    private final CheckedSupplier<Object> supplier = this::work;

    @Benchmark
    public Object seawall() {
        return seawall.call(call);
    }

    @Benchmark
    public Object resilience4j() {
        return resilience4j.get();
    }

    @Benchmark
    public Object failsafe() {
        return failsafe.get(supplier);
    }
}
