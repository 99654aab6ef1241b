package dev.seawall.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.Pipeline;
import dev.seawall.ResilienceException;
import dev.seawall.ResilienceRuntime;
import dev.seawall.Timeout;
import dev.seawall.test.SeededRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real threads on one bulkhead. */
final class ConcurrencyTest {

    private static final int THREADS = 6;
    private static final int LARGEST = 8;
    private static final int LONG = 60;

    /** What one thread does; throws if something is wrong. */
    @FunctionalInterface
    private interface Work {
        void run(int thread) throws Exception;
    }

    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final ResilienceRuntime runtime = ResilienceRuntime.builder().build();
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger mostInside = new AtomicInteger();

    @AfterEach
    void stop() {
        threads.shutdownNow();
        runtime.close();
    }

    /** Runs the work in all threads at once and waits for all of them. */
    private void together(Work work) throws Exception {
        CyclicBarrier start = new CyclicBarrier(THREADS);
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int thread = i;
            all.add(threads.submit(() -> {
                start.await(LONG, TimeUnit.SECONDS);
                work.run(thread);
                return null;
            }));
        }
        for (Future<?> one : all) {
            try {
                one.get(LONG, TimeUnit.SECONDS);
            } catch (ExecutionException failed) {
                throw new AssertionError("a thread failed", failed.getCause());
            }
        }
    }

    private void enter(int weight) {
        mostInside.accumulateAndGet(inside.addAndGet(weight), Math::max);
    }

    private void leave(int weight) {
        inside.addAndGet(-weight);
    }

    private BulkheadConfig random(SeededRandom random, QueueOrder order) {
        BulkheadConfig.Builder builder = BulkheadConfig.builder()
                .limit(1 + random.nextInt(LARGEST))
                .queue(random.nextInt(8))
                .maxWait(Duration.ofNanos(random.nextInt(1_000_000)))
                .weight(Integer.class, weight -> weight);
        return order == QueueOrder.PRIORITY
                ? builder.priority(Integer.class, weight -> weight).build()
                : builder.order(order).build();
    }

    @ParameterizedTest
    @EnumSource(QueueOrder.class)
    void anyTraffic_withTimeoutsInterruptsAndResizes_staysWithinTheLimitAndLosesNothing(QueueOrder order)
            throws Exception {
        Bulkhead bulkhead = Bulkhead.of("users", random(new SeededRandom(1), order), runtime);
        Pipeline plain = Pipeline.named("plain").runtime(runtime).with(bulkhead).build();
        Pipeline timed = Pipeline.named("timed")
                .runtime(runtime)
                .with(Timeout.of(Duration.ofNanos(300_000)))
                .with(bulkhead)
                .build();

        together(thread -> {
            SeededRandom random = new SeededRandom(thread);
            List<CompletableFuture<?>> answers = new ArrayList<>();
            for (int i = 0; i < 3_000; i++) {
                int weight = 1 + random.nextInt(3);
                Pipeline pipeline = random.chance(0.5) ? plain : timed;
                if (random.chance(0.02)) {
                    bulkhead.configure(random(random, order));
                } else if (random.chance(0.5)) {
                    callNow(pipeline, weight, random.chance(0.1));
                } else {
                    CompletableFuture<?> answer = callLater(pipeline, weight);
                    answers.add(answer);
                    if (random.chance(0.2)) {
                        answer.cancel(true);
                    }
                }
            }
            for (CompletableFuture<?> answer : answers) {
                answer.handle((result, failure) -> true).get(LONG, TimeUnit.SECONDS);
            }
        });

        bulkhead.configure(BulkheadConfig.defaults());
        awaitIdle(bulkhead);
        assertThat(inside).hasValue(0);
        assertThat(mostInside.get()).isBetween(2, LARGEST);
        assertThat(bulkhead.snapshot().waited()).isPositive();
        assertThat(bulkhead.snapshot().rejected()).isPositive();
    }

    private void callNow(Pipeline pipeline, int weight, boolean interrupted) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        try {
            pipeline.callWith(weight, given -> {
                enter(given);
                Thread.yield();
                leave(given);
                return given;
            });
        } catch (ResilienceException noPermitOrTooLate) {
            // as it should under load
        }
        Thread.interrupted();
    }

    /** The stage ends on another thread. */
    private CompletableFuture<Integer> callLater(Pipeline pipeline, int weight) {
        return pipeline.callAsyncWith(weight, given -> {
            enter(given);
            CompletableFuture<Integer> stage = new CompletableFuture<>() {
                @Override
                public boolean cancel(boolean mayInterrupt) {
                    return false; // who is inside stays there until the work is done
                }
            };
            runtime.executor().execute(() -> {
                leave(given);
                stage.complete(given);
            });
            return stage;
        });
    }

    /** A cancelled answer is there before the work under it has ended. */
    private static void awaitIdle(Bulkhead bulkhead) {
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONG);
        while (!bulkhead.isIdle() && System.nanoTime() < giveUp) {
            Thread.onSpinWait();
        }
        assertThat(bulkhead.snapshot().inUse()).isZero();
        assertThat(bulkhead.snapshot().waiting()).isZero();
    }

    /** failsafe-lib/failsafe#365: permits were lost when short waits met releases. */
    @Test
    void shortWaits_againstReleases_loseNoPermit() throws Exception {
        Bulkhead bulkhead = Bulkhead.of(
                "users",
                BulkheadConfig.builder()
                        .limit(2)
                        .queue(THREADS)
                        .maxWait(Duration.ofNanos(20_000))
                        .build(),
                runtime);

        together(thread -> {
            for (int i = 0; i < 5_000; i++) {
                try {
                    Permit permit = bulkhead.acquire();
                    enter(1);
                    leave(1);
                    permit.close();
                    permit.close();
                } catch (BulkheadFullException full) {
                    // as it should under load
                }
            }
        });

        assertThat(mostInside.get()).isLessThanOrEqualTo(2);
        assertThat(bulkhead.isIdle()).isTrue();
        assertThat(bulkhead.tryAcquire(2)).isPresent();
    }

    /** Every wait ends by a grant: were one wake-up lost, somebody would wait for a minute. */
    @Test
    void longWaits_manyHandovers_noWakeUpIsLost() throws Exception {
        Bulkhead bulkhead = Bulkhead.of(
                "users",
                BulkheadConfig.builder()
                        .limit(1)
                        .queue(THREADS)
                        .maxWait(Duration.ofSeconds(LONG))
                        .build(),
                runtime);
        AtomicInteger admitted = new AtomicInteger();

        together(thread -> {
            for (int i = 0; i < 3_000; i++) {
                Permit permit = bulkhead.acquire();
                enter(1);
                admitted.incrementAndGet();
                leave(1);
                permit.close();
            }
        });

        assertThat(admitted).hasValue(THREADS * 3_000);
        assertThat(mostInside).hasValue(1);
        assertThat(bulkhead.snapshot().rejected()).isZero();
    }
}
