package dev.seawall.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.CallInterruptedException;
import dev.seawall.CallTimedOutException;
import dev.seawall.Deadline;
import dev.seawall.Pipeline;
import dev.seawall.Policy.Trait;
import dev.seawall.ResilienceRuntime;
import dev.seawall.Timeout;
import dev.seawall.VirtualRuntime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Work on other threads: whose the permit is, what becomes of the caller, and what the threads keep. */
final class ExecutorBulkheadTest {

    private static final long LONG = 30;
    private static final BulkheadConfig ONE =
            BulkheadConfig.builder().limit(1).queue(0).build();
    private static final BulkheadConfig ONE_AND_A_QUEUE = BulkheadConfig.builder()
            .limit(1)
            .queue(5)
            .maxWait(Duration.ofSeconds(LONG))
            .build();

    private final CountDownLatch go = new CountDownLatch(1); // lets calls end that ignore interrupts
    private final List<ExecutorBulkhead> toClose = new ArrayList<>();

    @AfterEach
    void end() {
        go.countDown();
        toClose.forEach(ExecutorBulkhead::close);
        assertThat(Thread.interrupted()).isFalse();
    }

    private ExecutorBulkhead bulkhead(BulkheadConfig config) {
        ExecutorBulkhead bulkhead = ExecutorBulkhead.of("reports", config);
        toClose.add(bulkhead);
        return bulkhead;
    }

    private String hang() {
        boolean opened = false;
        while (!opened) {
            try {
                opened = go.await(LONG, TimeUnit.SECONDS);
            } catch (InterruptedException ignored) {
                // that is what this call is about
            }
        }
        return "late";
    }

