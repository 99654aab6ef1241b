package dev.seawall;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Time limits on real threads and the machine's clock. */
final class TimeoutThreadsTest {

    private static final int LONG = 30;
    private static final int CROWD = 400; // more than the table of alarms has places

    private final ResilienceRuntime runtime =
            ResilienceRuntime.builder().name("test").build();
    private final CountDownLatch never = new CountDownLatch(1);

    @AfterEach
    void close() {
        assertThat(Thread.interrupted()).as("interrupt flag").isFalse();
        runtime.close();
    }

    @Test
    void callAsync_executorThrowsWhatItShouldNot_isAnsweredAllTheSame() {
        Executor broken = task -> {
            throw new IllegalStateException("no threads");
        };
        try (ResilienceRuntime runtime =
                ResilienceRuntime.builder().executor(broken).build()) {
            Pipeline pipeline = Pipeline.named("p")
                    .with(Timeout.of(Duration.ofMillis(1)))
                    .runtime(runtime)
                    .build();

            CompletableFuture<String> future = pipeline.callAsync(CompletableFuture::new);

            assertThat(future)
                    .failsWithin(Duration.ofSeconds(30))
                    .withThrowableThat()
                    .withCauseInstanceOf(CallTimedOutException.class);
        }
    }

    @Test
    void call_blocks_isInterruptedAfterTheLimit() {
        long start = System.nanoTime();

        assertThatThrownBy(() -> withLimit(ofMillis(20)).run(never::await))
                .isInstanceOf(CallTimedOutException.class)
                .hasCauseInstanceOf(InterruptedException.class);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(ofMillis(20), ofSeconds(LONG));
    }

    @Test
    void call_interruptedFromElsewhere_throwsWhatTheCallThrows() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        Thread caller = new Thread(() ->
                end.complete(catchThrowable(() -> withLimit(ofHours(1)).run(() -> {
                    running.countDown();
                    never.await();
                }))));
        caller.start();
        assertThat(running.await(LONG, TimeUnit.SECONDS)).isTrue();

        caller.interrupt();

        assertThat(end.get(LONG, TimeUnit.SECONDS)).isExactlyInstanceOf(InterruptedException.class);
    }

    @Test
    void call_nestedTimeouts_theShorterEndsIt() {
        assertThat(timedOut(ofMillis(10), ofHours(1)).limit()).isLessThanOrEqualTo(ofMillis(10));
        assertThat(timedOut(ofHours(1), ofMillis(10)).limit()).isEqualTo(ofMillis(10));
    }

    private CallTimedOutException timedOut(Duration outer, Duration inner) {
        Pipeline pipeline = Pipeline.named("users")
                .runtime(runtime)
                .with(Timeout.of("outer", outer))
                .with(Timeout.of("inner", inner))
                .build();
        Throwable end = catchThrowable(() -> pipeline.run(never::await));
        assertThat(Thread.interrupted()).as("interrupt flag").isFalse();
        assertThat(end).isInstanceOf(CallTimedOutException.class);
        return (CallTimedOutException) end;
    }

    @Test
    void close_whileACallBlocks_cancelsIt() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        AtomicReference<Boolean> flagAfterwards = new AtomicReference<>();
        CompletableFuture<Throwable> end = CompletableFuture.supplyAsync(() -> {
            Throwable thrown = catchThrowable(() -> withLimit(ofHours(1)).run(() -> {
                running.countDown();
                never.await();
            }));
            flagAfterwards.set(Thread.interrupted());
            return thrown;
        });
        assertThat(running.await(LONG, TimeUnit.SECONDS)).isTrue();

        runtime.close();

        assertThat(end.get(LONG, TimeUnit.SECONDS))
                .isInstanceOf(CancellationException.class)
                .hasMessage("'timeout' cancelled the call: its runtime was closed");
        assertThat(flagAfterwards).hasValue(false);
    }

    @Test
    void call_afterTheRuntimeWasClosed_isCancelled() {
        Pipeline pipeline = withLimit(ofHours(1));
        pipeline.run(() -> {}); // so that a wake-up is planned
        runtime.close();

        assertThatThrownBy(() -> pipeline.run(never::await)).isInstanceOf(CancellationException.class);
        assertThatThrownBy(() -> pipeline.run(() -> {})).isInstanceOf(CancellationException.class);
    }

    @Test
    void close_whileAnAsyncCallRuns_cancelsIt() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> future = withLimit(ofHours(1)).callAsync(() -> stage);

        runtime.close();

        assertThat(catchThrowable(() -> future.get(LONG, TimeUnit.SECONDS))).isInstanceOf(CancellationException.class);
        assertThat(catchThrowable(() -> stage.get(LONG, TimeUnit.SECONDS))).isInstanceOf(CancellationException.class);
    }

    @Test
    void callAsync_limitRunsOut_answersOnTheExecutorNotTheTimer() throws Exception {
        CompletableFuture<String> cancelledOn = new CompletableFuture<>();
        CompletableFuture<String> stage = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterrupt) {
                cancelledOn.complete(Thread.currentThread().getName());
                return super.cancel(mayInterrupt);
            }
        };

        CompletableFuture<String> future = withLimit(ofMillis(5)).callAsync(() -> stage);

        assertThat(cancelledOn.get(LONG, TimeUnit.SECONDS)).startsWith("test-worker-");
        assertThat(catchThrowable(() -> future.get(LONG, TimeUnit.SECONDS)))
                .hasCauseInstanceOf(CallTimedOutException.class);
    }

    @Test
    void call_moreThreadsThanAlarms_allReturn() throws Exception {
        CyclicBarrier allInside = new CyclicBarrier(CROWD);
        Pipeline pipeline = withLimit(ofHours(1));

        List<Throwable> ends = inACrowd(() -> catchThrowable(() -> pipeline.run(() -> {
            allInside.await(LONG, TimeUnit.SECONDS);
        })));

        assertThat(ends).hasSize(CROWD).containsOnlyNulls();
    }

    @Test
    void call_moreThreadsThanAlarms_allTimeOut() throws Exception {
        Pipeline pipeline = withLimit(ofMillis(200));

        List<Throwable> ends = inACrowd(() -> {
            Throwable end = catchThrowable(() -> pipeline.run(never::await));
            return Thread.interrupted() ? new AssertionError("the interrupt leaked out", end) : end;
        });

        assertThat(ends).hasSize(CROWD).hasOnlyElementsOfType(CallTimedOutException.class);
    }

    private static List<Throwable> inACrowd(Supplier<Throwable> work) throws Exception {
        List<CompletableFuture<Throwable>> ends = new ArrayList<>();
        for (int i = 0; i < CROWD; i++) {
            CompletableFuture<Throwable> end = new CompletableFuture<>();
            ends.add(end);
            new Thread(() -> end.complete(work.get()), "crowd-" + i).start();
        }
        List<Throwable> results = new ArrayList<>();
        for (CompletableFuture<Throwable> end : ends) {
            results.add(end.get(LONG, TimeUnit.SECONDS));
        }
        return results;
    }

    private Pipeline withLimit(Duration limit) {
        return Pipeline.named("users").runtime(runtime).with(Timeout.of(limit)).build();
    }
}
