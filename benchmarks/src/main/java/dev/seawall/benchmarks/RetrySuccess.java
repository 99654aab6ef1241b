package dev.seawall.benchmarks;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.RetryPolicy;
import dev.failsafe.function.CheckedSupplier;
import dev.seawall.Call;
import dev.seawall.Pipeline;
import dev.seawall.retry.Retry;
import dev.seawall.retry.RetryBudget;
import dev.seawall.retry.RetryConfig;
import java.time.Duration;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;

/** A call that succeeds at its first attempt. */
public class RetrySuccess extends Row {

    private final Pipeline seawall = Pipeline.of(Retry.of("seawall"));
    private final Pipeline seawallBudget = Pipeline.of(Retry.of(
            "seawall", RetryConfig.builder().budget(RetryBudget.of(0.2, 10)).build()));
    private final Call<Object, RuntimeException> call = this::work;

    private final Supplier<Object> resilience4j = io.github.resilience4j.retry.Retry.decorateSupplier(
            io.github.resilience4j.retry.Retry.ofDefaults("resilience4j"), this::work);

    private final FailsafeExecutor<Object> failsafe = Failsafe.with(RetryPolicy.builder()
            .withMaxAttempts(4)
            .withBackoff(Duration.ofMillis(100), Duration.ofSeconds(10))
            .build());
    private final CheckedSupplier<Object> supplier = this::work;

    @Benchmark
    public Object seawall() {
        return seawall.call(call);
    }

    @Benchmark
    public Object seawallBudget() {
        return seawallBudget.call(call);
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