    private static void await(BooleanSupplier condition) {
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONG);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("it never happened").isLessThan(giveUp);
            Thread.yield();
        }
    }

    private static @Nullable Throwable failureOf(Pipeline pipeline, dev.seawall.Call<?, ?> call, Style style) {
        try {
            if (style == Style.SYNC) {
                pipeline.call(() -> call.call());
            } else {
                CompletableFuture<Object> answer =
                        pipeline.callAsync(() -> CompletableFuture.completedFuture((Object) call.call()));
                return answer.handle((result, failure) -> failure).get(LONG, TimeUnit.SECONDS);
            }
            return null;
        } catch (Throwable failure) {
            return failure;
        }
    }

    // ---- where calls run and how they end

    @Test
    void call_ownThreads_runsOnADaemonThreadNamedAfterTheBulkhead() {
        Pipeline pipeline = Pipeline.of(bulkhead(ONE));

        Thread thread = pipeline.call(Thread::currentThread);

        assertThat(thread.getName()).isEqualTo("bulkhead-reports-1");
        assertThat(thread.isDaemon()).isTrue();
    }

    @Test
    void callAsync_ownThreads_startsThere() throws Exception {
        ExecutorBulkhead bulkhead = bulkhead(ONE);
        CompletableFuture<String> stage = new CompletableFuture<>();
        AtomicReference<String> starter = new AtomicReference<>();

        CompletableFuture<String> answer = Pipeline.of(bulkhead).callAsync(() -> {
            starter.set(Thread.currentThread().getName());
            return stage;
        });
        await(() -> starter.get() != null);

        assertThat(starter.get()).startsWith("bulkhead-reports-");
        assertThat(bulkhead.snapshot().inUse()).isEqualTo(1);
        stage.complete("good");
        assertThat(answer.get(LONG, TimeUnit.SECONDS)).isEqualTo("good");
        await(bulkhead::isIdle);
    }

    @ParameterizedTest
    @EnumSource
    void call_throws_theSameArrives(Style style) {
        ExecutorBulkhead bulkhead = bulkhead(ONE_AND_A_QUEUE);
        Pipeline pipeline = Pipeline.of(bulkhead);

        for (Throwable thrown : List.of(
                new IOException("down"),
                new IllegalStateException("broken"),
                new StackOverflowError("an error"),
                new InterruptedException("the call's own"))) {
            assertThat(failureOf(pipeline, () -> sneak(thrown), style)).isSameAs(thrown);
            await(bulkhead::isIdle);
        }
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> Object sneak(Throwable thrown) throws X {
        throw (X) thrown;
    }

    /** With one permit and no queue a call would be rejected if the permit of the one before came back after its answer. */
    @Test
    void call_oneAfterTheOther_findsThePermitBack() {
        Pipeline pipeline = Pipeline.of(bulkhead(ONE));

        for (int i = 0; i < 5_000; i++) {
            int number = i;
            assertThat(pipeline.<Integer, RuntimeException>call(() -> number)).isEqualTo(number);
        }
    }

    @Test
    void callAsync_oneAfterTheOther_findsThePermitBack() throws Exception {
        Pipeline pipeline = Pipeline.of(bulkhead(ONE));

        for (int i = 0; i < 2_000; i++) {
            int number = i;
            assertThat(pipeline.<Integer>callAsync(() -> CompletableFuture.completedFuture(number))
                            .get(LONG, TimeUnit.SECONDS))
                    .isEqualTo(number);
        }
    }

    @Test
    void call_deadline_isCurrentOnTheOtherThread() {
        Pipeline pipeline = Pipeline.named("reports")
                .with(Timeout.of(Duration.ofHours(1)))
                .with(bulkhead(ONE))
                .build();

        assertThat(pipeline.call(Deadline::current)).isPresent();
    }

    @Test
    void call_context_travels() throws Exception {
        ThreadLocal<String> tenant = new ThreadLocal<>();
        try (ResilienceRuntime runtime =
                ResilienceRuntime.builder().context(carrying(tenant)).build()) {
            Pipeline pipeline = Pipeline.named("reports")
                    .runtime(runtime)
                    .with(bulkhead(ONE_AND_A_QUEUE))
                    .build();
            tenant.set("blue");

            String sync = pipeline.call(tenant::get);
            String async = pipeline.<String>callAsync(() -> CompletableFuture.completedFuture(tenant.get()))
                    .get(LONG, TimeUnit.SECONDS);
            tenant.set(null);
            String without = pipeline.call(tenant::get);

            assertThat(List.of(sync, async)).containsExactly("blue", "blue");
            assertThat(without).isNull();
        }
    }

    private static UnaryOperator<Runnable> carrying(ThreadLocal<String> local) {
        return task -> {
            String value = local.get();
            return () -> {
                local.set(value);
                try {
                    task.run();
                } finally {
                    local.remove();
                }
            };
        };
    }

    @ParameterizedTest
    @EnumSource
    void call_contextThrows_isNoReasonToWaitForEver(Style style) throws Exception {
        IllegalStateException broken = new IllegalStateException("broken context");
        AtomicBoolean onCapture = new AtomicBoolean(true);
        try (ResilienceRuntime runtime = ResilienceRuntime.builder()
                .context(task -> {
                    if (onCapture.get()) {
                        throw broken;
                    }
                    return () -> {
                        throw broken;
                    };
                })
                .build()) {
            ExecutorBulkhead bulkhead = bulkhead(ONE);
            Pipeline pipeline =
                    Pipeline.named("reports").runtime(runtime).with(bulkhead).build();

            assertThat(failureOf(pipeline, () -> "never", style)).isSameAs(broken);
            onCapture.set(false);
            assertThat(failureOf(pipeline, () -> "never", style)).isSameAs(broken);
            await(bulkhead::isIdle);
        }
    }

    // ---- the permit belongs to the work

    /** failsafe-lib/failsafe#263: a timeout did not help against an action that ignores interrupts. */
    @Test
    void call_ignoresInterrupts_timeoutOutsideAnswersAndThePermitStaysWithTheWork() {
        ExecutorBulkhead bulkhead = bulkhead(ONE);
        Pipeline pipeline = Pipeline.named("reports")
                .with(Timeout.of(Duration.ofMillis(20)))
                .with(bulkhead)
                .build();

        assertThatThrownBy(() -> pipeline.call(this::hang)).isInstanceOf(CallTimedOutException.class);

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(bulkhead.snapshot().inUse()).isEqualTo(1);
        assertThatThrownBy(() -> pipeline.call(() -> "good"))
                .isInstanceOf(BulkheadFullException.class)
                .hasMessage("bulkhead 'reports' is full: 1 of 1 permits in use, 0 waiting");
        go.countDown();
        await(bulkhead::isIdle);
        assertThat(pipeline.<String, RuntimeException>call(() -> "good")).isEqualTo("good");
    }

    @Test
    void call_listensToInterrupts_isInterruptedWhenItsCallerGivesUp() throws Exception {
        ExecutorBulkhead bulkhead = bulkhead(ONE);
        AtomicReference<Throwable> seen = new AtomicReference<>();
        Pipeline pipeline = Pipeline.named("reports")
                .with(Timeout.of(Duration.ofMillis(20)))
                .with(bulkhead)
                .build();

        assertThatThrownBy(() -> pipeline.call(() -> {
                    try {
                        return go.await(LONG, TimeUnit.SECONDS);
                    } catch (InterruptedException interrupted) {
                        seen.set(interrupted);
                        throw interrupted;
                    }
                }))
                .isInstanceOf(CallTimedOutException.class);

        await(bulkhead::isIdle);
        assertThat(seen.get()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void call_callerInterrupted_goesOnAtOnceWithItsFlag() {
        ExecutorBulkhead bulkhead = bulkhead(ONE);
        Pipeline pipeline = Pipeline.of(bulkhead);
        Thread caller = Thread.currentThread();

        Throwable failure = failureOf(
                pipeline,
                () -> {
                    caller.interrupt();
                    return hang();
                },
                Style.SYNC);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(failure)
                .isInstanceOf(CallInterruptedException.class)
                .hasMessage("'reports' was interrupted while waiting for the answer");
        assertThat(bulkhead.snapshot().inUse()).isEqualTo(1);
    }

    @Test
    void call_callerInterruptedBeforeItStarts_neverRuns() {
        List<Runnable> accepted = new ArrayList<>();
        ExecutorBulkhead bulkhead = ExecutorBulkhead.of("reports", ONE, accepted::add);
        AtomicBoolean ran = new AtomicBoolean();
        Thread.currentThread().interrupt();

        Throwable failure = failureOf(Pipeline.of(bulkhead), () -> ran.getAndSet(true), Style.SYNC);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(failure).isInstanceOf(CallInterruptedException.class);
        assertThat(bulkhead.isIdle()).isTrue();
        accepted.forEach(Runnable::run);
        assertThat(ran).isFalse();
        assertThat(bulkhead.isIdle()).isTrue();
    }

    @Test
    void call_callerInterruptedWhileItWaitsForAPermit_losesNone() throws Exception {
        ExecutorBulkhead bulkhead = bulkhead(ONE_AND_A_QUEUE);
        Pipeline pipeline = Pipeline.of(bulkhead);
        CompletableFuture<String> hanging = pipeline.callAsync(() -> CompletableFuture.completedFuture(hang()));
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread waiting = new Thread(() -> failure.set(failureOf(pipeline, () -> "good", Style.SYNC)));
        waiting.start();
        await(() -> bulkhead.snapshot().waiting() == 1);

        waiting.interrupt();
        waiting.join(TimeUnit.SECONDS.toMillis(LONG));
        go.countDown();

        assertThat(failure.get()).hasMessage("'reports' was interrupted while waiting for a permit");
        assertThat(hanging.get(LONG, TimeUnit.SECONDS)).isEqualTo("late");
        await(bulkhead::isIdle);
    }

    /** A thread that, unlike a pool of the JDK, does not clear the interrupt flag between two tasks. */
    private static final class PlainThread implements Executor, AutoCloseable {

        private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
        private volatile boolean closed;

        PlainThread() {
            Thread thread = new Thread(this::work);
            thread.setDaemon(true);
            thread.start();
        }

        private void work() {
            while (!closed) {
                Runnable task = tasks.poll();
                if (task == null) {
                    Thread.yield();
                } else {
                    task.run();
                }
            }
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        boolean isInterrupted() throws Exception {
            CompletableFuture<Boolean> flag = new CompletableFuture<>();
            execute(() -> flag.complete(Thread.currentThread().isInterrupted()));
            return flag.get(LONG, TimeUnit.SECONDS);
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Test
    void interruptOfARunningCall_itsThread_hasItOnlyUntilTheEndOfTheCall() throws Exception {
        try (PlainThread thread = new PlainThread()) {
            ExecutorBulkhead bulkhead = ExecutorBulkhead.of("reports", ONE, thread);
            Thread caller = Thread.currentThread();

            Throwable failure = failureOf(
                    Pipeline.of(bulkhead),
                    () -> {
                        caller.interrupt();
                        await(() -> Thread.currentThread().isInterrupted());
                        return null;
                    },
                    Style.SYNC);

            assertThat(Thread.interrupted()).isTrue();
            assertThat(failure).isInstanceOf(CallInterruptedException.class);
            assertThat(thread.isInterrupted()).isFalse();
            assertThat(bulkhead.isIdle()).isTrue();
        }
    }

    /** Callers are interrupted at any moment. */
    @Test
    void interruptOfOneCall_anyMoment_neverReachesTheNextOne() throws Exception {
        try (PlainThread thread = new PlainThread()) {
            ExecutorBulkhead bulkhead = ExecutorBulkhead.of("reports", ONE_AND_A_QUEUE, thread);
            Pipeline pipeline = Pipeline.of(bulkhead);
            Thread caller = Thread.currentThread();
            for (int round = 0; round < 1_000; round++) {
                int moment = round % 200;
                CompletableFuture<Void> interrupter = CompletableFuture.runAsync(() -> {
                    for (int i = 0; i < moment * 10; i++) {
                        Thread.onSpinWait();
                    }
                    caller.interrupt();
                });
                failureOf(pipeline, () -> null, Style.SYNC);
                await(interrupter::isDone);
                Thread.interrupted();
                if (thread.isInterrupted()) {
                    throw new AssertionError("the thread kept the interrupt of the call before");
                }
            }
            await(bulkhead::isIdle);
        }
    }

    @Test
    void callAsync_timeLimitInsideAndTheStartHangs_permitStaysWithTheThread() throws Exception {
        ExecutorBulkhead bulkhead = bulkhead(ONE);
        Pipeline pipeline = Pipeline.named("reports")
                .with(bulkhead)
                .with(Timeout.of(Duration.ofMillis(20)))
                .build();

        CompletableFuture<String> answer = pipeline.callAsync(() -> CompletableFuture.completedFuture(hang()));

        assertThat(answer.handle((result, failure) -> failure).get(LONG, TimeUnit.SECONDS))
                .isInstanceOf(CallTimedOutException.class);
        assertThat(bulkhead.snapshot().inUse()).isEqualTo(1);
        go.countDown();
        await(bulkhead::isIdle);
    }

    @Test
    void callAsync_cancelled_cancelsTheStageAndGivesThePermitBack() {
        ExecutorBulkhead bulkhead = bulkhead(ONE);
        CompletableFuture<String> stage = new CompletableFuture<>();
        AtomicBoolean started = new AtomicBoolean();
        CompletableFuture<String> answer = Pipeline.of(bulkhead).callAsync(() -> {
            started.set(true);
            return stage;
        });
        await(started::get);

        answer.cancel(true);

        await(stage::isCancelled);
        await(bulkhead::isIdle);
    }

    @Test
    void callAsync_cancelledBeforeItStarts_neverRuns() {
        List<Runnable> accepted = new ArrayList<>();
        ExecutorBulkhead bulkhead = ExecutorBulkhead.of("reports", ONE, accepted::add);
        AtomicBoolean ran = new AtomicBoolean();
        CompletableFuture<String> answer = Pipeline.of(bulkhead).callAsync(() -> {
            ran.set(true);
            return CompletableFuture.completedFuture("good");
        });

        answer.cancel(true);
        assertThat(bulkhead.isIdle()).isTrue();
        accepted.forEach(Runnable::run);

        assertThat(ran).isFalse();
        assertThat(bulkhead.isIdle()).isTrue();
    }

    // ---- admission

    @ParameterizedTest
    @EnumSource
    void call_full_waitsForThePermit(Style style) throws Exception {
        ExecutorBulkhead bulkhead = bulkhead(ONE_AND_A_QUEUE);
        Pipeline pipeline = Pipeline.of(bulkhead);
        CompletableFuture<String> first = pipeline.callAsync(() -> CompletableFuture.completedFuture(hang()));
        CompletableFuture<@Nullable Throwable> second =
                CompletableFuture.supplyAsync(() -> failureOf(pipeline, () -> "good", style));
        await(() -> bulkhead.snapshot().waiting() == 1);

        go.countDown();

        assertThat(first.get(LONG, TimeUnit.SECONDS)).isEqualTo("late");
        assertThat(second.get(LONG, TimeUnit.SECONDS)).isNull();
        await(bulkhead::isIdle);
        assertThat(bulkhead.snapshot().waited()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void call_fullAndNoQueue_isRejected(Style style) {
        ExecutorBulkhead bulkhead = bulkhead(ONE);
        Pipeline pipeline = Pipeline.of(bulkhead);
        pipeline.callAsync(() -> CompletableFuture.completedFuture(hang()));
        List<BulkheadEvent> events = new ArrayList<>();
        bulkhead.on(BulkheadEvent.class, events::add);

        assertThat(failureOf(pipeline, () -> "good", style)).isInstanceOf(BulkheadFullException.class);

        assertThat(events).singleElement().isInstanceOf(BulkheadEvent.CallRejected.class);
    }

    @Test
    void configure_higherLimit_moreRunAtOnce() {
        ExecutorBulkhead bulkhead = bulkhead(ONE_AND_A_QUEUE);
        Pipeline pipeline = Pipeline.of(bulkhead);
        AtomicInteger inside = new AtomicInteger();
        for (int i = 0; i < 4; i++) {
            pipeline.callAsync(() -> {
                inside.incrementAndGet();
                return CompletableFuture.completedFuture(hang());
            });
        }
        await(() -> inside.get() == 1);

        bulkhead.configure(ONE_AND_A_QUEUE.toBuilder().limit(3).build());

        await(() -> inside.get() == 3);
        assertThat(bulkhead.config().limit()).isEqualTo(3);
        assertThat(bulkhead.snapshot().waiting()).isEqualTo(1);
    }

    // ---- executors

    @ParameterizedTest
    @EnumSource
    void executor_rejects_callIsRejectedAndThePermitBack(Style style) {
        ExecutorBulkhead bulkhead = ExecutorBulkhead.of("reports", ONE, task -> {
            throw new RejectedExecutionException("full");
        });

        for (int i = 0; i < 2; i++) {
            assertThat(failureOf(Pipeline.of(bulkhead), () -> "good", style))
                    .isInstanceOf(BulkheadFullException.class)
                    .hasMessage("bulkhead 'reports' did not run the call: its executor refused it");
        }
        assertThat(bulkhead.isIdle()).isTrue();
        assertThat(bulkhead.snapshot().rejected()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void executor_throws_thatArrivesAndThePermitIsBack(Style style) {
        Error broken = new OutOfMemoryError("no thread");
        ExecutorBulkhead bulkhead = ExecutorBulkhead.of("reports", ONE, task -> {
            throw broken;
        });

        assertThat(failureOf(Pipeline.of(bulkhead), () -> "good", style)).isSameAs(broken);
        assertThat(bulkhead.isIdle()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void executor_runsTheCallAndThenThrows_answerArrives(Style style) {
        ExecutorBulkhead bulkhead = ExecutorBulkhead.of("reports", ONE, task -> {
            task.run();
            throw new RejectedExecutionException("too late");
        });

        assertThat(failureOf(Pipeline.of(bulkhead), () -> "good", style)).isNull();
        assertThat(bulkhead.isIdle()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void executor_runsTheCallTwice_isRunOnce(Style style) {
        AtomicInteger runs = new AtomicInteger();
        ExecutorBulkhead bulkhead = ExecutorBulkhead.of("reports", ONE, task -> {
            task.run();
            task.run();
        });

        failureOf(Pipeline.of(bulkhead), runs::incrementAndGet, style);

        assertThat(runs).hasValue(1);
        assertThat(bulkhead.isIdle()).isTrue();
    }

    @Test
    void executor_callersThread_worksInVirtualTime() {
        VirtualRuntime runtime = VirtualRuntime.create();
        ExecutorBulkhead bulkhead = ExecutorBulkhead.of("reports", ONE, Runnable::run);
        Pipeline pipeline =
                Pipeline.named("reports").runtime(runtime).with(bulkhead).build();
        long before = runtime.now();

        assertThat(pipeline.<String, RuntimeException>call(() -> "good")).isEqualTo("good");
        assertThat(pipeline.<String>callAsync(() -> CompletableFuture.completedFuture("good")))
                .isCompletedWithValue("good");
        assertThat(runtime.now()).isEqualTo(before);
    }

    @Test
    void virtualTime_otherThread_isWaitedFor() {
        VirtualRuntime runtime = VirtualRuntime.create();
        Pipeline pipeline =
                Pipeline.named("reports").runtime(runtime).with(bulkhead(ONE)).build();

        for (int i = 0; i < 500; i++) {
            assertThat(pipeline.<String, RuntimeException>call(() -> "good")).isEqualTo("good");
        }
    }

    // ---- closing

    @Test
    void close_callsThatWaitAndThoseToCome_areRejectedAndRunningOnesEnd() throws Exception {
        ExecutorBulkhead bulkhead = bulkhead(ONE_AND_A_QUEUE);
        Pipeline pipeline = Pipeline.of(bulkhead);
        CompletableFuture<String> running = pipeline.callAsync(() -> CompletableFuture.completedFuture(hang()));
        CompletableFuture<@Nullable Throwable> waiting =
                CompletableFuture.supplyAsync(() -> failureOf(pipeline, () -> "good", Style.SYNC));
        await(() -> bulkhead.snapshot().waiting() == 1);

        bulkhead.close();
        bulkhead.close();

        assertThat(waiting.get(LONG, TimeUnit.SECONDS)).hasMessage("bulkhead 'reports' is closed");
        for (Style style : Style.values()) {
            assertThat(failureOf(pipeline, () -> "good", style)).hasMessage("bulkhead 'reports' is closed");
        }
        go.countDown();
        assertThat(running.get(LONG, TimeUnit.SECONDS)).isEqualTo("late");
        await(bulkhead::isIdle);
    }

    @Test
    void close_usersExecutor_isLeftAlone() {
        ExecutorService users = Executors.newSingleThreadExecutor();
        try {
            ExecutorBulkhead.of("reports", ONE, users).close();

            assertThat(users.isShutdown()).isFalse();
        } finally {
            users.shutdownNow();
        }
    }

    @Test
    void runtimeCloses_callUnderWay_isCancelled() throws Exception {
        ResilienceRuntime runtime = ResilienceRuntime.builder().build();
        ExecutorBulkhead bulkhead = bulkhead(ONE);
        Pipeline pipeline =
                Pipeline.named("reports").runtime(runtime).with(bulkhead).build();
        CompletableFuture<@Nullable Throwable> end =
                CompletableFuture.supplyAsync(() -> failureOf(pipeline, this::hang, Style.SYNC));
        await(() -> bulkhead.snapshot().inUse() == 1);

        runtime.close();

        assertThat(end.get(LONG, TimeUnit.SECONDS))
                .isInstanceOf(CancellationException.class)
                .hasMessage("bulkhead 'reports' cancelled the call: its runtime was closed");
        go.countDown();
        await(bulkhead::isIdle);
    }

    @Test
    void looks_likeABulkhead() {
        Executor inline = Runnable::run;
        ExecutorBulkhead bulkhead = ExecutorBulkhead.of("reports", BulkheadConfig.defaults(), inline);

        assertThat(bulkhead).hasToString("executor bulkhead 'reports' (0 of 10 in use, 0 waiting)");
        assertThat(bulkhead.traits()).containsExactly(Trait.LIMITS_CONCURRENCY);
        assertThat(bulkhead.name()).isEqualTo("reports");
        assertThat(ExecutorBulkhead.of("reports", 3).config().limit()).isEqualTo(3);
        assertThat(ExecutorBulkhead.of("reports").config()).isEqualTo(BulkheadConfig.defaults());
    }

    /** Callers that give up at any moment, on the system's clock: never more inside than permits, none lost. */
    @Test
    void anyTraffic_withTimeouts_staysWithinTheLimitAndLosesNothing() throws Exception {
        ExecutorBulkhead bulkhead = bulkhead(BulkheadConfig.builder()
                .limit(3)
                .queue(4)
                .maxWait(Duration.ofMillis(1))
                .build());
        Pipeline pipeline = Pipeline.named("reports")
                .with(Timeout.of(Duration.ofNanos(200_000)))
                .with(bulkhead)
                .build();
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<CompletableFuture<Void>> callers = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(6);
        for (int i = 0; i < 6; i++) {
            Style style = Style.values()[i % 2];
            callers.add(CompletableFuture.runAsync(
                    () -> {
                        for (int n = 0; n < 1_500; n++) {
                            failureOf(
                                    pipeline,
                                    () -> {
                                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                                        Thread.yield();
                                        return inside.decrementAndGet();
                                    },
                                    style);
                        }
                    },
                    threads));
        }
        for (CompletableFuture<Void> caller : callers) {
            caller.get(2 * LONG, TimeUnit.SECONDS);
        }
        threads.shutdown();

        await(bulkhead::isIdle);
        assertThat(inside).hasValue(0);
        assertThat(most.get()).isBetween(1, 3);
    }
}
