package dev.seawall.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.Pipeline;
import dev.seawall.ResilienceRuntime;
import dev.seawall.bulkhead.BulkheadEvent.LimitChanged;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Threads that call, wait, fail and change settings at once: no permit is lost, and the limit stays in its range. */
final class AdaptiveConcurrencyTest {

    private static final int THREADS = 8;
    private static final int CALLS = 1_500;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void calls_ofManyThreads_loseNoPermitAndStayInTheRange(int which) throws Exception {
        AdaptiveLimit limit = List.of(
                        new AdaptiveLimit.Aimd(1, 6, 0.5, Duration.ofMillis(1)),
                        AdaptiveLimit.vegas(1, 6),
                        AdaptiveLimit.gradient2(1, 6))
                .get(which);
        Bulkhead bulkhead = Bulkhead.of(
                "users",
                BulkheadConfig.builder()
                        .limit(3)
                        .queue(2)
                        .maxWait(Duration.ofMillis(2))
                        .adaptive(limit)
                        .overload(IOException.class, failure -> true)
                        .build(),
                ResilienceRuntime.shared());
        AtomicInteger outOfRange = new AtomicInteger();
        bulkhead.on(LimitChanged.class, change -> {
            if (change.to() < 1 || change.to() > 6) {
                outOfRange.incrementAndGet();
            }
        });
        Pipeline pipeline = Pipeline.of(bulkhead);

        together(THREADS, () -> {
            for (int i = 0; i < CALLS; i++) {
                call(pipeline, i);
                if (i % 300 == 0) {
                    bulkhead.configure(
                            bulkhead.config().toBuilder().limit(2 + i / 300).build());
                }
            }
        });

        assertThat(outOfRange).hasValue(0);
        assertThat(bulkhead.snapshot().inUse()).isZero();
        assertThat(bulkhead.snapshot().waiting()).isZero();
        assertThat(bulkhead.snapshot().limit()).isBetween(1, 6);
    }

    private static void call(Pipeline pipeline, int number) {
        try {
            pipeline.run(() -> {
                LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(200_000));
                if (number % 10 == 0) {
                    throw new IOException("busy");
                }
            });
        } catch (IOException | BulkheadFullException expected) {
            // neither may cost a permit
        }
    }

    @Test
    void executorBulkhead_callsThatSayTooMuch_lowersItsLimit() throws Exception {
        BulkheadConfig config = BulkheadConfig.builder()
                .adaptive(AdaptiveLimit.aimd(1, 100))
                .overload(String.class, "busy"::equals)
                .build();
        try (ExecutorBulkhead bulkhead = ExecutorBulkhead.of("users", config)) {
            Pipeline pipeline = Pipeline.of(bulkhead);
            for (int i = 0; i < 1_000 && bulkhead.snapshot().limit() == 10; i++) {
                pipeline.call(() -> {
                    LockSupport.parkNanos(5_000_000);
                    return "busy";
                });
            }

            assertThat(bulkhead.snapshot().limit()).isEqualTo(9);
        }
    }

    /** Samples that arrive at once are counted once each. */
    @Test
    void window_recordedByManyThreads_countsEverything() throws Exception {
        SampleWindow window = new SampleWindow(0, 0, 100, 0);

        together(THREADS, () -> {
            for (int i = 1; i <= CALLS; i++) {
                window.begun(i);
                window.took(10, 0);
                window.dropped(0);
            }
        });

        assertThat(window.sample(7)).isEqualTo(new Sample(7, 10, THREADS * CALLS, THREADS * CALLS, CALLS));
    }

    private static void together(int threads, Runnable work) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> ends = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                ends.add(pool.submit(work));
            }
            for (Future<?> end : ends) {
                end.get(60, TimeUnit.SECONDS);
            }
        } finally {
            pool.shutdownNow();
        }
    }
}
