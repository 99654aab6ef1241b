package dev.seawall.retry;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.management.ThreadMXBean;
import dev.seawall.Call;
import dev.seawall.CallInterruptedException;
import dev.seawall.CallTimedOutException;
import dev.seawall.Deadline;
import dev.seawall.Pipeline;
import dev.seawall.ResilienceRuntime;
import dev.seawall.Timeout;
import dev.seawall.VirtualRuntime;
import dev.seawall.retry.Duel.Attempt;
import dev.seawall.retry.Duel.End;
import dev.seawall.retry.Duel.Style;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** What only synchronous calls have: threads, interrupts, a caller that waits. */
@org.junit.jupiter.api.Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
final class SyncHedgeTest {

    private static final HedgeConfig TWO = Duel.config(2);

    private static Duel duel() {
        return new Duel(Style.SYNC, TWO);
    }

    private static HedgeConfig atOnce(Executor executor) {
        return TWO.toBuilder().executor(executor).build();
    }

    // ---- threads

    @Test
    void call_firstAttempt_runsOnTheCallersThread() throws Exception {
        try (Duel duel = duel()) {
            Attempt first = duel.call();
            Attempt second = duel.launch();

            assertThat(first.thread).isSameAs(duel.caller);
            assertThat(second.thread).isNotSameAs(duel.caller);
            second.succeed("ok");
            duel.end();
        }
    }

    @Test
    void call_withoutAnExecutor_hedgeRunsOnADaemonThreadMadeForIt() {
        AtomicReference<Thread> hedgeThread = new AtomicReference<>();
        Hedge hedge = Hedge.of("users", Duration.ZERO);

        String answer = Pipeline.of(hedge).call(() -> {
            if (hedge.currentAttempt() == 1) {
                return sleepForEver();
            }
            hedgeThread.set(Thread.currentThread());
            return "hedge";
        });

        assertThat(answer).isEqualTo("hedge");
        assertThat(hedgeThread.get().getName()).startsWith("seawall-hedge-");
        assertThat(hedgeThread.get().isDaemon()).isTrue();
        assertThat(Thread.interrupted()).isFalse();
    }

