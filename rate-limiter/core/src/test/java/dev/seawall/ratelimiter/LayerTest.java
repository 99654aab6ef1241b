package dev.seawall.ratelimiter;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.seawall.CallInterruptedException;
import dev.seawall.Deadline;
import dev.seawall.Pipeline;
import dev.seawall.ResilienceRuntime;
import dev.seawall.Result;
import dev.seawall.Timeout;
import dev.seawall.VirtualRuntime;
import dev.seawall.ratelimiter.RateLimiterEvent.CallDelayed;
import dev.seawall.ratelimiter.RateLimiterEvent.CallRejected;
import dev.seawall.ratelimiter.RateLimiterEvent.PermitsReturned;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls through a pipeline, in both styles. */
final class LayerTest {

    private static final RateLimiterConfig TEN = RateLimiterConfig.of(Limit.perSecond(10));
    private static final RateLimiterConfig PACED = RateLimiterConfig.paced(10, ofSeconds(1), ofSeconds(1));

    private static void drain(RateLimiter limiter) {
        while (limiter.tryAcquire()) {
            // until nothing is left
        }
    }

    @ParameterizedTest
    @EnumSource
    void call_permitIsThere_startsAtOnce(Style style) {
        Bench bench = new Bench(style, TEN);

        assertThat(bench.call()).isNull();
        assertThat(bench.starts).containsExactly(0L);
        assertThat(bench.limiter.quota().remaining()).isEqualTo(9);
        assertThat(bench.events).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void call_noPermitAndNoWaiting_isRejectedAndNotRun(Style style) {
        Bench bench = new Bench(style, TEN);
        drain(bench.limiter);

        Throwable failure = bench.call();

        assertThat(failure).isInstanceOf(RateLimitedException.class);
        assertThat(((RateLimitedException) failure).retryAfter()).contains(ofMillis(100));
        assertThat(bench.starts).isEmpty();
        assertThat(bench.all(CallRejected.class)).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void call_permitIsDueInTime_startsThen(Style style) {
        Bench bench = new Bench(style, PACED);

        bench.call();
        bench.call();
        bench.call();

        assertThat(bench.starts).containsExactly(0L, 100L, 200L);
        assertThat(bench.all(CallDelayed.class))
                .containsOnly(new CallDelayed("users", 1, ofMillis(100)))
                .hasSize(2);
        assertThat(bench.limiter.snapshot().delayed()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void call_permitIsDueAfterMaxWait_isRejectedWithoutWaiting(Style style) {
        Bench bench = new Bench(style, PACED);
        bench.limiter.charge(11);

        Throwable failure = bench.call();

        assertThat(failure)
                .hasMessage("rate limiter 'users' (10 per 1 s evenly spaced) has a permit in 1.1 s,"
                        + " and a call waits at most 1 s; try again in 1.1 s");
        assertThat(bench.nowInMillis()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void call_permitIsDueAtTheDeadline_isRejectedAtOnceAndTakesNothing(Style style) {
        Bench bench = new Bench(style, PACED);
        bench.limiter.charge(3);

        Throwable failure = Deadline.after(ofMillis(300), bench.runtime).call(bench::call);

        assertThat(failure)
                .isInstanceOf(RateLimitedException.class)
                .hasMessageContaining("has a permit in 300 ms, after the call's deadline");
        assertThat(bench.nowInMillis()).isZero();
        Deadline.after(ofMillis(301), bench.runtime).call(bench::call);
        assertThat(bench.starts).containsExactly(300L);
    }

    @ParameterizedTest
    @EnumSource
    void call_withSubject_takesItsPermits(Style style) {
        Bench bench = new Bench(
                style, TEN.toBuilder().permits(String.class, String::length).build());

        bench.call("four");
        bench.call(7);
        bench.call(null);

        assertThat(bench.limiter.quota().remaining()).isEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource
    void call_functionOfPermitsThrowsOrAnswersNothingSensible_takesOne(Style style) {
        Bench bench = new Bench(
                style,
                TEN.toBuilder()
                        .permits(String.class, text -> text.isEmpty() ? 0 : Long.parseLong(text))
                        .build());

        assertThat(bench.call("x")).isNull();
        assertThat(bench.call("")).isNull();
        assertThat(bench.call("-5")).isNull();

        assertThat(bench.limiter.quota().remaining()).isEqualTo(7);
    }

    @ParameterizedTest
    @EnumSource
    void call_morePermitsThanThereCanBe_isRejectedWithoutAHint(Style style) {
        Bench bench = new Bench(
                style,
                PACED.toBuilder()
                        .limits(List.of(Limit.perSecond(10)))
                        .permits(Long.class, Long::longValue)
                        .build());

        Throwable failure = bench.call(11L);

        assertThat(failure)
                .hasMessage("rate limiter 'users' (10 per 1 s) never has 11 permits at once, but 10 at most");
    }

    @ParameterizedTest
    @EnumSource
    void call_rejected_isARejectionOfItsPipeline(Style style) {
        Bench bench = new Bench(style, TEN);
        drain(bench.limiter);

        Result<String> result = bench.pipeline.tryCall(() -> "never");

        assertThat(result).isInstanceOf(Result.Rejected.class);
    }

    @ParameterizedTest
    @EnumSource
    void call_afterAWait_policiesInsideReadTheClockAnew(Style style) {
        Bench bench = new Bench(style, PACED);
        Pipeline pipeline = Pipeline.named("users")
                .runtime(bench.runtime)
                .with(bench.limiter)
                .with(Timeout.of(ofMillis(50)))
                .build();
        bench.limiter.tryAcquire();

        if (style == Style.SYNC) {
            assertThat(pipeline.<String, RuntimeException>call(() -> "in time")).isEqualTo("in time");
        } else {
            CompletableFuture<String> future = pipeline.callAsync(() -> CompletableFuture.completedFuture("in time"));
            bench.runtime.runAll();
            assertThat(future).isCompletedWithValue("in time");
        }
        assertThat(bench.nowInMillis()).isEqualTo(100);
    }

    // ---- synchronous

    @Test
    void call_interruptedWhileWaiting_givesThePermitBackAndKeepsTheFlag() {
        Bench bench = new Bench(Style.SYNC, PACED);
        bench.call();
        bench.runtime.schedule(
                ofMillis(40).toNanos(), () -> Thread.currentThread().interrupt());

        Throwable failure = bench.call();

        assertThat(failure).isInstanceOf(CallInterruptedException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(bench.limiter.quota().retryAfter()).isEqualTo(ofMillis(60));
        assertThat(bench.all(PermitsReturned.class)).hasSize(1);
        assertThat(bench.limiter.snapshot().waiting()).isZero();
    }

    @Test
    void call_runtimeClosedWhileWaiting_isRejectedAndGivesThePermitBack() {
        Bench bench = new Bench(Style.SYNC, PACED);
        bench.call();
        bench.runtime.schedule(ofMillis(40).toNanos(), bench.runtime::close);

        Throwable failure = bench.call();

        assertThat(failure).isInstanceOf(RateLimitedException.class).hasMessageContaining("its runtime was closed");
        assertThat(bench.limiter.quota().retryAfter()).isEqualTo(ofMillis(60));
    }

    // ---- asynchronous

    @Test
    void callAsync_cancelledWhileWaiting_endsAtOnceAndGivesThePermitBack() {
        Bench bench = new Bench(Style.ASYNC, PACED);
        AtomicInteger started = new AtomicInteger();
        bench.limiter.tryAcquire();
        CompletableFuture<Integer> future =
                bench.pipeline.callAsync(() -> CompletableFuture.completedFuture(started.incrementAndGet()));
        int waiting = bench.limiter.snapshot().waiting();

        future.cancel(true);

        assertThat(waiting).isEqualTo(1);
        assertThat(bench.runtime.pendingTimers()).isZero();
        assertThat(bench.limiter.quota().retryAfter()).isEqualTo(ofMillis(100));
        assertThat(bench.limiter.snapshot().waiting()).isZero();
        bench.runtime.runAll();
        assertThat(started).hasValue(0);
        assertThat(bench.all(PermitsReturned.class)).hasSize(1);
    }

    @Test
    void callAsync_cancelledByATimeoutOutside_givesThePermitBack() {
        Bench bench = new Bench(Style.ASYNC, PACED, pipeline -> pipeline.with(Timeout.of(ofMillis(500))));
        bench.limiter.charge(4);
        CompletableFuture<String> future = bench.pipeline.callAsync(() -> CompletableFuture.completedFuture("never"));

        future.cancel(true);
        bench.runtime.runAll();

        assertThat(Bench.failure(future)).isInstanceOf(CancellationException.class);
        assertThat(bench.limiter.snapshot().waiting()).isZero();
        assertThat(bench.all(PermitsReturned.class)).hasSize(1);
    }

    @Test
    void callAsync_cancelledAfterItStarted_cancelsTheStageAndKeepsThePermit() {
        Bench bench = new Bench(Style.ASYNC, PACED);
        bench.limiter.tryAcquire();
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> future = bench.pipeline.callAsync(() -> stage);
        bench.runtime.advance(ofMillis(100));

        future.cancel(true);

        assertThat(stage).isCancelled();
        assertThat(bench.limiter.quota().retryAfter()).isEqualTo(ofMillis(100));
        assertThat(bench.all(PermitsReturned.class)).isEmpty();
    }

    @Test
    void callAsync_runtimeClosedWhileWaiting_isRejectedAndGivesThePermitBack() {
        Bench bench = new Bench(Style.ASYNC, PACED);
        bench.limiter.tryAcquire();
        CompletableFuture<String> future = bench.pipeline.callAsync(() -> CompletableFuture.completedFuture("never"));

        bench.runtime.close();

        assertThat(Bench.failure(future))
                .isInstanceOf(RateLimitedException.class)
                .hasMessageContaining("its runtime was closed");
        assertThat(bench.limiter.quota().retryAfter()).isEqualTo(ofMillis(100));
        assertThat(bench.limiter.snapshot().waiting()).isZero();
        assertThat(bench.limiter.snapshot().rejected()).isEqualTo(1);
    }

    @Test
    void callAsync_manyWaiting_startInOrderAndWithinTheQueue() {
        Bench bench = new Bench(Style.ASYNC, PACED.toBuilder().queue(3).build());
        List<Integer> order = new ArrayList<>();
        List<CompletableFuture<Boolean>> futures = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            int number = i;
            futures.add(bench.pipeline.callAsync(() -> CompletableFuture.completedFuture(order.add(number))));
        }

        bench.runtime.runAll();

        assertThat(order).containsExactly(0, 1, 2, 3);
        assertThat(Bench.failure(futures.get(4)))
                .hasMessageContaining("has a permit in 400 ms, and 3 calls wait already");
        assertThat(bench.nowInMillis()).isEqualTo(300);
    }

    @Test
    void callAsync_contextCannotBeCaptured_failsAndGivesThePermitBack() {
        IllegalStateException broken = new IllegalStateException("no context");
        try (ResilienceRuntime runtime = ResilienceRuntime.builder()
                .context(task -> {
                    throw broken;
                })
                .build()) {
            RateLimiter limiter =
                    RateLimiter.of("users", RateLimiterConfig.paced(1, ofMinutes(1), ofMinutes(5)), runtime);
            Pipeline pipeline =
                    Pipeline.named("users").runtime(runtime).with(limiter).build();
            limiter.tryAcquire();

            CompletableFuture<String> future = pipeline.callAsync(() -> CompletableFuture.completedFuture("never"));

            assertThat(Bench.failure(future)).isSameAs(broken);
            assertThat(limiter.snapshot().waiting()).isZero();
            assertThat(limiter.quota().retryAfter()).isLessThanOrEqualTo(ofMinutes(1));
        }
    }

    @Test
    void callAsync_waited_runsOnTheExecutorInTheCapturedContext() throws Exception {
        AtomicInteger restored = new AtomicInteger();
        try (ResilienceRuntime runtime = ResilienceRuntime.builder()
                .name("paced")
                .context(task -> () -> {
                    restored.incrementAndGet();
                    task.run();
                })
                .build()) {
            RateLimiter limiter =
                    RateLimiter.of("users", RateLimiterConfig.paced(100, ofSeconds(1), ofSeconds(5)), runtime);
            Pipeline pipeline =
                    Pipeline.named("users").runtime(runtime).with(limiter).build();
            limiter.tryAcquire();

            String thread = pipeline.callAsync(() -> CompletableFuture.completedFuture(
                            Thread.currentThread().getName()))
                    .get();

            assertThat(thread).startsWith("paced-worker");
            assertThat(restored).hasValue(1);
        }
    }

    @Test
    void link_pipelineOnAnotherClock_isRefused() {
        RateLimiter limiter = RateLimiter.of("users", TEN, VirtualRuntime.create());

        assertThatIllegalArgumentException().isThrownBy(() -> Pipeline.of(limiter));
    }
}
