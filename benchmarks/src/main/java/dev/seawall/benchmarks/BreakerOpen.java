package dev.seawall.benchmarks;

import dev.failsafe.CircuitBreakerOpenException;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.function.CheckedSupplier;
import dev.seawall.Call;
import dev.seawall.CallRejectedException;
import dev.seawall.Pipeline;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;

/** A call that an open breaker rejects, from the call to the exception in the caller's hand. */
public class BreakerOpen extends Row {

    private final Pipeline seawall = Pipeline.of(Breakers.openSeawall());
    private final Call<Object, RuntimeException> call = this::work;

    private final Supplier<Object> resilience4j = resilience4j(true);
    private final Supplier<Object> resilience4jStackless = resilience4j(false);

    private final FailsafeExecutor<Object> failsafe = Failsafe.with(Breakers.openFailsafe());
    private final CheckedSupplier<Object> supplier = this::work;

    @Benchmark
    public Object seawall() {
        try {
            return seawall.call(call);
        } catch (CallRejectedException rejection) {
            return rejection;
        }
    }

    @Benchmark
    public Object resilience4j() {
        return rejected(resilience4j);
    }

    @Benchmark
    public Object resilience4jStackless() {
        return rejected(resilience4jStackless);
    }

    @Benchmark
    public Object failsafe() {
        try {
            return failsafe.get(supplier);
        } catch (CircuitBreakerOpenException rejection) {
            return rejection;
        }
    }

    private static Object rejected(Supplier<Object> decorated) {
        try {
            return decorated.get();
        } catch (CallNotPermittedException rejection) {
            return rejection;
        }
    }

    private Supplier<Object> resilience4j(boolean stackTrace) {
        return CircuitBreaker.decorateSupplier(Breakers.openResilience4j(stackTrace), this::work);
    }
}
