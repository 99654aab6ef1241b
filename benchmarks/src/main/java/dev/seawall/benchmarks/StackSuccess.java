package dev.seawall.benchmarks;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.RetryPolicy;
import dev.failsafe.function.CheckedSupplier;
import dev.seawall.Call;
import dev.seawall.Pipeline;
import dev.seawall.circuitbreaker.CircuitBreaker;
import dev.seawall.retry.Retry;
import java.time.Duration;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;

/** A call that succeeds through a retry around a circuit breaker. */
public class StackSuccess extends Row {

    private final Pipeline seawall = Pipeline.named("seawall")
            .with(Retry.of("seawall"))
            .with(CircuitBreaker.of("seawall"))
            .build();
    private final Call<Object, RuntimeException> call = this::work;

    private final Supplier<Object> resilience4j = io.github.resilience4j.retry.Retry.decorateSupplier(
            io.github.resilience4j.retry.Retry.ofDefaults("resilience4j"),
            io.github.resilience4j.circuitbreaker.CircuitBreaker.decorateSupplier(
                    io.github.resilience4j.circuitbreaker.CircuitBreaker.ofDefaults("resilience4j"), this::work));

    private final FailsafeExecutor<Object> failsafe = Failsafe.with(
            RetryPolicy.builder()
                    .withMaxAttempts(4)
                    .withBackoff(Duration.ofMillis(100), Duration.ofSeconds(10))
                    .build(),
            dev.failsafe.CircuitBreaker.builder().withFailureThreshold(50, 100).build());
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
