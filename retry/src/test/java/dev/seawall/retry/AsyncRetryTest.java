package dev.seawall.retry;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.seawall.Backoff;
import dev.seawall.CallWith;
import dev.seawall.Cancellation;
import dev.seawall.Done;
import dev.seawall.Layer;
import dev.seawall.Pipeline;
import dev.seawall.Policy;
import dev.seawall.ResilienceRuntime;
import dev.seawall.Scope;
import dev.seawall.Timeout;
import dev.seawall.VirtualRuntime;
import dev.seawall.retry.Bench.End;
import dev.seawall.retry.RetryEvent.GaveUp;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What only asynchronous calls have: cancellation, threads that change, a stage that anyone may complete. */
final class AsyncRetryTest {

    private static final RetryConfig EVERY_100_MS =
            RetryConfig.builder().backoff(Backoff.fixed(ofMillis(100))).build();

    private static final RetryConfig AT_ONCE_FOR_EVER =
            RetryConfig.builder().unlimitedAttempts().backoff(Backoff.none()).build();

    private final VirtualRuntime runtime = VirtualRuntime.create();
    private final AtomicInteger attempts = new AtomicInteger();
    private final List<RetryEvent> events = new ArrayList<>();

    private Pipeline pipeline(RetryConfig config) {
        Retry retry = Retry.of("users", config);
        retry.on(RetryEvent.class, events::add);
        return Pipeline.named("users").runtime(runtime).with(retry).build();
    }

    private CompletionStage<String> fail() {
        attempts.incrementAndGet();
        return CompletableFuture.failedFuture(new IOException());
    }

    // ---- cancellation

    @Test
    void cancel_duringAWait_endsItAtOnce() {
        CompletableFuture<String> future = pipeline(EVERY_100_MS).callAsync(this::fail);
        runtime.advance(ofMillis(150));

        future.cancel(true);

        assertThat(runtime.pendingTimers()).isZero();
        runtime.runAll();
        assertThat(attempts).hasValue(2);
        assertThat(events).last().isInstanceOfSatisfying(GaveUp.class, gaveUp -> {
            assertThat(gaveUp.reason()).isEqualTo(RetryEvent.Reason.CANCELLED);
            assertThat(gaveUp.failure()).isInstanceOf(CancellationException.class);
        });
    }

    @Test
    void cancel_duringAWaitByAnOuterTimeout_endsTheWait() {
        Pipeline pipeline = Pipeline.named("users")
                .runtime(runtime)
                .with(Timeout.of(ofMillis(10_000)))
                .with(Retry.of("users", EVERY_100_MS))
                .build();
        CompletableFuture<String> future = pipeline.callAsync(this::fail);

        future.cancel(true);

        runtime.runAll();
        assertThat(attempts).hasValue(1);
        assertThat(runtime.pendingTimers()).isZero();
    }

    @Test
    void cancel_duringAnAttempt_cancelsTheStageAndStartsNoOther() {
        List<CompletableFuture<String>> stages = new ArrayList<>();
        CompletableFuture<String> future = pipeline(EVERY_100_MS).callAsync(() -> {
            stages.add(new CompletableFuture<>());
            return stages.get(stages.size() - 1);
        });
        stages.get(0).completeExceptionally(new IOException());
        runtime.advance(ofMillis(100));

        future.cancel(true);

        runtime.runAll();
        assertThat(stages).hasSize(2);
        assertThat(stages.get(1)).isCancelled();
        assertThat(runtime.pendingTimers()).isZero();
    }

