package dev.seawall.retry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.Pipeline;
import dev.seawall.ResilienceRuntime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Attempts, hedges, cancellations and interrupts at the same time, on real threads. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
final class HedgeConcurrencyTest {

    private static final int CALLERS = 4;
    private static final int CALLS = 5_000;

    private final ResilienceRuntime runtime =
            ResilienceRuntime.builder().name("hedges").build();
    private final ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
    private final ExecutorService pool = Executors.newFixedThreadPool(2 * CALLERS);
    private final AtomicInteger strayInterrupts = new AtomicInteger();

    @AfterEach
    void close() {
        callers.shutdownNow();
        pool.shutdownNow();
        runtime.close();
    }

    private HedgeConfig config(int maxAttempts, long delayNanos) {
        return HedgeConfig.builder()
                .delay(HedgeDelay.fixed(Duration.ofNanos(delayNanos)))
                .maxAttempts(maxAttempts)
                .executor(this::onPool)
                .build();
    }

    /** Looks for an interrupt that a hedge has left behind for the next task of its thread. */
    private void onPool(Runnable task) {
        pool.execute(() -> {
            task.run();
            if (Thread.interrupted()) {
                strayInterrupts.incrementAndGet();
            }
        });
    }

    private interface Round {
        void run(SplittableRandom random) throws Exception;
    }

    private void onCallers(Round round) throws Exception {
        List<Future<?>> running = new ArrayList<>();
        for (int caller = 0; caller < CALLERS; caller++) {
            SplittableRandom random = new SplittableRandom(caller);
            running.add(callers.submit(() -> {
                for (int i = 0; i < CALLS; i++) {
                    round.run(random);
                }
                return null;
            }));
        }
        for (Future<?> one : running) {
            one.get(100, TimeUnit.SECONDS);
        }
    }

    private static void spin(long nanos) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    @Test
    void call_attemptsOfAboutTheSameLength_oneAnswerAndNoInterruptLeftBehind() throws Exception {
        Hedge hedge = Hedge.of("users", config(3, 5_000));
        Pipeline pipeline = Pipeline.named("users").runtime(runtime).with(hedge).build();
        AtomicInteger started = new AtomicInteger();
        AtomicInteger ended = new AtomicInteger();

        onCallers(random -> {
            long first = random.nextLong(100_000);
            long others = random.nextLong(60_000);
            Thread caller = Thread.currentThread();
            Integer answer = pipeline.call(() -> {
                started.incrementAndGet();
                try {
                    int number = hedge.currentAttempt();
                    assertThat(Thread.currentThread() == caller).isEqualTo(number == 1);
                    spin(number == 1 ? first : others);
                    return number;
                } finally {
                    ended.incrementAndGet();
                }
            });
            assertThat(answer).isBetween(1, 3);
            assertThat(Thread.interrupted()).isFalse();
        });

        pool.shutdown();
        assertThat(pool.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        assertThat(strayInterrupts).hasValue(0);
        assertThat(ended).hasValue(started.get());
        assertThat(hedge.snapshot().hedges())
                .isGreaterThanOrEqualTo(started.get() - CALLERS * CALLS)
                .isPositive();
        assertThat(hedge.snapshot().won()).isPositive();
    }

    @Test
    void call_someFail_aFailureOnlyArrivesIfNoAttemptSucceeded() throws Exception {
        Hedge hedge = Hedge.of("users", config(2, 0));
        Pipeline pipeline = Pipeline.named("users").runtime(runtime).with(hedge).build();

        onCallers(random -> {
            boolean firstFails = random.nextBoolean();
            boolean secondFails = random.nextBoolean();
            long first = random.nextLong(40_000);
            AtomicInteger succeeded = new AtomicInteger();
            boolean failed = false;
            try {
                pipeline.call(() -> {
                    int number = hedge.currentAttempt();
                    spin(number == 1 ? first : 1_000);
                    if (number == 1 ? firstFails : secondFails) {
                        throw new IOException("attempt " + number);
                    }
                    return succeeded.incrementAndGet();
                });
            } catch (IOException expected) {
                failed = true;
            }
            assertThat(failed).isEqualTo(succeeded.get() == 0);
            assertThat(Thread.interrupted()).isFalse();
        });
        assertThat(strayInterrupts).hasValue(0);
    }

    @Test
    void callAsync_cancelledAtAnyMoment_endsOnceAndEveryStageIsCancelledOrDone() throws Exception {
        Hedge hedge = Hedge.of("users", config(3, 10_000));
        Pipeline pipeline = Pipeline.named("users").runtime(runtime).with(hedge).build();

        onCallers(random -> {
            List<CompletableFuture<String>> stages = new CopyOnWriteArrayList<>();
            AtomicInteger ends = new AtomicInteger();
            CompletableFuture<String> future = pipeline.callAsync(() -> stage(stages));
            CompletableFuture<String> told = future.whenComplete((result, failure) -> ends.incrementAndGet());
            spin(random.nextLong(40_000));
            if (random.nextBoolean()) {
                future.cancel(true);
            } else {
                stages.get(0).complete("ok");
            }
            told.handle((result, failure) -> "told").get(20, TimeUnit.SECONDS);
            assertThat(ends).hasValue(1);
            awaitDone(stages);
        });
    }

    private static CompletionStage<String> stage(List<CompletableFuture<String>> stages) {
        CompletableFuture<String> stage = new CompletableFuture<>();
        stages.add(stage);
        return stage;
    }

    /** A stage that was being started when the call ended is cancelled a moment later. */
    private static void awaitDone(List<CompletableFuture<String>> stages) throws Exception {
        for (CompletableFuture<String> stage : stages) {
            stage.handle((result, failure) -> "done").get(20, TimeUnit.SECONDS);
        }
    }
}
