package dev.seawall.benchmarks;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.function.CheckedSupplier;
import dev.seawall.Call;
import dev.seawall.Pipeline;
import dev.seawall.bulkhead.AdaptiveLimit;
import dev.seawall.bulkhead.Bulkhead;
import dev.seawall.bulkhead.BulkheadConfig;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;

/** A call that finds room in a bulkhead, beside what one writes by hand with a semaphore. */
public class BulkheadSuccess extends Row {

    private static final int LIMIT = 25; // Resilience4j's default

    private final Pipeline seawall = Pipeline.of(Bulkhead.of("seawall", LIMIT));
    private final Pipeline seawallAdaptive = Pipeline.of(Bulkhead.of(
            "seawall",
            BulkheadConfig.builder()
                    .limit(LIMIT)
                    .adaptive(AdaptiveLimit.vegas(1, 100))
                    .build()));
    private final Call<Object, RuntimeException> call = this::work;

    private final Semaphore semaphore = new Semaphore(LIMIT);

    private final Supplier<Object> resilience4j = io.github.resilience4j.bulkhead.Bulkhead.decorateSupplier(
            io.github.resilience4j.bulkhead.Bulkhead.ofDefaults("resilience4j"), this::work);

    private final FailsafeExecutor<Object> failsafe =
            Failsafe.with(dev.failsafe.Bulkhead.builder(LIMIT).build());
    private final CheckedSupplier<Object> supplier = this::work;

    @Benchmark
    public Object seawall() {
        return seawall.call(call);
    }

    @Benchmark
    public Object seawallAdaptive() {
        return seawallAdaptive.call(call);
    }

    @Benchmark
    public Object semaphore() {
        if (!semaphore.tryAcquire()) {
            throw new IllegalStateException("full");
        }
        try {
            return call.call();
        } finally {
            semaphore.release();
        }
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
