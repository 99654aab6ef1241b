package dev.seawall.benchmarks;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.function.CheckedSupplier;
import dev.seawall.Call;
import dev.seawall.Pipeline;
import dev.seawall.Timeout;
import io.github.resilience4j.timelimiter.TimeLimiter;
import io.github.resilience4j.timelimiter.TimeLimiterConfig;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A synchronous call that answers within its time limit and would be interrupted otherwise. Resilience4j has no such thing on
 * the caller's thread: its row hands the call to another thread and waits for it, so it is shown and not judged.
 */
public class TimeoutSuccess extends Row {

    private static final Duration LIMIT = Duration.ofSeconds(1);

    private final Pipeline seawall = Pipeline.of(Timeout.of(LIMIT));
    private final Call<Object, RuntimeException> call = this::work;

    private final FailsafeExecutor<Object> failsafe =
            Failsafe.with(dev.failsafe.Timeout.builder(LIMIT).withInterrupt().build());
    private final CheckedSupplier<Object> supplier = this::work;

    private final TimeLimiter resilience4j =
            TimeLimiter.of(TimeLimiterConfig.custom().timeoutDuration(LIMIT).build());
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @Benchmark
    public Object seawall() {
        return seawall.call(call);
    }

    @Benchmark
    public Object failsafe() {
        return failsafe.get(supplier);
    }

    @Benchmark
    public Object resilience4jOtherThread() throws Exception {
        return resilience4j.executeFutureSupplier(() -> threads.submit(this::work));
    }

    @TearDown
    public void stop() {
        threads.shutdownNow();
    }
}
