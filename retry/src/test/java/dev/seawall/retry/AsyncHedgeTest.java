package dev.seawall.retry;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

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
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What only asynchronous calls have: cancellation, stages that anyone may complete, exact times. */
final class AsyncHedgeTest {

    private final VirtualRuntime runtime = VirtualRuntime.create();
    private final List<CompletableFuture<String>> stages = new ArrayList<>();
    private final Tap tap = new Tap();

    private Pipeline pipeline(HedgeConfig config, Policy... inside) {
        Pipeline.Builder builder = Pipeline.named("users").runtime(runtime).with(Hedge.of("users", config));
        for (Policy policy : inside) {
            builder.with(policy);
        }
        return builder.build();
    }

    private static HedgeConfig every100Ms(int maxAttempts) {
        return HedgeConfig.builder()
                .delay(HedgeDelay.fixed(ofMillis(100)))
                .maxAttempts(maxAttempts)
                .build();
    }

    private CompletionStage<String> start() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        stages.add(stage);
        return stage;
    }

    // ---- when

    @Test
    void call_noAnswer_launchesOneAttemptEachDelayUntilTheMost() {
        pipeline(every100Ms(3)).callAsync(this::start);
        assertThat(stages).hasSize(1);

        runtime.advance(ofMillis(99));
        assertThat(stages).hasSize(1);
        runtime.advance(ofMillis(1));
        assertThat(stages).hasSize(2);
        runtime.advance(ofMillis(100));
        assertThat(stages).hasSize(3);
        runtime.advance(ofSeconds(100));
        assertThat(stages).hasSize(3);
        assertThat(runtime.pendingTimers()).isZero();
    }

    @Test
    void call_delayOfZero_launchesAllAtOnce() {
        HedgeConfig config = HedgeConfig.builder()
                .delay(HedgeDelay.fixed(ZERO))
                .maxAttempts(4)
                .build();

        pipeline(config).callAsync(this::start);
        runtime.advance(ZERO);

        assertThat(stages).hasSize(4);
    }

    @Test
    void call_endsInTime_leavesNoTimer() {
        CompletableFuture<String> future = pipeline(every100Ms(2)).callAsync(this::start);

        stages.get(0).complete("ok");

        assertThat(future).isCompletedWithValue("ok");
        assertThat(runtime.pendingTimers()).isZero();
    }

    @Test
    void call_hedgeDueAfterTheDeadline_isNotLaunched() {
        tap.deadlineNanos = ofMillis(100).toNanos();

        tapped(every100Ms(2)).callAsync(this::start);
        runtime.advance(ofSeconds(1));

        assertThat(stages).hasSize(1);
    }

    // ---- losers

    @Test
    void call_loserThatRefusesToBeCancelledAndSucceedsLate_changesNothing() {
        CompletableFuture<String> deaf = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterrupt) {
                return false;
            }
        };
        AtomicInteger attempts = new AtomicInteger();
        CompletableFuture<String> future = pipeline(every100Ms(2))
                .callAsync(() -> attempts.incrementAndGet() == 1 ? deaf : CompletableFuture.completedFuture("second"));
        runtime.advance(ofMillis(100));
        assertThat(future).isCompletedWithValue("second");

        deaf.complete("late");

        assertThat(future).isCompletedWithValue("second");
    }

    @Test
    void call_hedgeEndsWhileTheFirstIsStillBeingStarted_firstIsCancelledOnceItHasStarted() {
        CompletableFuture<String> first = new CompletableFuture<>();
        AtomicInteger attempts = new AtomicInteger();

        CompletableFuture<String> future = pipeline(every100Ms(2)).callAsync(() -> {
            if (attempts.incrementAndGet() == 1) {
                runtime.advance(ofMillis(100));
                return first;
            }
            return CompletableFuture.completedFuture("second");
        });

        assertThat(future).isCompletedWithValue("second");
        assertThat(first).isCancelled();
    }

    @Test
    void call_attemptThatThrowsACheckedException_arrivesAsItIs() {
        IOException failure = new IOException("down");

        CompletableFuture<String> future = pipeline(every100Ms(2)).callAsync(() -> {
            throw failure;
        });

        assertThat(future)
                .failsWithin(ZERO)
                .withThrowableOfType(ExecutionException.class)
                .withCause(failure);
    }

    @Test
    void call_stageOfAHedgeFailsWithACheckedException_arrivesAsItIs() {
        CompletableFuture<String> future = pipeline(every100Ms(2)).callAsync(this::start);
        runtime.advance(ofMillis(100));
        IOException failure = new IOException("first");

        stages.get(1).completeExceptionally(new IOException("second"));
        stages.get(0).completeExceptionally(failure);

        assertThat(future)
                .failsWithin(ZERO)
                .withThrowableOfType(ExecutionException.class)
                .withCause(failure);
    }

    // ---- cancellation

    @Test
    void cancel_whileOneAttemptRuns_cancelsItAndLaunchesNoOther() {
        CompletableFuture<String> future = pipeline(every100Ms(2)).callAsync(this::start);

        future.cancel(true);

        assertThat(stages.get(0)).isCancelled();
        assertThat(runtime.pendingTimers()).isZero();
        runtime.runAll();
        assertThat(stages).hasSize(1);
    }

    @Test
    void cancel_whileSeveralRun_cancelsAll() {
        CompletableFuture<String> future = pipeline(every100Ms(3)).callAsync(this::start);
        runtime.advance(ofMillis(200));

        future.cancel(true);

        assertThat(stages).hasSize(3).allMatch(CompletableFuture::isCancelled);
    }

    @Test
    void cancel_stageThatRefuses_noOtherIsLaunchedAndTheEndIsToldWhenItEnds() {
        CompletableFuture<String> deaf = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterrupt) {
                return false;
            }
        };
        AtomicInteger attempts = new AtomicInteger();
        tapped(every100Ms(2)).callAsync(() -> {
            attempts.incrementAndGet();
            return deaf;
        });

        tap.cancel();
        runtime.runAll();

        assertThat(attempts).hasValue(1);
        assertThat(tap.ends).isEmpty();
        deaf.complete("after all");
        assertThat(tap.ends).containsExactly("after all");
    }

    @Test
    void cancel_anyNumberOfTimes_endIsToldOnce() {
        tapped(every100Ms(2)).callAsync(this::start);
        runtime.advance(ofMillis(100));

        tap.cancel();
        tap.cancel();

        assertThat(tap.ends).hasSize(1).hasOnlyElementsOfType(CancellationException.class);
        tap.cancel();
        assertThat(tap.ends).hasSize(1);
    }

    private Pipeline tapped(HedgeConfig config) {
        return Pipeline.named("users")
                .runtime(runtime)
                .with(tap)
                .with(Hedge.of("users", config))
                .build();
    }

    /** Notes the ends of calls, cancels them as another policy would, and may give them a deadline that nobody enforces. */
    private static final class Tap implements Policy {

        private final List<Object> ends = new ArrayList<>();
        private Cancellation call = Cancellation.NONE;
        private long deadlineNanos;

        void cancel() {
            call.cancel();
        }

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
                    long nearer = deadlineNanos == 0 ? deadline : scope.now() + deadlineNanos;
                    Cancellation started = next.<S, T>callAsync(call, subject, now, nearer, (result, failure) -> {
                        ends.add(failure == null ? Objects.requireNonNull(result) : failure);
                        done.end(result, failure);
                    });
                    Tap.this.call = started;
                    return started;
                }
            };
        }
    }

    @Test
    void cancel_byAListenerOfTheLaunch_theAttemptDoesNotStart() {
        Hedge hedge = Hedge.of("users", every100Ms(2));
        Pipeline pipeline = Pipeline.named("users").runtime(runtime).with(hedge).build();
        CompletableFuture<String> future = pipeline.callAsync(this::start);
        hedge.on(HedgeEvent.Launched.class, event -> future.cancel(true));

        runtime.runAll();

        assertThat(stages).hasSize(1);
        assertThat(stages.get(0)).isCancelled();
    }

    @Test
    void timeout_outside_cancelsAllAttempts() {
        Pipeline pipeline = Pipeline.named("users")
                .runtime(runtime)
                .with(Timeout.of(ofMillis(150)))
                .with(Hedge.of("users", every100Ms(3)))
                .build();

        CompletableFuture<String> future = pipeline.callAsync(this::start);
        runtime.runAll();

        assertThat(stages).hasSize(2).allMatch(CompletableFuture::isCancelled);
        assertThat(future).isCompletedExceptionally();
        assertThat(runtime.pendingTimers()).isZero();
    }

    @Test
    void timeout_inside_aTimedOutAttemptDoesNotEndTheCall() {
        CompletableFuture<String> future =
                pipeline(every100Ms(2), Timeout.of(ofMillis(150))).callAsync(this::start);

        runtime.advance(ofMillis(200));

        assertThat(stages.get(0)).isCancelled();
        assertThat(future).isNotDone();
        stages.get(1).complete("second");
        assertThat(future).isCompletedWithValue("second");
    }

    @Test
    void retry_outside_makesAHedgedCallOfEachAttempt() {
        Pipeline pipeline = Pipeline.named("users")
                .runtime(runtime)
                .with(Retry.of("users", RetryConfig.plain()))
                .with(Hedge.of("users", every100Ms(2)))
                .build();
        CompletableFuture<String> future = pipeline.callAsync(this::start);
        runtime.advance(ofMillis(100));
        stages.get(0).completeExceptionally(new IOException());
        stages.get(1).completeExceptionally(new IOException());
        runtime.advance(ofMillis(100));

        runtime.advance(ofMillis(100));
        stages.get(3).complete("fourth");

        assertThat(stages).hasSize(4);
        assertThat(future).isCompletedWithValue("fourth");
        assertThat(stages.get(2)).isCancelled();
    }

    // ---- runtime

    @Test
    void close_whileAttemptsRun_launchesNoOtherAndLeavesThemAlone() {
        CompletableFuture<String> future = pipeline(every100Ms(3)).callAsync(this::start);
        runtime.advance(ofMillis(100));

        runtime.close();

        assertThat(stages).hasSize(2).noneMatch(CompletableFuture::isDone);
        stages.get(1).complete("second");
        assertThat(future).isCompletedWithValue("second");
    }

    @Test
    void call_afterClose_isNotHedged() {
        runtime.close();

        CompletableFuture<String> future = pipeline(every100Ms(2)).callAsync(this::start);

        assertThat(stages).hasSize(1);
        stages.get(0).complete("ok");
        assertThat(future).isCompletedWithValue("ok");
    }

    @Test
    void call_contextThatBreaksBeforeTheHedge_goesOnAlone() throws Exception {
        CountDownLatch broken = new CountDownLatch(1);
        try (ResilienceRuntime real = ResilienceRuntime.builder()
                .context(task -> () -> {
                    broken.countDown();
                    throw new IllegalStateException("context");
                })
                .build()) {
            Pipeline pipeline = Pipeline.named("users")
                    .runtime(real)
                    .with(Hedge.of("users", ZERO))
                    .build();
            CompletableFuture<String> future = pipeline.callAsync(this::start);
            Duel.await(broken);

            stages.get(0).complete("alone");

            assertThat(future.get(Duel.GIVE_UP_SECONDS, TimeUnit.SECONDS)).isEqualTo("alone");
            assertThat(stages).hasSize(1);
        }
    }

    // ---- the percentile

    @Test
    void percentile_slowFirstAttemptsAreAlwaysBeaten_theyStayOnTheRecord() {
        Hedge hedge = Hedge.of(
                "users",
                HedgeConfig.builder()
                        .delay(HedgeDelay.percentile(90, ofMillis(1), ofMillis(50)))
                        .build());
        Pipeline pipeline = Pipeline.named("users").runtime(runtime).with(hedge).build();

        for (int i = 0; i < 6_000; i++) {
            pipeline.callAsync(this::start);
            if (i % 10 < 2) {
                runtime.advance(ofMillis(50));
            } else {
                runtime.advance(ofMillis(10));
            }
            stages.get(stages.size() - 1).complete("ok");
            runtime.runAll();
        }

        assertThat(hedge.snapshot().delay()).isBetween(ofMillis(48), ofMillis(50));
    }

    @Test
    void percentile_firstAttemptsThatFail_areNotLearntFrom() {
        Hedge hedge = Hedge.of("users", HedgeConfig.defaults());
        Pipeline pipeline = Pipeline.named("users").runtime(runtime).with(hedge).build();

        for (int i = 0; i < 200; i++) {
            pipeline.callAsync(this::start);
            stages.get(i).completeExceptionally(new IOException());
        }

        assertThat(hedge.snapshot().delay()).isEqualTo(ofSeconds(5));
    }

    @Test
    void configure_anotherDelay_holdsForLaterCalls() {
        Hedge hedge = Hedge.of("users", every100Ms(2));
        Pipeline pipeline = Pipeline.named("users").runtime(runtime).with(hedge).build();

        hedge.configure(
                HedgeConfig.builder().delay(HedgeDelay.fixed(ofMillis(10))).build());

        pipeline.callAsync(this::start);
        runtime.advance(ofMillis(10));
        assertThat(stages).hasSize(2);
        assertThat(hedge.snapshot().delay()).isEqualTo(ofMillis(10));
    }
}
