package dev.seawall.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.Pipeline;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Many virtual threads through both bulkheads, where the machine has them. */
@EnabledForJreRange(min = JRE.JAVA_21)
final class VirtualThreadsTest {

    private static final int CALLS = 10_000;
    private static final int LIMIT = 100;
    private static final BulkheadConfig ROOM = BulkheadConfig.builder()
            .limit(LIMIT)
            .queue(CALLS)
            .maxWait(Duration.ofMinutes(1))
            .build();

    @Test
    void call_manyVirtualThreads_allAreServedWithinTheLimit() throws Exception {
        ExecutorService callers = virtualThreads();
        ExecutorService workers = virtualThreads();
        ExecutorBulkhead elsewhere = ExecutorBulkhead.of("elsewhere", ROOM, workers);
        Bulkhead here = Bulkhead.of("here", ROOM.toBuilder().limit(2 * LIMIT).build());
        Pipeline pipeline = Pipeline.named("calls").with(here).with(elsewhere).build();
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();

        List<Future<Integer>> answers = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            answers.add(callers.submit(() -> pipeline.call(() -> {
                most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                Thread.yield();
                return inside.decrementAndGet();
            })));
        }
        for (Future<Integer> answer : answers) {
            answer.get(1, TimeUnit.MINUTES);
        }

        assertThat(most.get()).isBetween(1, LIMIT);
        assertThat(here.isIdle()).isTrue();
        assertThat(elsewhere.isIdle()).isTrue();
        callers.shutdown();
        workers.shutdown();
    }

    /** {@code Executors.newVirtualThreadPerTaskExecutor}, which the compiler's release does not know. */
    private static ExecutorService virtualThreads() {
        try {
            return (ExecutorService) MethodHandles.lookup()
                    .findStatic(
                            Executors.class,
                            "newVirtualThreadPerTaskExecutor",
                            MethodType.methodType(ExecutorService.class))
                    .invoke();
        } catch (Throwable missing) {
            throw new LinkageError("no virtual threads", missing);
        }
    }
}