    private static String sleepForEver() {
        try {
            new CountDownLatch(1).await();
            throw new AssertionError("not reached");
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @Test
    void call_hedge_runsInTheCallersContext() throws Exception {
        ThreadLocal<String> context = new ThreadLocal<>();
        try (ResilienceRuntime runtime = ResilienceRuntime.builder()
                .context(task -> {
                    String captured = context.get();
                    return () -> {
                        context.set(captured);
                        task.run();
                        context.remove();
                    };
                })
                .build()) {
            Hedge hedge = Hedge.of("users", Duration.ZERO);
            Pipeline pipeline =
                    Pipeline.named("users").runtime(runtime).with(hedge).build();
            context.set("tenant 7");

            String answer = pipeline.call(
                    () -> hedge.currentAttempt() == 1 ? sleepForEver() : Objects.requireNonNull(context.get()));

            assertThat(answer).isEqualTo("tenant 7");
        } finally {
            context.remove();
        }
    }

    @Test
    void call_contextThatCannotBeCaptured_isNotHedged() {
        try (ResilienceRuntime runtime = ResilienceRuntime.builder()
                .context(task -> {
                    throw new IllegalStateException("context");
                })
                .build()) {
            Hedge hedge = Hedge.of("users", Duration.ZERO);
            Pipeline pipeline =
                    Pipeline.named("users").runtime(runtime).with(hedge).build();

            assertThat(pipeline.call(() -> "ok")).isEqualTo("ok");
            assertThat(hedge.snapshot().hedges()).isZero();
        }
    }

    @Test
    void call_inALaterAttemptOfARetryOutside_hedgeSeesThatAttempt() {
        AtomicBoolean again = new AtomicBoolean();
        Retry retry = Retry.of(
                "outer",
                RetryConfig.plain().toBuilder()
                        .beforeRetry(attempt -> again.set(true))
                        .build());
        Hedge hedge = Hedge.of("inner", Duration.ZERO);
        try (ResilienceRuntime runtime = ResilienceRuntime.builder().build()) {
            Pipeline pipeline = Pipeline.named("users")
                    .runtime(runtime)
                    .with(retry)
                    .with(hedge)
                    .build();

            String seen = pipeline.call(() -> {
                if (!again.get()) {
                    throw new IllegalStateException("first of the retry");
                }
                return hedge.currentAttempt() == 1
                        ? sleepForEver()
                        : retry.currentAttempt().number() + "." + hedge.currentAttempt();
            });

            assertThat(seen).isEqualTo("2.2");
            assertThat(retry.currentAttempt().number()).isEqualTo(1);
        }
    }

    @Test
    void call_executorThatRefuses_goesOnAlone() throws Exception {
        List<HedgeEvent> events = new CopyOnWriteArrayList<>();
        CountDownLatch refused = new CountDownLatch(1);
        Hedge hedge = Hedge.of("users", atOnce(task -> {
            throw new RejectedExecutionException("full");
        }));
        hedge.on(HedgeEvent.class, events::add);
        hedge.on(HedgeEvent.Refused.class, event -> refused.countDown());

        String answer = Pipeline.of(hedge).call(() -> {
            Duel.await(refused);
            return "alone";
        });

        assertThat(answer).isEqualTo("alone");
        assertThat(events).containsExactly(new HedgeEvent.Refused("users", 2, HedgeEvent.Reason.EXECUTOR));
        assertThat(hedge.snapshot().refusedByExecutor()).isEqualTo(1);
    }

    @Test
    void call_executorThatRunsTasksOnTheTimersThread_isRefused() throws Exception {
        CountDownLatch refused = new CountDownLatch(1);
        Hedge hedge = Hedge.of("users", atOnce(Runnable::run));
        hedge.on(HedgeEvent.Refused.class, event -> refused.countDown());
        AtomicInteger attempts = new AtomicInteger();

        Pipeline.of(hedge).call(() -> {
            attempts.incrementAndGet();
            Duel.await(refused);
            return "alone";
        });

        assertThat(attempts).hasValue(1);
    }

    @Test
    void call_hedgeWasInterruptedAsALoser_itsThreadKeepsNoInterrupt() throws Exception {
        try (Duel duel = duel()) {
            CompletableFuture<Boolean> flag = new CompletableFuture<>();
            Attempt first = duel.call();
            Runnable due = duel.due();
            Duel.run(() -> {
                due.run();
                flag.complete(Thread.currentThread().isInterrupted());
            });
            Attempt second = duel.started();

            first.succeed("first");

            Duel.await(second.cancelled);
            assertThat(flag.get(Duel.GIVE_UP_SECONDS, TimeUnit.SECONDS)).isFalse();
        }
    }

    // ---- the caller's interrupt

    @Test
    void call_hedgeWins_callerKeepsNoInterrupt() throws Exception {
        try (Duel duel = duel()) {
            duel.call();
            duel.launch().succeed("second");

            assertThat(duel.end()).isEqualTo(new End("second", null));
            assertThat(duel.flagAfterwards.join()).isFalse();
        }
    }

    @Test
    void call_attemptRestoresTheInterruptFlag_callerKeepsNoInterruptOfOurs() {
        Hedge hedge = Hedge.of("users", Duration.ZERO);

        String answer = Pipeline.of(hedge).call(() -> {
            if (hedge.currentAttempt() == 2) {
                return "hedge";
            }
            try {
                return sleepForEver();
            } catch (IllegalStateException interrupted) {
                Thread.currentThread().interrupt();
                throw interrupted;
            }
        });

        assertThat(answer).isEqualTo("hedge");
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void call_interruptedFromElsewhereBeforeTheHedgeWins_keepsThatInterrupt() throws InterruptedException {
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch hedgeWon = new CountDownLatch(1);
        Hedge hedge = Hedge.of(
                "users",
                atOnce(task -> Duel.run(() -> {
                    task.run();
                    hedgeWon.countDown();
                })));

        String answer = Pipeline.of(hedge).call(() -> {
            if (hedge.currentAttempt() == 2) {
                Duel.await(interrupted);
                return "hedge";
            }
            Thread.currentThread().interrupt(); // as if from elsewhere
            interrupted.countDown();
            while (hedgeWon.getCount() > 0) {
                Thread.onSpinWait(); // deaf to interrupts
            }
            return "first";
        });

        assertThat(answer).isEqualTo("hedge");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void call_interruptedFromElsewhereInItsAttempt_endsAtOnceAndCancelsTheHedge() throws Exception {
        try (Duel duel = duel()) {
            duel.call();
            Attempt second = duel.launch();

            Objects.requireNonNull(duel.caller).interrupt();

            assertThat(duel.end().failure()).isInstanceOf(InterruptedException.class);
            Duel.await(second.cancelled);
        }
    }

    @Test
    void call_interruptedWhileItWaitsForTheHedge_endsWithTheFlagSetAndCancelsTheHedge() throws Exception {
        try (Duel duel = duel()) {
            Attempt first = duel.call();
            Attempt second = duel.launch();
            IOException failure = new IOException("first");
            first.fail(failure);
            duel.awaitCallerParkedInWait();

            Objects.requireNonNull(duel.caller).interrupt();

            assertThat(duel.end().failure())
                    .isInstanceOf(CallInterruptedException.class)
                    .hasMessage("'duel' was interrupted while waiting for another attempt")
                    .hasCause(failure);
            assertThat(duel.flagAfterwards.join()).isTrue();
            Duel.await(second.cancelled);
        }
    }

    @Test
    void call_ownAttemptIgnoresTheInterruptAndThrowsLate_hedgesAnswerIsReturned() throws Exception {
        Hedge hedge = Hedge.of("users", Duration.ZERO);

        String answer = Pipeline.of(hedge).call(() -> {
            if (hedge.currentAttempt() == 2) {
                return "hedge";
            }
            while (!Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait();
            }
            throw new IOException("late");
        });

        assertThat(answer).isEqualTo("hedge");
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void call_ownAttemptSucceedsAfterTheHedgeWon_hedgesAnswerIsReturned() {
        Hedge hedge = Hedge.of("users", Duration.ZERO);

        String answer = Pipeline.of(hedge).call(() -> {
            if (hedge.currentAttempt() == 2) {
                return "hedge";
            }
            while (!Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait();
            }
            return "late";
        });

        assertThat(answer).isEqualTo("hedge");
        assertThat(hedge.snapshot().won()).isEqualTo(1);
    }

    @Test
    void call_ownAttemptThrowsAnErrorAfterTheHedgeWon_errorIsThrown() {
        Hedge hedge = Hedge.of("users", Duration.ZERO);
        StackOverflowError error = new StackOverflowError();

        assertThatExceptionOfType(StackOverflowError.class)
                .isThrownBy(() -> Pipeline.of(hedge).call(() -> {
                    if (hedge.currentAttempt() == 2) {
                        return "hedge";
                    }
                    while (!Thread.currentThread().isInterrupted()) {
                        Thread.onSpinWait();
                    }
                    throw error;
                }))
                .isSameAs(error);

        assertThat(Thread.interrupted()).isFalse();
    }

    // ---- deadlines and time limits

    @Test
    void call_waitsForTheHedge_untilTheDeadlineOnly() throws Exception {
        try (Duel duel = new Duel(Style.SYNC, TWO, Pipeline.Builder::inheritDeadline)) {
            Deadline deadline = Deadline.after(ofSeconds(2), duel.runtime);
            Duel.run(() -> deadline.call(() -> {
                duel.callHere();
                return "called";
            }));
            Attempt first = duel.started();
            Attempt second = duel.launch();

            first.fail(new IOException("first"));

            assertThat(duel.end().failure()).hasMessage("first");
            assertThat(deadline.isExpired()).isTrue();
            Duel.await(second.cancelled);
        }
    }

    @Test
    void timeout_outside_endsTheCallAndCancelsTheHedge() throws Exception {
        try (Duel duel = new Duel(Style.SYNC, TWO, builder -> builder.with(Timeout.of(ofSeconds(1))))) {
            duel.call();
            Attempt second = duel.launch();

            assertThat(duel.end().failure()).isInstanceOf(CallTimedOutException.class);
            Duel.await(second.cancelled);
            assertThat(duel.flagAfterwards.join()).isFalse();
        }
    }

    @Test
    void timeout_inside_endsOneAttemptAndNotTheOther() throws Exception {
        Hedge hedge = Hedge.of("users", ofMillis(100));
        Pipeline pipeline = Pipeline.named("users")
                .with(hedge)
                .with(Timeout.of(ofMillis(300)))
                .build();
        CountDownLatch firstTimedOut = new CountDownLatch(1);

        String answer = pipeline.call(() -> {
            if (hedge.currentAttempt() == 2) {
                Duel.await(firstTimedOut);
                return "hedge";
            }
            try {
                return sleepForEver();
            } finally {
                firstTimedOut.countDown();
            }
        });

        assertThat(answer).isEqualTo("hedge");
        assertThat(Thread.interrupted()).isFalse();
    }

    // ---- the runtime

    @Test
    void close_whileTheCallerWaits_endsTheCallAsItsFirstAttemptEnded() throws Exception {
        try (Duel duel = duel()) {
            Attempt first = duel.call();
            Attempt second = duel.launch();
            first.fail(new IOException("first"));
            duel.awaitCallerParkedInWait();

            duel.runtime.close();

            assertThat(duel.end().failure()).hasMessage("first");
            Duel.await(second.cancelled);
        }
    }

    @Test
    void close_beforeAHedgeIsDue_noneIsLaunched() throws Exception {
        try (Duel duel = duel()) {
            Attempt first = duel.call();
            Runnable due = duel.due();

            duel.runtime.close();

            Duel.run(due).join();
            assertThat(duel.nothingStarted()).isTrue();
            first.succeed("first");
            assertThat(duel.end()).isEqualTo(new End("first", null));
        }
    }

    @Test
    void virtualRuntime_hedgeOfASynchronousCall_runsAtItsVirtualTime() throws InterruptedException {
        VirtualRuntime runtime = VirtualRuntime.create();
        Hedge hedge = Hedge.of(
                "users",
                atOnce(Runnable::run).toBuilder()
                        .delay(HedgeDelay.fixed(ofMillis(100)))
                        .build());
        Pipeline pipeline = Pipeline.named("users").runtime(runtime).with(hedge).build();
        long start = runtime.now();

        String answer = pipeline.call(() -> {
            runtime.sleep((hedge.currentAttempt() == 1 ? ofSeconds(1) : ofMillis(50)).toNanos());
            return "attempt " + hedge.currentAttempt();
        });

        assertThat(answer).isEqualTo("attempt 2");
        assertThat(runtime.now() - start).isEqualTo(ofMillis(150).toNanos());
        assertThat(runtime.pendingTimers()).isZero();
        assertThat(Thread.interrupted()).isFalse();
    }

    // ---- the percentile

    @Test
    void percentile_afterAHundredCalls_isTheDelay() throws Exception {
        VirtualRuntime runtime = VirtualRuntime.create();
        Hedge hedge = Hedge.of(
                "users",
                HedgeConfig.builder()
                        .delay(HedgeDelay.percentile(90, ofMillis(1), ofMillis(500)))
                        .build());
        Pipeline pipeline = Pipeline.named("users").runtime(runtime).with(hedge).build();
        assertThat(hedge.snapshot().delay()).isEqualTo(ofMillis(500));

        for (int i = 0; i < 100; i++) {
            Duration takes = ofMillis(i < 90 ? 20 : 100);
            pipeline.call(() -> runtime.sleep(takes.toNanos()));
        }

        assertThat(hedge.snapshot().delay()).isBetween(ofMillis(19), ofMillis(21));
    }

    @Test
    void percentile_slowFirstAttemptsAreAlwaysBeaten_theyStayOnTheRecord() throws Exception {
        VirtualRuntime runtime = VirtualRuntime.create();
        Hedge hedge = Hedge.of(
                "users",
                HedgeConfig.builder()
                        .delay(HedgeDelay.percentile(90, ofMillis(1), ofMillis(50)))
                        .build());
        Pipeline pipeline = Pipeline.named("users").runtime(runtime).with(hedge).build();

        for (int i = 0; i < 6_000; i++) {
            Duration takes = i % 10 < 2 ? ofSeconds(1) : ofMillis(10);
            pipeline.call(() -> runtime.sleep((hedge.currentAttempt() == 1 ? takes : Duration.ZERO).toNanos()));
        }

        // a fifth are slower than 50 ms: were they forgotten when beaten, the delay would fall to 10 ms
        assertThat(hedge.snapshot().delay()).isBetween(ofMillis(48), ofMillis(50));
    }

    // ---- cost

    @Test
    void call_succeedsAtOnce_allocatesLessThanTwoKibibytes() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Pipeline pipeline = Pipeline.of(Hedge.of("users", ofSeconds(10)));
        Call<String, RuntimeException> call = () -> "ok";
        for (int i = 0; i < 20_000; i++) {
            pipeline.call(call);
        }
        long before = threads.getCurrentThreadAllocatedBytes();

        for (int i = 0; i < 10_000; i++) {
            pipeline.call(call);
        }

        long each = (threads.getCurrentThreadAllocatedBytes() - before) / 10_000;
        assertThat(each).isLessThan(2_048);
    }
}
