package dev.seawall.benchmarks;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.function.CheckedSupplier;
import dev.seawall.Call;
import dev.seawall.Classifier;
import dev.seawall.Outcome;
import dev.seawall.Pipeline;
import dev.seawall.circuitbreaker.CircuitBreaker;
import dev.seawall.circuitbreaker.CircuitBreakerConfig;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * A closed breaker with two failures in each hundred calls. The window is never all success, so each result has to be written
 * down, and threads meet. Failures are results and not exceptions, so that a row shows the window and not the throwing.
 */
public class BreakerMixed extends Row {

    private static final int FAILING_SHARE = 50;
    private static final Integer GOOD = 200;
    private static final Integer BAD = 503;

    private final Pipeline seawall = Pipeline.of(CircuitBreaker.of(
            "seawall",
            CircuitBreakerConfig.builder()
                    .classifier(Classifier.builder()
                            .onResult(Integer.class, BAD::equals, Outcome.FAILURE)
                            .build())
                    .build()));

    private final io.github.resilience4j.circuitbreaker.CircuitBreaker resilience4j =
            io.github.resilience4j.circuitbreaker.CircuitBreaker.of(
                    "resilience4j",
                    io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.custom()
                            .recordResult(BAD::equals)
                            .build());

    private final FailsafeExecutor<Object> failsafe = Failsafe.with(dev.failsafe.CircuitBreaker.builder()
            .withFailureThreshold(50, 100)
            .handleResult(BAD)
            .build());

    /** Each thread's own calls, so that threads meet in the breaker only. */
    @State(Scope.Thread)
    public static class Calls {

        private final Call<Object, RuntimeException> call = this::next;
        private final CheckedSupplier<Object> supplier = this::next;
        private Supplier<Object> decorated = this::next;
        private int count;

        @Setup
        public void decorate(BreakerMixed row) {
            decorated =
                    io.github.resilience4j.circuitbreaker.CircuitBreaker.decorateSupplier(row.resilience4j, this::next);
        }

        private Object next() {
            count++;
            if (count < FAILING_SHARE) {
                return GOOD;
            }
            count = 0;
            return BAD;
        }
    }

    @Benchmark
    public Object seawall(Calls calls) {
        return seawall.call(calls.call);
    }

    @Benchmark
    public Object resilience4j(Calls calls) {
        return calls.decorated.get();
    }

    @Benchmark
    public Object failsafe(Calls calls) {
        return failsafe.get(calls.supplier);
    }
}
