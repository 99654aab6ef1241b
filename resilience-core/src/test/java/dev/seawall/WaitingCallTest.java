package dev.seawall;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each wait ends once, in one way, and holds something exactly between its grant and its end. */
final class WaitingCallTest {

    private static final RuntimeException REJECTED = new IllegalStateException("rejected");
    private static final RuntimeException BROKEN = new IllegalStateException("broken");

    private final List<Runnable> queued = new ArrayList<>(); // what the executor was given
    private final List<String> log = new ArrayList<>();
    private final CompletableFuture<String> stage = new CompletableFuture<>();
    private Executor executor = queued::add;
    private UnaryOperator<Runnable> context = UnaryOperator.identity();
    private @Nullable ResilienceRuntime runtime;
    private @Nullable Held<?, ?> held;
    private int starts;

    @AfterEach
    void close() {
        if (runtime != null) {
            runtime.close();
        }
    }

    /** Writes down what it is told. */
    private final class Held<S extends @Nullable Object, T extends @Nullable Object> extends WaitingCall<S, T> {

        Held(
                Layer next,
                CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call,
                S subject,
                long deadline,
                Done<? super T> done) {
            super("held", next, call, subject, deadline, done);
        }

        @Override
        protected void abandoned() {
            log.add("abandoned");
        }

        @Override
        protected void ended(boolean started) {
            log.add(started ? "ended" : "ended unstarted");
        }

        boolean waits() {
            return isWaiting();
        }
    }

    private Held<?, ?> call() {
        return call(() -> {
            starts++;
            return stage;
        });
    }

    /** Makes a call that is kept waiting. Its end is written down between those that its policy is told. */
    private Held<?, ?> call(Call<CompletionStage<String>, RuntimeException> call) {
        runtime = ResilienceRuntime.builder()
                .executor(task -> executor.execute(task))
                .context(task -> context.apply(task))
                .build();
        Scope scope = new Scope("users", runtime, Classifier.defaults());
        Layer next = new CallLayer(scope);
        held = this.<String>waiting(next, call);
        return held;
    }

    private <T> Held<@Nullable Object, T> waiting(Layer next, Call<? extends CompletionStage<T>, ?> call) {
        return new Held<>(next, call, null, Layer.NO_DEADLINE, (result, failure) -> {
            log.add(failure == null ? "result " + result : failure.getClass().getSimpleName());
        });
    }

    private void runQueued() {
        List<Runnable> now = List.copyOf(queued);
        queued.clear();
        now.forEach(Runnable::run);
    }

    // ---- granted

    @Test
    void proceed_granted_runsOnTheExecutorAndEndsOnce() {
        Held<?, ?> call = call();

        assertThat(call.tryGrant()).isTrue();
        assertThat(call.waits()).isFalse();
        call.proceed();
        assertThat(starts).isZero();
        runQueued();
        stage.complete("good");

        assertThat(starts).isEqualTo(1);
        assertThat(log).containsExactly("ended", "result good");
    }

    @Test
    void proceed_anotherExecutor_runsThere() {
        Held<?, ?> call = call();
        List<Runnable> elsewhere = new ArrayList<>();

        call.tryGrant();
        call.proceed(elsewhere::add);

        assertThat(queued).isEmpty();
        elsewhere.forEach(Runnable::run);
        assertThat(starts).isEqualTo(1);
    }

    @Test
    void tryGrant_twice_saysYesOnce() {
        Held<?, ?> call = call();

        assertThat(call.tryGrant()).isTrue();
        assertThat(call.tryGrant()).isFalse();
    }

    @Test
    void proceed_callThrows_endsInThatFailure() {
        Held<?, ?> call = call(() -> {
            throw BROKEN;
        });

        call.tryGrant();
        call.proceed();
        runQueued();

        assertThat(log).containsExactly("ended", "IllegalStateException");
    }

    @Test
    void proceed_executorRunsTheTaskTwice_startsOnce() {
        executor = task -> {
            task.run();
            task.run();
        };
        Held<?, ?> call = call();

        call.tryGrant();
        call.proceed();
        stage.complete("good");

        assertThat(starts).isEqualTo(1);
        assertThat(log).containsExactly("ended", "result good");
    }

    // ---- cancelled

    @Test
    void cancel_waiting_isAbandonedAndTold() {
        Held<?, ?> call = call();

        call.cancel();
        call.cancel();

        assertThat(log).containsExactly("abandoned", "CancellationException");
        assertThat(call.tryGrant()).isFalse();
        assertThat(call.tryReject(REJECTED)).isFalse();
    }

    @Test
    void cancel_betweenGrantAndStart_endsUnstarted() {
        Held<?, ?> call = call();

        call.tryGrant();
        call.cancel();
        call.proceed();
        runQueued();

        assertThat(starts).isZero();
        assertThat(log).containsExactly("ended unstarted", "CancellationException");
    }

    @Test
    void cancel_running_cancelsTheStage() {
        Held<?, ?> call = call();
        call.tryGrant();
        call.proceed();
        runQueued();

        call.cancel();

        assertThat(stage).isCancelled();
        assertThat(log).containsExactly("ended", "CancellationException");
    }

    @Test
    void cancel_whileItStarts_cancelsTheStageOnceThereIsOne() {
        Held<?, ?> call = call(() -> {
            held.cancel();
            return stage;
        });

        call.tryGrant();
        call.proceed();
        runQueued();

        assertThat(stage).isCancelled();
        assertThat(log).containsExactly("ended", "CancellationException");
    }

    @Test
    void cancel_ended_changesNothing() {
        Held<?, ?> call = call();
        call.tryGrant();
        call.proceed();
        runQueued();
        stage.complete("good");

        call.cancel();

        assertThat(log).containsExactly("ended", "result good");
    }

