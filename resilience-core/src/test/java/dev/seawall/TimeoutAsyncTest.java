package dev.seawall;

import static dev.seawall.PipelineAsyncTest.failureOf;
import static java.time.Duration.ofSeconds;
import static java.util.concurrent.CompletableFuture.completedFuture;
import static java.util.concurrent.CompletableFuture.failedFuture;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Time limits of asynchronous calls, in virtual time. */
final class TimeoutAsyncTest {

    private final VirtualRuntime runtime = VirtualRuntime.create();
    private final Pipeline pipeline = pipeline(Timeout.of("slow", ofSeconds(3)));
    private final CompletableFuture<String> stage = new CompletableFuture<>();

    @AfterEach
    void nothingIsLeftOver() {
        assertThat(runtime.pendingTimers()).as("pending timers").isZero();
        assertThat(Thread.interrupted()).as("interrupt flag").isFalse();
    }

    @Test
    void callAsync_withinTheLimit_completes() {
        CompletableFuture<String> future = pipeline.callAsync(() -> stage);
        runtime.advance(ofSeconds(2));
        stage.complete("answer");

        assertThat(future).isCompletedWithValue("answer");
    }

    @Test
    void callAsync_limitRunsOut_failsAndCancelsTheStage() {
        CompletableFuture<String> future = pipeline.callAsync(() -> stage);
        runtime.advance(ofSeconds(3).minusNanos(1));
        assertThat(future).isNotDone();
        runtime.advance(Duration.ofNanos(1));

        assertThat(failureOf(future))
                .isInstanceOf(CallTimedOutException.class)
                .hasMessage("timeout 'slow': no answer within 3 s; the call may still be running")
                .hasNoCause();
        assertThat(stage).isCancelled();
    }

