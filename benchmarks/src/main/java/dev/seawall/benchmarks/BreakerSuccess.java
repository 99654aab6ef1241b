package dev.seawall.benchmarks;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.function.CheckedSupplier;
import dev.seawall.Call;
import dev.seawall.Pipeline;
import dev.seawall.circuitbreaker.CircuitBreaker;
import dev.seawall.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * A call that succeeds through a closed breaker which looks at the last 100 calls. Resilience4j always times its calls;
 * Seawall does so only where slow calls are to count, and notes calls under way only where those are to count too.
 */
public class BreakerSuccess extends Row {

    private final Pipeline seawall = Pipeline.of(CircuitBreaker.of("seawall"));
    private final Pipeline seawallSlowCalls = Pipeline.of(CircuitBreaker.of(
            "seawall",
            CircuitBreakerConfig.builder()
                    .slowCallDuration(Duration.ofSeconds(60))
                    .slowCallsInFlight(false)
                    .build()));
    private final Pipeline seawallInFlight = Pipeline.of(CircuitBreaker.of(
            "seawall",
            CircuitBreakerConfig.builder()
                    .slowCallDuration(Duration.ofSeconds(60))
                    .build()));
    private final Call<Object, RuntimeException> call = this::work;

    private final Supplier<Object> resilience4j = io.github.resilience4j.circuitbreaker.CircuitBreaker.decorateSupplier(
            io.github.resilience4j.circuitbreaker.CircuitBreaker.ofDefaults("resilience4j"), this::work);

    private final FailsafeExecutor<Object> failsafe = Failsafe.with(
            dev.failsafe.CircuitBreaker.builder().withFailureThreshold(50, 100).build());
    private final CheckedSupplier<Object> supplier = this::work;

    @Benchmark
    public Object seawall() {
        return seawall.call(call);
    }

    @Benchmark
    public Object seawallSlowCalls() {
        return seawallSlowCalls.call(call);
    }

    @Benchmark
    public Object seawallInFlight() {
        return seawallInFlight.call(call);
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
