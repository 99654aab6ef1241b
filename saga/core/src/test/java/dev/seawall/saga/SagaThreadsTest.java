package dev.seawall.saga;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.Backoff;
import dev.seawall.CallInterruptedException;
import dev.seawall.ResilienceRuntime;
import dev.seawall.payload.PayloadCodec;
import dev.seawall.payload.PayloadTypes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** An engine on real threads. */
final class SagaThreadsTest {

    private final SagaId id = SagaId.of("1");

    private static SagaBuilder<Integer> define() {
        return Saga.define("count", 1, Integer.class);
    }

    private static void awaitIgnoringInterrupts(CountDownLatch latch) {
        boolean open = false;
        while (!open) {
            try {
                latch.await();
                open = true;
            } catch (InterruptedException ignored) {
                // that is what this test is about
            }
        }
    }

    @Test
    void timeout_codeIgnoresTheInterrupt_sagaGoesOnWithoutIt() {
        CountDownLatch latch = new CountDownLatch(1);
        Saga<Integer> saga = define().step("a")
                .run((n, context) -> {
                    if (context.attempt() == 1) {
                        awaitIgnoringInterrupts(latch);
                        return 1_000;
                    }
                    return n + 1;
                })
                .timeout(ofMillis(20))
                .retry(Backoff.none(), 5)
                .build();
        try (SagaEngine engine = SagaEngine.inMemory(saga)) {

            SagaResult<Integer> result = engine.start(saga, id, 0).await(ofMinutes(1));
            latch.countDown();

            assertThat(result).isEqualTo(new SagaResult.Completed<>(1));
        }
    }

    @Test
    void step_throwsAnError_isAFailedAttempt() {
        Saga<Integer> saga = define().step("a")
                .run((n, context) -> {
                    if (context.attempt() < 3) {
                        throw new StackOverflowError("deep");
                    }
                    return n + context.attempt();
                })
                .retry(Backoff.none(), 3)
                .build();
        try (SagaEngine engine = SagaEngine.inMemory(saga)) {

            assertThat(engine.start(saga, id, 0).await(ofMinutes(1))).isEqualTo(new SagaResult.Completed<>(3));
            assertThat(engine.snapshot().failures()).isEqualTo(2);
        }
    }

    @Test
    void parallel_manySagas_allComplete() {
        Saga<Integer> saga = define().parallel(
                        "both",
                        g -> g.branch("a")
                                .run((n, context) -> n + 1)
                                .fold(Integer::sum)
                                .branch("b")
                                .run((n, context) -> n + 2)
                                .fold(Integer::sum))
                .build();
        try (SagaEngine engine = SagaEngine.inMemory(saga)) {
            List<SagaHandle<Integer>> handles = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                handles.add(engine.start(saga, SagaId.of("s" + i), i));
            }

            for (int i = 0; i < 500; i++) {
                assertThat(handles.get(i).await(ofMinutes(1))).isEqualTo(new SagaResult.Completed<>(3 * i + 3));
            }
        }
    }

    @Test
    void start_moreThanConcurrency_isLeftToWhoeverHasRoom() {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Saga<Integer> saga = define().step("a")
                .run((n, context) -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    Thread.yield();
                    running.decrementAndGet();
                    return n + 1;
                })
                .build();
        ResilienceRuntime runtime = ResilienceRuntime.shared();
        SagaEngine.Builder builder =
                SagaEngine.builder(InMemorySagas.create(runtime).node("n"));
        builder.types(PayloadTypes.builder()
                .type(
                        "int",
                        1,
                        Integer.class,
                        PayloadCodec.of(
                                "text/plain",
                                n -> n.toString().getBytes(StandardCharsets.UTF_8),
                                b -> Integer.valueOf(new String(b, StandardCharsets.UTF_8))))
                .build());
        try (SagaEngine engine = builder.register(saga).concurrency(2).build().start()) {
            List<SagaHandle<Integer>> handles = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                handles.add(engine.start(saga, SagaId.of("s" + i), i));
            }

            for (int i = 0; i < 200; i++) {
                assertThat(handles.get(i).await(ofMinutes(1))).isEqualTo(new SagaResult.Completed<>(i + 1));
            }
            assertThat(most.get()).isBetween(1, 2);
        }
    }

    @Test
    void await_interrupted_throwsAndKeepsTheFlag() {
        Saga<Integer> saga = define().await("never", String.class, ofMinutes(1))
                .fold((n, text) -> n)
                .build();
        try (SagaEngine engine = SagaEngine.inMemory(saga)) {
            SagaHandle<Integer> handle = engine.start(saga, id, 0);
            Thread.currentThread().interrupt();

            assertThatThrownBy(handle::await).isInstanceOf(CallInterruptedException.class);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(handle.await(ofMillis(1))).isEqualTo(new SagaResult.Running<>(0, SagaStatus.RUNNING));
        }
    }
}
