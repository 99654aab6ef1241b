package dev.seawall.examples.policies;

import dev.seawall.Pipeline;
import dev.seawall.Timeout;
import dev.seawall.retry.Hedge;
import dev.seawall.retry.HedgeConfig;
import dev.seawall.retry.HedgeDelay;
import dev.seawall.retry.HedgeSnapshot;
import dev.seawall.retry.RetryBudget;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A search that answers in 5 ms, but 1 time in 30 in 300 ms: with a hedge nearly nobody waits for the slow ones. */
final class HedgeExample implements Examples.Example {

    private static final int CALLS = 600;
    private static final int SLOW_ONE_IN = 30;

    private final AtomicInteger requests = new AtomicInteger();

    private CompletableFuture<String> search() {
        int millis = requests.incrementAndGet() % SLOW_ONE_IN == 0 ? 300 : 5;
        return CompletableFuture.supplyAsync(
                () -> "found", CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS));
    }

    @Override
    public void run(PrintStream out) throws Exception {
        Hedge hedge = Hedge.of(
                "search",
                HedgeConfig.builder()
                        .delay(HedgeDelay.percentile(95, Duration.ofMillis(2), Duration.ofMillis(50)))
                        .budget(RetryBudget.of(0.1, 1))
                        .build());
        Pipeline plain = Pipeline.of(Timeout.of(Duration.ofSeconds(3)));
        Pipeline hedged = Pipeline.named("search")
                .with(Timeout.of(Duration.ofSeconds(3)))
                .with(hedge)
                .build();

        report(out, "without a hedge", measure(plain));
        report(out, "with one", measure(hedged));
        HedgeSnapshot snapshot = hedge.snapshot();
        out.printf(
                "  %d of %d calls were made a second time, %d of these were faster%n",
                snapshot.hedgedCalls(), CALLS, snapshot.won());
    }

    private List<Long> measure(Pipeline pipeline) throws InterruptedException {
        List<CompletableFuture<Long>> calls = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            long start = System.nanoTime();
            calls.add(pipeline.callAsync(this::search)
                    .thenApply(found -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)));
            TimeUnit.MILLISECONDS.sleep(1);
        }
        return calls.stream().map(CompletableFuture::join).sorted().toList();
    }

    private static void report(PrintStream out, String what, List<Long> millis) {
        out.printf(
                "  %-16s half of the callers waited up to %d ms, 95 %% up to %d ms, 99 %% up to %d ms%n",
                what, millis.get(CALLS / 2), millis.get(CALLS * 95 / 100), millis.get(CALLS * 99 / 100));
    }
}