    // ---- rejected

    @Test
    void tryReject_waiting_isToldOnTheExecutor() {
        Held<?, ?> call = call();

        assertThat(call.tryReject(REJECTED)).isTrue();
        assertThat(log).containsExactly("abandoned");
        runQueued();

        assertThat(log).containsExactly("abandoned", "IllegalStateException");
        assertThat(call.tryGrant()).isFalse();
    }

    @Test
    void tryReject_granted_isTooLate() {
        Held<?, ?> call = call();
        call.tryGrant();

        assertThat(call.tryReject(REJECTED)).isFalse();

        assertThat(log).isEmpty();
    }

    @Test
    void tryReject_thenCancelledBeforeItIsTold_isToldOnce() {
        Held<?, ?> call = call();
        call.tryReject(REJECTED);

        call.cancel();
        runQueued();

        assertThat(log).containsExactly("abandoned", "IllegalStateException");
    }

    @Test
    void tryReject_executorThrows_isToldAllTheSame() {
        executor = task -> {
            throw BROKEN;
        };

        call().tryReject(REJECTED);

        assertThat(log).containsExactly("abandoned", "IllegalStateException");
    }

    @Test
    void tryReject_executorRunsAndThrows_isToldOnce() {
        executor = task -> {
            task.run();
            throw BROKEN;
        };

        call().tryReject(REJECTED);

        assertThat(log).containsExactly("abandoned", "IllegalStateException");
    }

    // ---- broken surroundings

    @Test
    void proceed_executorThrows_endsUnstarted() {
        Held<?, ?> call = call();
        call.tryGrant();

        call.proceed(task -> {
            throw new StackOverflowError("no room");
        });
        runQueued();

        assertThat(starts).isZero();
        assertThat(log).containsExactly("ended unstarted", "StackOverflowError");
    }

    @Test
    void proceed_executorRunsAndThrows_endsAsTheCallDoes() {
        Held<?, ?> call = call();
        call.tryGrant();

        call.proceed(task -> {
            task.run();
            throw BROKEN;
        });
        stage.complete("good");

        assertThat(log).containsExactly("ended", "result good");
    }

    @Test
    void proceed_contextThrowsBeforeTheCall_endsUnstarted() {
        context = task -> () -> {
            throw BROKEN;
        };
        Held<?, ?> call = call();

        call.tryGrant();
        call.proceed();
        runQueued();
        runQueued();

        assertThat(starts).isZero();
        assertThat(log).containsExactly("ended unstarted", "IllegalStateException");
    }

    @Test
    void proceed_contextThrowsAfterTheCall_endsAsTheCallDoes() {
        context = task -> () -> {
            task.run();
            throw BROKEN;
        };
        Held<?, ?> call = call();

        call.tryGrant();
        call.proceed();
        runQueued();
        stage.complete("good");

        assertThat(log).containsExactly("ended", "result good");
    }

    @Test
    void newCall_context_isCapturedOnTheCallersThread() {
        List<Thread> captured = new ArrayList<>();
        context = task -> {
            captured.add(Thread.currentThread());
            return task;
        };

        Held<?, ?> call = call();

        assertThat(captured).containsExactly(Thread.currentThread());
        call.tryGrant();
        call.proceed();
        runQueued();
        assertThat(captured).hasSize(1);
    }

    // ---- races

    @Test
    void grantRejectAndCancel_atOnce_endOnceAndHoldNothing() throws Exception {
        for (int round = 0; round < 3_000; round++) {
            AtomicInteger ends = new AtomicInteger();
            AtomicInteger holds = new AtomicInteger();
            CountDownLatch end = new CountDownLatch(1);
            ResilienceRuntime shared = ResilienceRuntime.shared();
            Layer next = new CallLayer(new Scope("users", shared, Classifier.defaults()));
            WaitingCall<@Nullable Object, String> call =
                    new WaitingCall<>(
                            "held",
                            next,
                            (Call<CompletionStage<String>, RuntimeException>)
                                    () -> CompletableFuture.completedFuture("good"),
                            null,
                            Layer.NO_DEADLINE,
                            (result, failure) -> {
                                ends.incrementAndGet();
                                end.countDown();
                            }) {
                        @Override
                        protected void abandoned() {}

                        @Override
                        protected void ended(boolean started) {
                            holds.decrementAndGet();
                        }
                    };

            CompletableFuture<Void> granter = CompletableFuture.runAsync(() -> {
                if (call.tryGrant()) {
                    holds.incrementAndGet();
                    call.proceed();
                }
            });
            CompletableFuture<Boolean> rejecter = CompletableFuture.supplyAsync(() -> call.tryReject(REJECTED));
            call.cancel();
            granter.get(30, TimeUnit.SECONDS);
            rejecter.get(30, TimeUnit.SECONDS);

            assertThat(end.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(ends).hasValue(1);
            assertThat(holds).hasValue(0);
        }
    }

    @Test
    void cancel_waiting_saysWhoCancelled() {
        List<Throwable> failures = new ArrayList<>();
        runtime = ResilienceRuntime.builder().build();
        Layer next = new CallLayer(new Scope("users", runtime, Classifier.defaults()));
        Held<@Nullable Object, String> call = new Held<>(
                next,
                (Call<CompletionStage<String>, RuntimeException>) () -> stage,
                null,
                Layer.NO_DEADLINE,
                (result, failure) -> failures.add(failure));

        call.cancel();

        assertThat(failures)
                .singleElement()
                .isInstanceOf(CancellationException.class)
                .extracting(Throwable::getMessage)
                .isEqualTo("'held' was cancelled while the call waited");
    }
}