    @Test
    void cancel_stageThatFailsInsteadOfBeingCancelled_isNotTriedAgain() {
        CompletableFuture<String> stage = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterrupt) {
                return completeExceptionally(new IOException("aborted"));
            }
        };
        CompletableFuture<String> future = pipeline(EVERY_100_MS).callAsync(() -> {
            attempts.incrementAndGet();
            return stage;
        });

        future.cancel(true);

        runtime.runAll();
        assertThat(attempts).hasValue(1);
        assertThat(events).last().isInstanceOfSatisfying(GaveUp.class, gaveUp -> {
            assertThat(gaveUp.reason()).isEqualTo(RetryEvent.Reason.CANCELLED);
            assertThat(gaveUp.failure()).hasMessage("aborted");
        });
    }

    @Test
    void cancel_whileAFurtherAttemptIsBeingStarted_cancelsItsStage() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        List<CompletableFuture<String>> futures = new ArrayList<>();
        futures.add(pipeline(EVERY_100_MS).callAsync(() -> {
            if (attempts.incrementAndGet() == 1) {
                return CompletableFuture.failedFuture(new IOException());
            }
            futures.get(0).cancel(true);
            return stage;
        }));

        runtime.runAll();

        assertThat(attempts).hasValue(2);
        assertThat(stage).isCancelled();
    }

    @Test
    void cancel_inTheHook_theAttemptIsCancelledAsSoonAsItHasStarted() {
        List<CompletableFuture<String>> futures = new ArrayList<>();
        CompletableFuture<String> stage = new CompletableFuture<>();
        Pipeline pipeline = pipeline(EVERY_100_MS.toBuilder()
                .beforeRetry(attempt -> futures.get(0).cancel(true))
                .build());
        futures.add(pipeline.callAsync(
                () -> attempts.incrementAndGet() == 1 ? CompletableFuture.failedFuture(new IOException()) : stage));

        runtime.runAll();

        assertThat(stage).isCancelled();
        assertThat(attempts).hasValue(2);
    }

    @Test
    void cancel_duringTheFirstStart_startsNoOther() {
        Pipeline pipeline = Pipeline.named("users")
                .runtime(runtime)
                .with(Timeout.of(ofMillis(10)))
                .with(Retry.of("users", AT_ONCE_FOR_EVER))
                .build();

        CompletableFuture<String> future = pipeline.callAsync(() -> {
            runtime.advance(ofMillis(20)); // the time limit, outside, cancels the call that is being started
            return fail();
        });

        runtime.runAll();
        assertThat(attempts).hasValue(1);
        assertThat(future).isCompletedExceptionally();
    }

    @Test
    void cancel_afterTheEnd_changesNothing() {
        CompletableFuture<String> future = pipeline(EVERY_100_MS)
                .callAsync(() -> attempts.incrementAndGet() == 1 ? fail() : CompletableFuture.completedFuture("ok"));
        runtime.runAll();

        future.cancel(true);

        assertThat(future.join()).isEqualTo("ok");
    }

    @Test
    void cancel_afterTheEnd_leavesTheStageAlone() {
        AtomicInteger cancels = new AtomicInteger();
        CompletableFuture<String> stage = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterrupt) {
                cancels.incrementAndGet();
                return super.cancel(mayInterrupt);
            }
        };
        stage.complete("ok");
        Retry retry = Retry.of("users", EVERY_100_MS);
        Cancellation[] call = new Cancellation[1];
        Pipeline pipeline = Pipeline.named("users")
                .runtime(runtime)
                .with(new CancellationTap(cancellation -> call[0] = cancellation))
                .with(retry)
                .build();
        pipeline.callAsync(() -> stage);

        call[0].cancel();

        assertThat(cancels).hasValue(0);
    }

    /** A policy that lets the test have what cancels the call inside. */
    private record CancellationTap(Consumer<Cancellation> tap) implements Policy {

        @Override
        public String name() {
            return "tap";
        }

        @Override
        public Layer link(Layer next, Scope scope) {
            return new Layer(next, scope) {
                @Override
                public <S, T, X extends Exception> T call(
                        CallWith<? super S, T, X> call, S subject, long now, long deadline) throws X {
                    return next.call(call, subject, now, deadline);
                }

                @Override
                public <S, T> Cancellation callAsync(
                        CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call,
                        S subject,
                        long now,
                        long deadline,
                        Done<? super T> done) {
                    Cancellation cancellation = next.<S, T>callAsync(call, subject, now, deadline, done);
                    tap.accept(cancellation);
                    return cancellation;
                }
            };
        }
    }

    @Test
    void cancel_racesWithTimerAndAttempts_noAttemptStartsAfterwards() throws Exception {
        try (ResilienceRuntime real = ResilienceRuntime.builder().name("race").build()) {
            Retry retry = Retry.of("users", AT_ONCE_FOR_EVER);
            AtomicInteger finals = new AtomicInteger();
            retry.on(GaveUp.class, gaveUp -> finals.incrementAndGet());
            Pipeline pipeline =
                    Pipeline.named("users").runtime(real).with(retry).build();
            int calls = 2_000;
            for (int i = 0; i < calls; i++) {
                AtomicInteger started = new AtomicInteger();
                CompletableFuture<String> future = pipeline.callAsync(() -> {
                    started.incrementAndGet();
                    return CompletableFuture.failedFuture(new IOException());
                });
                for (int spin = 0; spin < i % 50; spin++) {
                    Thread.onSpinWait();
                }
                future.cancel(true);
                assertThat(future).isCancelled();
            }
            awaitQuiet(real, finals, calls);
            assertThat(finals).hasValue(calls);
            assertThat(retry.snapshot().gaveUp()).isEqualTo(calls);
        }
    }

    @Test
    void cancel_racesWithTheEndOfAnAttempt_leavesNoTimerBehind() throws Exception {
        int rounds = 50_000;
        Pipeline pipeline = Pipeline.named("users")
                .runtime(runtime)
                .with(Retry.of("users", EVERY_100_MS))
                .build();
        AtomicReference<CompletableFuture<String>> stage = new AtomicReference<>();
        IOException failure = new IOException();
        Meeting together = new Meeting(2);
        Thread failing = new Thread(() -> repeat(rounds, together, i -> {
            stage.get().completeExceptionally(failure);
            together.arrive();
        }));
        failing.setDaemon(true);
        failing.start();

        List<Integer> leftBehind = new ArrayList<>();
        CompletableFuture<?>[] future = new CompletableFuture<?>[1];
        stage.set(new CompletableFuture<>());
        future[0] = pipeline.callAsync(stage::get);
        repeat(rounds, together, i -> {
            for (int spin = i % 100; spin > 0; spin--) {
                Thread.onSpinWait();
            }
            future[0].cancel(true);
            together.arrive();
            leftBehind.add(runtime.pendingTimers());
            runtime.runAll();
            stage.set(new CompletableFuture<>());
            future[0] = pipeline.callAsync(stage::get);
        });
        failing.join();

        assertThat(leftBehind).hasSize(rounds).containsOnly(0);
    }

    private static void repeat(int rounds, Meeting together, IntConsumer round) {
        for (int i = 0; i < rounds; i++) {
            together.arrive();
            round.accept(i);
        }
    }

    /** Lets the runtime work on until each call has told its end: a call that went on for ever would keep it from that. */
    private static void awaitQuiet(ResilienceRuntime real, AtomicInteger ends, int expected) throws Exception {
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (ends.get() < expected && System.nanoTime() < giveUp) {
            CountDownLatch turn = new CountDownLatch(1);
            real.schedule(0, () -> real.executor().execute(turn::countDown));
            assertThat(turn.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    // ---- ends

    @Test
    void end_furtherAttemptThrowsInsteadOfReturningAStage_completesTheFuture() {
        IllegalStateException thrown = new IllegalStateException();
        CompletableFuture<String> future = pipeline(
                        EVERY_100_MS.toBuilder().maxAttempts(2).build())
                .callAsync(() -> {
                    if (attempts.incrementAndGet() == 2) {
                        throw thrown;
                    }
                    return CompletableFuture.failedFuture(new IOException());
                });

        runtime.runAll();

        assertThat(Bench.end(future)).isEqualTo(new End(null, thrown));
    }

    @Test
    void end_furtherAttemptReturnsNull_completesTheFuture() {
        CompletableFuture<String> future = pipeline(
                        EVERY_100_MS.toBuilder().maxAttempts(2).build())
                .callAsync(() ->
                        attempts.incrementAndGet() == 2 ? null : CompletableFuture.failedFuture(new IOException()));

        runtime.runAll();

        assertThat(Bench.end(future).failure())
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("'users' returned null");
    }

    @Test
    void end_dependentStageFails_theCauseIsJudged() {
        IOException failure = new IOException();
        CompletableFuture<String> future = pipeline(RetryConfig.plain()).callAsync(() -> {
            attempts.incrementAndGet();
            return CompletableFuture.<String>failedFuture(failure).thenApply(text -> text);
        });

        runtime.runAll();

        assertThat(attempts).hasValue(4);
        assertThat(Bench.end(future).failure()).isSameAs(failure);
    }

    @Test
    void end_runtimeClosed_endsEveryWait() {
        List<CompletableFuture<String>> futures = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            futures.add(pipeline(EVERY_100_MS).callAsync(this::fail));
        }

        runtime.close();

        assertThat(futures)
                .allSatisfy(future -> assertThat(Bench.end(future).failure()).isInstanceOf(IOException.class));
        assertThat(attempts).hasValue(100);
    }

    // ---- threads

    @Test
    void attempts_aMillionThatFailAtOnce_doNotRecurse() {
        Pipeline pipeline = Pipeline.named("users")
                .runtime(runtime)
                .with(Retry.of(
                        "users",
                        AT_ONCE_FOR_EVER.toBuilder().maxAttempts(1_000_000).build()))
                .build();
        IOException failure = new IOException();

        CompletableFuture<String> future = pipeline.callAsync(() -> {
            attempts.incrementAndGet();
            return CompletableFuture.failedFuture(failure);
        });
        runtime.runAll();

        assertThat(Bench.end(future).failure()).isSameAs(failure);
        assertThat(attempts).hasValue(1_000_000);
    }

    @Test
    void attempts_manyThatFailAtOnceOnRealThreads_doNotRecurseNorKeepThreads() throws Exception {
        try (ResilienceRuntime real = ResilienceRuntime.builder().build()) {
            assertManyAttempts(real, 100_000);
        }
    }

    @Test
    void attempts_manyThatFailAtOnceOnAnExecutorThatRunsThemInPlace_doNotRecurse() throws Exception {
        try (ResilienceRuntime real =
                ResilienceRuntime.builder().executor(Runnable::run).build()) {
            assertManyAttempts(real, 100_000);
        }
    }

    private void assertManyAttempts(ResilienceRuntime real, int many) throws Exception {
        Pipeline pipeline = Pipeline.named("users")
                .runtime(real)
                .with(Retry.of(
                        "users", AT_ONCE_FOR_EVER.toBuilder().maxAttempts(many).build()))
                .build();
        AtomicInteger deepest = new AtomicInteger();
        IOException failure = new IOException();

        CompletableFuture<String> future = pipeline.callAsync(() -> {
            if (attempts.incrementAndGet() % 1_000 == 0) {
                deepest.accumulateAndGet(Thread.currentThread().getStackTrace().length, Math::max);
            }
            return CompletableFuture.failedFuture(failure);
        });
        CompletableFuture<String> other = pipeline.callAsync(() -> CompletableFuture.completedFuture("not starved"));

        assertThat(other.get(30, TimeUnit.SECONDS)).isEqualTo("not starved");
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> future.orTimeout(60, TimeUnit.SECONDS).join())
                .withCause(failure);
        assertThat(attempts).hasValue(many);
        assertThat(deepest.get()).isLessThan(100);
    }

    @Test
    void attempts_furtherOnes_runOnTheExecutorNotOnTheTimer() throws Exception {
        try (ResilienceRuntime real = ResilienceRuntime.builder().name("mine").build()) {
            Pipeline pipeline = Pipeline.named("users")
                    .runtime(real)
                    .with(Retry.of(
                            "users",
                            RetryConfig.builder()
                                    .backoff(Backoff.fixed(ofMillis(1)))
                                    .build()))
                    .build();
            List<String> threads = new ArrayList<>();

            CompletableFuture<String> future = pipeline.callAsync(() -> {
                threads.add(Thread.currentThread().getName());
                return threads.size() < 3
                        ? CompletableFuture.failedFuture(new IOException())
                        : CompletableFuture.completedFuture("ok");
            });

            assertThat(future.get(30, TimeUnit.SECONDS)).isEqualTo("ok");
            assertThat(threads.get(0)).isEqualTo(Thread.currentThread().getName());
            assertThat(threads.subList(1, 3)).allMatch(name -> name.startsWith("mine-worker-"));
        }
    }

    @Test
    void context_ofTheCaller_isCapturedOnceAndThereInEveryAttempt() throws Exception {
        ThreadLocal<String> tenant = new ThreadLocal<>();
        AtomicInteger captured = new AtomicInteger();
        UnaryOperator<Runnable> context = task -> {
            captured.incrementAndGet();
            String mine = tenant.get();
            return () -> {
                tenant.set(mine);
                try {
                    task.run();
                } finally {
                    tenant.remove();
                }
            };
        };
        List<String> seen = new ArrayList<>();
        try (ResilienceRuntime real =
                ResilienceRuntime.builder().context(context).build()) {
            RetryConfig config = RetryConfig.builder()
                    .backoff(Backoff.none())
                    .beforeRetry(attempt -> seen.add("hook " + tenant.get()))
                    .build();
            Pipeline pipeline = Pipeline.named("users")
                    .runtime(real)
                    .with(Retry.of("users", config))
                    .build();
            tenant.set("acme");

            CompletableFuture<String> future = pipeline.callAsync(() -> {
                seen.add(tenant.get());
                return seen.size() < 5
                        ? CompletableFuture.failedFuture(new IOException())
                        : CompletableFuture.completedFuture("ok");
            });

            assertThat(future.get(30, TimeUnit.SECONDS)).isEqualTo("ok");
            assertThat(seen).containsExactly("acme", "hook acme", "acme", "hook acme", "acme");
            assertThat(captured).hasValue(1);
            tenant.remove();
        }
    }

    @Test
    void context_cannotBeCaptured_completesTheFutureAndRunsNothing() {
        try (ResilienceRuntime real = ResilienceRuntime.builder()
                .context(task -> {
                    throw new AssertionError("no context");
                })
                .build()) {
            Pipeline pipeline = Pipeline.named("users")
                    .runtime(real)
                    .with(Retry.of("users"))
                    .build();

            CompletableFuture<String> future = pipeline.callAsync(this::fail);

            assertThat(Bench.end(future).failure()).hasMessage("no context");
            assertThat(attempts).hasValue(0);
        }
    }

    @Test
    void context_cannotBeRestored_completesTheFuture() {
        IOException first = new IOException();
        try (ResilienceRuntime real = ResilienceRuntime.builder()
                .context(task -> () -> {
                    throw new AssertionError("no context");
                })
                .build()) {
            Pipeline pipeline = Pipeline.named("users")
                    .runtime(real)
                    .with(Retry.of("users", AT_ONCE_FOR_EVER))
                    .build();

            CompletableFuture<String> future = pipeline.callAsync(() -> CompletableFuture.failedFuture(first));

            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(() -> future.orTimeout(30, TimeUnit.SECONDS).join())
                    .havingCause()
                    .withMessage("no context")
                    .satisfies(thrown -> assertThat(thrown.getSuppressed()).containsExactly(first));
        }
    }

    @Test
    void context_throwsWhenItCleansUp_changesNothing() throws Exception {
        try (ResilienceRuntime real = ResilienceRuntime.builder()
                .context(task -> () -> {
                    task.run();
                    throw new AssertionError("cannot clean up");
                })
                .build()) {
            Pipeline pipeline = Pipeline.named("users")
                    .runtime(real)
                    .with(Retry.of("users", AT_ONCE_FOR_EVER))
                    .build();

            CompletableFuture<String> future = pipeline.callAsync(() -> attempts.incrementAndGet() < 5
                    ? CompletableFuture.failedFuture(new IOException())
                    : CompletableFuture.completedFuture("ok"));

            assertThat(future.get(30, TimeUnit.SECONDS)).isEqualTo("ok");
        }
    }

    @Test
    void executor_throwsWhatItShouldNot_completesTheFuture() {
        try (ResilienceRuntime real = ResilienceRuntime.builder()
                .executor(task -> {
                    throw new AssertionError("broken executor");
                })
                .build()) {
            Pipeline pipeline = Pipeline.named("users")
                    .runtime(real)
                    .with(Retry.of("users", AT_ONCE_FOR_EVER))
                    .build();

            CompletableFuture<String> future = pipeline.callAsync(this::fail);

            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(() -> future.orTimeout(30, TimeUnit.SECONDS).join())
                    .havingCause()
                    .withMessage("broken executor");
        }
    }

    @Test
    void timeoutAndRetry_racingOnRealThreads_everyFutureCompletes() throws Exception {
        try (ResilienceRuntime real = ResilienceRuntime.builder().build()) {
            Pipeline pipeline = Pipeline.named("users")
                    .runtime(real)
                    .with(Timeout.of("all", ofMillis(20)))
                    .with(Retry.of("users", AT_ONCE_FOR_EVER))
                    .with(Timeout.of("each", ofMillis(1)))
                    .build();
            List<CompletableFuture<String>> futures = new ArrayList<>();

            for (int i = 0; i < 500; i++) {
                futures.add(pipeline.callAsync(CompletableFuture::new));
            }

            for (CompletableFuture<String> future : futures) {
                assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> future.get(30, TimeUnit.SECONDS));
            }
        }
    }
}
