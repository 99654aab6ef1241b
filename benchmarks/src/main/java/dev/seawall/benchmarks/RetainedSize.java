package dev.seawall.benchmarks;

import dev.failsafe.Failsafe;
import dev.seawall.Pipeline;
import dev.seawall.ResilienceRuntime;
import dev.seawall.VirtualRuntime;
import dev.seawall.circuitbreaker.CircuitBreaker;
import dev.seawall.circuitbreaker.CircuitBreakerConfig;
import java.util.List;
import java.util.function.Supplier;
import org.openjdk.jol.info.GraphLayout;

/**
 * How much memory one more breaker keeps.
 *
 * @param whose the library
 * @param bytes what a breaker holds alone
 */
record RetainedSize(String whose, long bytes) {

    /** What a filter can ask for. */
    static final String ROW = "RetainedSize";

    private static final String SEAWALL = "Seawall";
    private static final long MOST = 700;
    private static final int CALLS = 1_000;

    static List<RetainedSize> measure() {
        return List.of(of(SEAWALL, seawall()), of("Resilience4j", resilience4j()), of("Failsafe", failsafe()));
    }

    /** What two have that one has not is what one more costs: all they share drops out. */
    private static RetainedSize of(String whose, Supplier<Object> breakers) {
        Object one = breakers.get();
        Object other = breakers.get();
        long both = GraphLayout.parseInstance(one, other).totalSize();
        return new RetainedSize(whose, both - GraphLayout.parseInstance(other).totalSize());
    }

    private static Supplier<Object> seawall() {
        CircuitBreakerConfig config = CircuitBreakerConfig.defaults();
        ResilienceRuntime runtime = VirtualRuntime.create();
        return () -> {
            CircuitBreaker breaker = CircuitBreaker.of("breaker", config, runtime);
            Pipeline pipeline =
                    Pipeline.named("calls").runtime(runtime).with(breaker).build();
            for (int i = 0; i < CALLS; i++) {
                pipeline.call(() -> "done");
            }
            return breaker;
        };
    }

    private static Supplier<Object> resilience4j() {
        var config = io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.ofDefaults();
        return () -> {
            var breaker = io.github.resilience4j.circuitbreaker.CircuitBreaker.of("breaker", config);
            for (int i = 0; i < CALLS; i++) {
                breaker.executeSupplier(() -> "done");
            }
            return breaker;
        };
    }

    private static Supplier<Object> failsafe() {
        var config = dev.failsafe.CircuitBreaker.<String>builder()
                .withFailureThreshold(50, 100)
                .build()
                .getConfig();
        return () -> {
            var breaker = dev.failsafe.CircuitBreaker.builder(config).build();
            for (int i = 0; i < CALLS; i++) {
                Failsafe.with(breaker).get(() -> "done");
            }
            return breaker;
        };
    }

    List<Verdict> judge() {
        return whose.equals(SEAWALL)
                ? List.of(new Verdict("≤ " + MOST + " B", bytes + " B", bytes <= MOST, true))
                : List.of();
    }
}
