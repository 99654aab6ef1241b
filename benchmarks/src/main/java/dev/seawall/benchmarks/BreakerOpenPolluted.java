package dev.seawall.benchmarks;

import dev.failsafe.CircuitBreakerOpenException;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.function.CheckedSupplier;
import dev.seawall.Call;
import dev.seawall.CallRejectedException;
import dev.seawall.Pipeline;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import java.util.concurrent.Callable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;

/**
 * A rejection that travels through four layers of a service which has long been at work: many kinds of calls and exceptions
 * went the same way before, so the compiler cannot follow this one from throw to catch.
 */
public class BreakerOpenPolluted extends Row {

    private final Pipeline seawall = Stacks.seawall(Breakers.openSeawall());
    private final Call<Object, RuntimeException> call = this::work;

    private final FailsafeExecutor<Object> failsafe = Stacks.failsafe(Breakers.openFailsafe());
    private final CheckedSupplier<Object> supplier = this::work;

    private final Callable<Object> resilience4j = Stacks.resilience4j(Breakers.openResilience4j(false), this::work);

    @Setup
    public void pollute() {
        Pollution.ofSeawall();
        Pollution.ofFailsafe();
        Pollution.ofResilience4j();
    }

    @Benchmark
    public Object seawall() {
        try {
            return seawall.call(call);
        } catch (CallRejectedException rejection) {
            return rejection;
        }
    }

    @Benchmark
    public Object resilience4jStackless() throws Exception {
        try {
            return resilience4j.call();
        } catch (CallNotPermittedException rejection) {
            return rejection;
        }
    }

    @Benchmark
    public Object failsafe() {
        try {
            return failsafe.get(supplier);
        } catch (CircuitBreakerOpenException rejection) {
            return rejection;
        }
    }
}
