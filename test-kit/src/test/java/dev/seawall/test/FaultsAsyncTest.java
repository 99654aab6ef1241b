package dev.seawall.test;

import static dev.seawall.test.Fault.answer;
import static dev.seawall.test.Fault.delay;
import static dev.seawall.test.Fault.fail;
import static dev.seawall.test.Fault.pass;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.CallTimedOutException;
import dev.seawall.Layer;
import dev.seawall.Pipeline;
import dev.seawall.Policy;
import dev.seawall.ResilienceRuntime;
import dev.seawall.Timeout;
import dev.seawall.VirtualRuntime;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class FaultsAsyncTest {

    private static final long LIMIT_SECONDS = 30;

    private final VirtualRuntime runtime = VirtualRuntime.create();
    private final long start = runtime.now();
    private final Faults faults = Faults.named("inventory");
    private final Probe outside = new Probe();
    private final Probe inside = new Probe();
    private final Pipeline pipeline = pipeline(Policy.none());
    private final CompletableFuture<String> stage = new CompletableFuture<>();
    private int runs;

    @AfterEach
    void noTimerIsLeftBehind() {
        assertThat(runtime.pendingTimers()).isZero();
    }

    @Test
    void callAsync_pass_goesThrough() {
        CompletableFuture<String> future = pipeline.callAsync(this::work);
        stage.complete("work");

        assertThat(future).isCompletedWithValue("work");
        assertThat(faults.injected()).isZero();
    }

    @Test
    void fail_noDelay_isAnsweredAtOnce() {
        IllegalStateException failure = new IllegalStateException();
        faults.script(fail(() -> failure), pass());

        CompletableFuture<String> future = pipeline.callAsync(this::work);

        assertThat(failureOf(future)).isSameAs(failure);
        assertThat(outside.ends()).containsExactly(failure);
        assertThat(runs).isZero();
    }

    @Test
    void fail_supplierThrows_itsExceptionIsTheAnswer() {
        faults.script(fail(() -> {
            throw new UnsupportedOperationException("no exception today");
        }));

        CompletableFuture<String> future = pipeline.callAsync(this::work);

        assertThat(failureOf(future)).isInstanceOf(UnsupportedOperationException.class);
        assertThat(outside.ends()).hasSize(1);
    }

    @Test
    void fail_afterADelay_isAnsweredThatMuchLater() {
        faults.script(fail(OutOfMemoryError::new).after(ofMillis(200)));

        CompletableFuture<String> future = pipeline.callAsync(this::work);
        runtime.advance(ofMillis(199));
        assertThat(future).isNotDone();
        runtime.advance(ofMillis(1));

        assertThat(failureOf(future)).isInstanceOf(OutOfMemoryError.class);
        assertThat(outside.ends()).hasSize(1);
    }

    @Test
    void answer_value_completesTheFuture() {
        faults.script(answer(String.class, "wrong"));

        assertThat(pipeline.callAsync(this::work)).isCompletedWithValue("wrong");
        assertThat(runs).isZero();
    }

    @Test
    void answer_null_completesTheFuture() {
        faults.script(answer(String.class, null).after(ofMillis(200)));

        CompletableFuture<@Nullable String> future = pipeline.callAsync(this::work);
        runtime.advance(ofMillis(200));

        assertThat(future).isCompletedWithValue(null);
        assertThat(outside.ends()).containsExactly("null");
    }

    @Test
    void delay_call_startsThatMuchLater() {
        faults.script(delay(ofMillis(200)));

        CompletableFuture<String> future = pipeline.callAsync(this::work);
        runtime.advance(ofMillis(199));
        assertThat(runs).isZero();
        runtime.advance(ofMillis(1));
        assertThat(runs).isEqualTo(1);
        stage.complete("work");

        assertThat(future).isCompletedWithValue("work");
        assertThat(outside.ends()).containsExactly("work");
        assertThat(faults.injected()).isEqualTo(1);
    }

    @Test
    void delay_callFails_isAnsweredOnce() {
        faults.script(delay(ofMillis(200)));
        IllegalStateException failure = new IllegalStateException();

        CompletableFuture<String> future = pipeline.callAsync(() -> {
            throw failure;
        });
        runtime.advance(ofMillis(200));

        assertThat(failureOf(future)).isSameAs(failure);
        assertThat(outside.ends()).containsExactly(failure);
    }

    @Test
    void delay_policyInsideThrows_isTheAnswer() {
        faults.script(delay(ofMillis(200)));
        IllegalStateException failure = new IllegalStateException();
        Pipeline broken = Pipeline.named("p")
                .with(outside)
                .with(faults)
                .with(new Broken(failure))
                .runtime(runtime)
                .build();

        CompletableFuture<String> future = broken.callAsync(this::work);
        runtime.advance(ofMillis(200));

        assertThat(failureOf(future)).isSameAs(failure);
        assertThat(outside.ends()).containsExactly(failure);
    }

    @Test
    void delay_clockReadOutside_isReadAgainInside() {
        faults.script(pass(), delay(ofSeconds(2)));
        Pipeline limited = pipeline(Timeout.of(ofSeconds(10)));

        limited.callAsync(() -> CompletableFuture.completedFuture("a"));
        limited.callAsync(() -> CompletableFuture.completedFuture("b"));
        runtime.advance(ofSeconds(2));

        assertThat(inside.readings()).containsExactly(start, Layer.UNREAD);
    }

    @Test
    void delay_timeLimitOutside_endsIt() {
        faults.script(delay(ofSeconds(20)));

        CompletableFuture<String> future = pipeline(Timeout.of(ofSeconds(1))).callAsync(this::work);
        runtime.advance(ofSeconds(1));

        assertThat(failureOf(future)).isInstanceOf(CallTimedOutException.class);
        assertThat(runtime.pendingTimers()).isZero();
        runtime.advance(ofSeconds(30));
        assertThat(runs).isZero();
    }

    @Test
    void cancel_duringTheDelay_endsItOnceAndNothingStarts() {
        faults.script(delay(ofMillis(200)));

        CompletableFuture<String> future = pipeline.callAsync(this::work);
        future.cancel(true);
        future.cancel(true);

        assertThat(runtime.pendingTimers()).isZero();
        runtime.advance(ofSeconds(1));
        assertThat(runs).isZero();
        assertThat(outside.ends())
                .singleElement()
                .satisfies(end -> assertThat(end)
                        .isInstanceOf(CancellationException.class)
                        .hasToString("java.util.concurrent.CancellationException:"
                                + " 'inventory' was cancelled during an injected delay"));
    }

    @Test
    void cancel_afterTheDelay_cancelsTheStage() {
        faults.script(delay(ofMillis(200)));

        CompletableFuture<String> future = pipeline.callAsync(this::work);
        runtime.advance(ofMillis(200));
        future.cancel(true);

        assertThat(stage).isCancelled();
        assertThat(outside.ends()).hasSize(1);
    }

    @Test
    void cancel_whileTheCallIsBeingStarted_cancelsTheStage() {
        faults.script(delay(ofMillis(200)));
        CompletableFuture<CompletableFuture<String>> own = new CompletableFuture<>();

        own.complete(pipeline.callAsync(() -> {
            own.join().cancel(true);
            return stage;
        }));
        runtime.advance(ofMillis(200));

        assertThat(stage).isCancelled();
        assertThat(outside.ends()).hasSize(1);
    }

    @Test
    void cancel_afterTheEnd_changesNothing() {
        faults.script(answer(String.class, "late").after(ofMillis(200)));

        CompletableFuture<String> future = pipeline.callAsync(this::work);
        runtime.advance(ofMillis(200));
        future.cancel(true);

        assertThat(future).isCompletedWithValue("late");
        assertThat(outside.ends()).containsExactly("late");
    }

    @Test
    void cancel_racesTheEndOfTheDelay_endsOnceAndLeavesNoStageRunning() throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            for (int round = 0; round < 3_000; round++) {
                cancelRacesTheEndOfTheDelay(other);
            }
        } finally {
            other.shutdownNow();
        }
    }

    private void cancelRacesTheEndOfTheDelay(ExecutorService other) throws Exception {
        faults.script(delay(ofMillis(200)));
        Probe watched = new Probe();
        VirtualRuntime own = VirtualRuntime.create();
        CompletableFuture<String> running = new CompletableFuture<>();
        CyclicBarrier together = new CyclicBarrier(2);
        int before = runs;

        CompletableFuture<String> future = Pipeline.named("p")
                .with(watched)
                .with(faults)
                .runtime(own)
                .build()
                .callAsync(() -> {
                    runs++;
                    return running;
                });
        Future<Boolean> cancelled = other.submit(() -> {
            together.await(LIMIT_SECONDS, TimeUnit.SECONDS);
            return future.cancel(true);
        });
        together.await(LIMIT_SECONDS, TimeUnit.SECONDS);
        own.advance(ofMillis(200));

        assertThat(cancelled.get(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(watched.ends()).hasSize(1);
        assertThat(running.isCancelled()).isEqualTo(runs > before);
    }

    @Test
    void close_duringTheDelay_cutsItShortAndTheCallGoesOn() {
        faults.script(delay(ofMillis(200)));

        CompletableFuture<String> future = pipeline.callAsync(this::work);
        runtime.close();
        stage.complete("work");

        assertThat(future).isCompletedWithValue("work");
        assertThat(outside.ends()).containsExactly("work");
    }

    @Test
    void close_beforeTheCall_leavesNoDelay() {
        faults.script(delay(ofMillis(200)));
        runtime.close();

        CompletableFuture<String> future = pipeline.callAsync(this::work);
        stage.complete("work");

        assertThat(future).isCompletedWithValue("work");
    }

    @Test
    void delay_systemRuntime_resumesOnTheExecutorInTheCallersContext() throws Exception {
        faults.script(delay(ofMillis(1)));
        ThreadLocal<@Nullable String> user = new ThreadLocal<>();
        UnaryOperator<Runnable> context = task -> {
            String captured = user.get();
            return () -> {
                user.set(captured);
                task.run();
            };
        };
        ExecutorService executor = Executors.newSingleThreadExecutor(task -> new Thread(task, "own-executor"));
        try (ResilienceRuntime system =
                ResilienceRuntime.builder().executor(executor).context(context).build()) {
            user.set("Ada");

            CompletableFuture<String> future = pipelineOn(system)
                    .callAsync(() -> CompletableFuture.completedFuture(
                            user.get() + " on " + Thread.currentThread().getName()));

            assertThat(future.get(LIMIT_SECONDS, TimeUnit.SECONDS)).isEqualTo("Ada on own-executor");
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void delay_contextCannotBeCaptured_isTheAnswer() {
        faults.script(delay(ofMillis(1)));

        Throwable failure = answerWith(Runnable::run, task -> {
            throw new IllegalStateException("no context");
        });

        assertThat(failure).isInstanceOf(IllegalStateException.class).hasMessage("no context");
    }

    @Test
    void delay_contextCannotBeRestored_isTheAnswer() {
        faults.script(delay(ofMillis(1)));

        Throwable failure = answerWith(Runnable::run, task -> () -> {
            throw new IllegalStateException("no context");
        });

        assertThat(failure).isInstanceOf(IllegalStateException.class).hasMessage("no context");
    }

    @Test
    void delay_executorThrows_isTheAnswer() {
        faults.script(delay(ofMillis(1)));

        Throwable failure = answerWith(
                task -> {
                    throw new IllegalStateException("no threads");
                },
                UnaryOperator.identity());

        assertThat(failure).isInstanceOf(IllegalStateException.class).hasMessage("no threads");
    }

    private Throwable answerWith(Executor executor, UnaryOperator<Runnable> context) {
        try (ResilienceRuntime broken =
                ResilienceRuntime.builder().executor(executor).context(context).build()) {
            Throwable failure = failureOf(pipelineOn(broken).callAsync(this::work));
            assertThat(outside.ends()).containsExactly(failure);
            assertThat(runs).isZero();
            return failure;
        }
    }

    private Pipeline pipeline(Policy outermost) {
        return Pipeline.named("p")
                .with(outermost)
                .with(outside)
                .with(faults)
                .with(inside)
                .runtime(runtime)
                .build();
    }

    private Pipeline pipelineOn(ResilienceRuntime other) {
        return Pipeline.named("p").with(outside).with(faults).runtime(other).build();
    }

    private CompletionStage<String> work() {
        runs++;
        return stage;
    }

    private static Throwable failureOf(CompletableFuture<?> future) {
        return assertThatThrownBy(
                        () -> future.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join())
                .isInstanceOf(CompletionException.class)
                .actual()
                .getCause();
    }
}