    @Test
    void callAsync_answerAfterTheLimit_isDropped() {
        CompletableFuture<String> uncancellable = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterrupt) {
                return false;
            }
        };
        CompletableFuture<String> future = pipeline.callAsync(() -> uncancellable);
        runtime.advance(ofSeconds(3));

        uncancellable.complete("too late");

        assertThat(failureOf(future)).isInstanceOf(CallTimedOutException.class);
    }

    @Test
    void callAsync_stageRefusesToBeAFuture_isAnsweredAllTheSame() {
        CompletionStage<String> refusing = new CompletableFuture<String>() {
            @Override
            public CompletableFuture<String> toCompletableFuture() {
                throw new UnsupportedOperationException();
            }
        };
        CompletableFuture<String> future = pipeline.callAsync(() -> refusing);

        runtime.advance(ofSeconds(3));

        assertThat(failureOf(future)).isInstanceOf(CallTimedOutException.class);
    }

    @Test
    void callAsync_callStartsSoSlowlyThatTheLimitRunsOut_cancelsTheStageItReturns() {
        CompletableFuture<String> future = pipeline.callAsync(() -> {
            runtime.advance(ofSeconds(3));
            return stage;
        });

        assertThat(failureOf(future)).isInstanceOf(CallTimedOutException.class);
        assertThat(stage).isCancelled();
    }

    @Test
    void cancel_pendingCall_cancelsTheStageAndTheTimer() {
        CompletableFuture<String> future = pipeline.callAsync(() -> stage);

        future.cancel(true);

        assertThat(stage).isCancelled();
        assertThat(runtime.pendingTimers()).isZero();
    }

    @Test
    void timer_thousandFailedCalls_leaveNothingPending() {
        List<CompletableFuture<String>> futures = IntStream.range(0, 1_000)
                .mapToObj(i -> pipeline.<String>callAsync(() -> failedFuture(new IOException("gone"))))
                .toList();

        assertThat(runtime.pendingTimers()).isZero();
        assertThat(futures).allMatch(CompletableFuture::isCompletedExceptionally);
    }

    @Test
    void timer_thousandFailuresAfterAWait_leaveNothingPending() {
        List<CompletableFuture<String>> stages = IntStream.range(0, 1_000)
                .mapToObj(i -> new CompletableFuture<String>())
                .toList();
        stages.forEach(pending -> pipeline.callAsync(() -> pending));
        assertThat(runtime.pendingTimers()).isEqualTo(1_000);

        stages.forEach(pending -> pending.completeExceptionally(new IOException("gone")));

        assertThat(runtime.pendingTimers()).isZero();
    }

    @Test
    void timer_callThatThrowsAtOnce_leavesNothingPending() {
        CompletableFuture<String> future = pipeline.callAsync(() -> {
            throw new IOException("gone");
        });

        assertThat(failureOf(future)).hasMessage("gone");
        assertThat(runtime.pendingTimers()).isZero();
    }

    @Test
    void timer_finishedCall_leavesNothingPending() {
        assertThat(pipeline.callAsync(() -> completedFuture("answer"))).isCompletedWithValue("answer");

        assertThat(runtime.pendingTimers()).isZero();
    }

    @Test
    void nested_outerIsShorter_endsTheCallOnce() {
        List<Throwable> ends = new ArrayList<>();
        Pipeline nested = pipeline(Timeout.of("outer", ofSeconds(1)), Timeout.of("inner", ofSeconds(5)));

        nested.callAsync(() -> stage).whenComplete((result, failure) -> ends.add(failure));
        runtime.runAll();

        assertThat(ends)
                .singleElement()
                .isInstanceOfSatisfying(
                        CallTimedOutException.class,
                        timedOut -> assertThat(timedOut.policy()).isEqualTo("outer"));
        assertThat(stage).isCancelled();
    }

    @Test
    void nested_innerIsShorter_endsTheCallOnce() {
        Pipeline nested = pipeline(Timeout.of("outer", ofSeconds(5)), Timeout.of("inner", ofSeconds(1)));

        CompletableFuture<String> future = nested.callAsync(() -> stage);
        runtime.advance(ofSeconds(1));

        assertThat(failureOf(future))
                .isInstanceOfSatisfying(
                        CallTimedOutException.class,
                        timedOut -> assertThat(timedOut.policy()).isEqualTo("inner"));
    }

    @Test
    void callAsync_deadlineAlreadyPassed_isRejectedAndNotStarted() {
        List<String> runs = new ArrayList<>();
        Pipeline late = pipeline(TimeoutTest.withDeadlineNow(), Timeout.of("late", ofSeconds(9)));

        CompletableFuture<String> future = late.callAsync(() -> {
            runs.add("ran");
            return stage;
        });

        assertThat(failureOf(future)).isInstanceOf(DeadlineExpiredException.class);
        assertThat(runs).isEmpty();
    }

    @Test
    void withLimit_subject_choosesTheLimit() {
        Pipeline bySubject = pipeline(Timeout.of(ofSeconds(9)).withLimit(Integer.class, Duration::ofSeconds));

        CompletableFuture<String> future = bySubject.callAsyncWith(2, subject -> stage);
        runtime.advance(ofSeconds(2));

        assertThat(failureOf(future)).isInstanceOf(CallTimedOutException.class);
    }

    @Test
    void close_pendingCall_isCancelled() {
        CompletableFuture<String> future = pipeline.callAsync(() -> stage);

        runtime.close();

        assertThat(failureOf(future))
                .isInstanceOf(CancellationException.class)
                .hasMessage("'slow' cancelled the call: its runtime was closed");
        assertThat(stage).isCancelled();
    }

    @Test
    void callAsync_afterTheRuntimeWasClosed_isCancelled() {
        runtime.close();

        CompletableFuture<String> future = pipeline.callAsync(() -> stage);

        assertThat(failureOf(future)).isInstanceOf(CancellationException.class);
        assertThat(stage).isCancelled();
    }

    private Pipeline pipeline(Policy... policies) {
        Pipeline.Builder builder = Pipeline.named("users").runtime(runtime);
        for (Policy policy : policies) {
            builder.with(policy);
        }
        return builder.build();
    }
}
