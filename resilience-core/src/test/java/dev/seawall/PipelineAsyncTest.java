package dev.seawall;

import static dev.seawall.TestPolicies.broken;
import static dev.seawall.TestPolicies.passing;
import static dev.seawall.TestPolicies.policy;
import static dev.seawall.TestPolicies.rejecting;
import static dev.seawall.TestPolicies.tracing;
import static java.util.concurrent.CompletableFuture.completedFuture;
import static java.util.concurrent.CompletableFuture.failedFuture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.TestPolicies.Rejection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a pipeline promises for asynchronous calls. */
final class PipelineAsyncTest {

    private static final int LONG = 20;

    private final List<String> trace = new ArrayList<>();
    private final List<@Nullable Throwable> ends = new ArrayList<>();
    private final Pipeline pipeline =
            Pipeline.of(policy("spy", (next, scope) -> new TestPolicies.PassingLayer(next, scope) {
                @Override
                public <S, T> Cancellation callAsync(
                        CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call,
                        S subject,
                        long now,
                        long deadline,
                        Done<? super T> done) {
                    return next.<S, T>callAsync(call, subject, now, deadline, (result, failure) -> {
                        ends.add(failure);
                        done.end(result, failure);
                    });
                }
            }));

    @Test
    void callAsync_firstPolicyAdded_isOutermost() {
        Pipeline traced = Pipeline.named("users")
                .with(tracing("a", trace))
                .with(tracing("b", trace))
                .build();
        CompletableFuture<String> stage = new CompletableFuture<>();

        CompletableFuture<String> future = traced.callAsync(() -> {
            trace.add("call");
            return stage;
        });
        trace.add("started");
        stage.complete("answer");

        assertThat(future).isCompletedWithValue("answer");
        assertThat(trace).containsExactly("> a", "> b", "call", "started", "< b", "< a");
    }

    @Test
    void callAsync_emptyPipeline_completesAsTheStageDoes() {
        Pipeline empty = Pipeline.named("users").build();

        assertThat(empty.callAsync(() -> completedFuture("answer"))).isCompletedWithValue("answer");
    }

    @Test
    void callAsync_nullResult_completesWithNull() {
        assertThat(pipeline.callAsync(() -> completedFuture(null))).isCompletedWithValue(null);
    }

    @Test
    void callAsyncWith_subject_reachesTheCall() {
        assertThat(pipeline.callAsyncWith("four", subject -> completedFuture(subject.length())))
                .isCompletedWithValue(4);
    }

    @Test
    void callAsync_stageFails_failsWithTheSameException() {
        IOException failure = new IOException("gone");

        CompletableFuture<String> future = pipeline.callAsync(() -> failedFuture(failure));

        assertThat(failureOf(future)).isSameAs(failure);
        assertThat(ends).containsExactly(failure);
    }

    @Test
    void callAsync_dependentStageFails_isUnwrapped() {
        IOException failure = new IOException("gone");
        CompletableFuture<String> source = new CompletableFuture<>();

        CompletableFuture<String> future = pipeline.callAsync(() -> source.thenApply(String::trim));
        source.completeExceptionally(failure);

        assertThat(failureOf(future)).isSameAs(failure);
    }

    @Test
    void callAsync_completionExceptionWithoutCause_isKept() {
        CompletionException failure = new CompletionException("no cause", null);

        assertThat(failureOf(pipeline.callAsync(() -> failedFuture(failure)))).isSameAs(failure);
    }

    @Test
    void callAsync_callThrowsChecked_failsTheFuture() {
        IOException failure = new IOException("gone");

        CompletableFuture<String> future = pipeline.callAsync(() -> {
            throw failure;
        });

        assertThat(failureOf(future)).isSameAs(failure);
        assertThat(ends).containsExactly(failure);
    }

    @Test
    void callAsync_callThrowsError_failsTheFuture() {
        Error failure = new LinkageError();

        CompletableFuture<String> future = pipeline.callAsync(() -> {
            throw failure;
        });

        assertThat(failureOf(future)).isSameAs(failure);
    }

    @Test
    void callAsync_callReturnsNull_failsTheFutureWithATextThatHelps() {
        CompletableFuture<String> future = pipeline.callAsync(() -> null);

        assertThat(failureOf(future))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("the call in pipeline 'spy' returned null where a CompletionStage was expected");
    }

    @Test
    void callAsync_rejection_failsTheFutureAndNeverStarts() {
        Pipeline gated = Pipeline.of(rejecting("gate"));

        CompletableFuture<String> future = gated.callAsync(() -> {
            trace.add("call");
            return completedFuture("never");
        });

        assertThat(failureOf(future)).isInstanceOf(Rejection.class);
        assertThat(trace).isEmpty();
    }

    @Test
    void callAsync_policyBreaksItsContract_failsTheFuture() {
        IllegalStateException failure = new IllegalStateException("bad layer");

        assertThat(failureOf(Pipeline.of(broken(failure)).callAsync(() -> completedFuture("never"))))
                .isSameAs(failure);
    }

    @Test
    void callAsync_stageThrowsInWhenComplete_failsTheFuture() {
        IllegalStateException failure = new IllegalStateException("bad stage");
        CompletableFuture<String> stage = new CompletableFuture<>() {
            @Override
            public CompletableFuture<String> whenComplete(BiConsumer<? super String, ? super Throwable> action) {
                throw failure;
            }
        };

        assertThat(failureOf(pipeline.callAsync(() -> stage))).isSameAs(failure);
        assertThat(ends).containsExactly(failure);
    }

    @Test
    void callAsync_stageAnswersAndThenThrows_endsOnceWithTheAnswer() {
        CompletableFuture<String> stage = new CompletableFuture<>() {
            @Override
            public CompletableFuture<String> whenComplete(BiConsumer<? super String, ? super Throwable> action) {
                action.accept("answer", null);
                throw new IllegalStateException("bad stage");
            }
        };

        assertThat(pipeline.callAsync(() -> stage)).isCompletedWithValue("answer");
        assertThat(ends).hasSize(1);
    }

    @Test
    void callAsync_stageAnswersTwice_endsOnceWithTheFirst() {
        CompletableFuture<String> stage = new CompletableFuture<>() {
            @Override
            public CompletableFuture<String> whenComplete(BiConsumer<? super String, ? super Throwable> action) {
                action.accept("first", null);
                action.accept(null, new IOException("second"));
                return this;
            }
        };

        assertThat(pipeline.callAsync(() -> stage)).isCompletedWithValue("first");
        assertThat(ends).hasSize(1);
    }

    @Test
    void cancel_whileTheStageRuns_cancelsTheStage() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> future = pipeline.callAsync(() -> stage);

        boolean cancelled = future.cancel(true);

        assertThat(cancelled).isTrue();
        assertThat(stage).isCancelled();
        assertThat(future).isCancelled();
        assertThat(ends).singleElement().isInstanceOf(CancellationException.class);
    }

    @Test
    void cancel_afterTheEnd_changesNothing() {
        CompletableFuture<String> future = pipeline.callAsync(() -> completedFuture("answer"));

        assertThat(future.cancel(true)).isFalse();
        assertThat(future).isCompletedWithValue("answer");
    }

    @Test
    void complete_whileTheStageRuns_cancelsTheStage() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> future = pipeline.callAsync(() -> stage);

        future.complete("found elsewhere");

        assertThat(stage).isCancelled();
        assertThat(future).isCompletedWithValue("found elsewhere");
    }

    @Test
    void completeExceptionally_whileTheStageRuns_cancelsTheStage() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> future = pipeline.callAsync(() -> stage);

        future.completeExceptionally(new IOException("given up"));

        assertThat(stage).isCancelled();
        assertThat(failureOf(future)).hasMessage("given up");
    }

    @Test
    void completeAsync_whileTheStageRuns_cancelsTheStage() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> future = pipeline.callAsync(() -> stage);

        future.completeAsync(() -> "found elsewhere", Runnable::run);

        assertThat(stage).isCancelled();
        assertThat(future).isCompletedWithValue("found elsewhere");
    }

    @Test
    void completeAsync_supplierThrows_failsAndCancelsTheStage() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> future = pipeline.callAsync(() -> stage);
        IllegalStateException failure = new IllegalStateException("nowhere");

        future.completeAsync(
                () -> {
                    throw failure;
                },
                Runnable::run);

        assertThat(stage).isCancelled();
        assertThat(failureOf(future)).isSameAs(failure);
    }

    @Test
    void orTimeout_runsOut_cancelsTheStage() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> future = pipeline.callAsync(() -> stage).orTimeout(1, TimeUnit.MILLISECONDS);

        assertThatThrownBy(() -> stage.get(LONG, TimeUnit.SECONDS)).isInstanceOf(CancellationException.class);
        assertThat(failureOf(future)).isInstanceOf(TimeoutException.class);
    }

    @Test
    void completeOnTimeout_runsOut_cancelsTheStage() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> future =
                pipeline.callAsync(() -> stage).completeOnTimeout("late", 1, TimeUnit.MILLISECONDS);

        assertThatThrownBy(() -> stage.get(LONG, TimeUnit.SECONDS)).isInstanceOf(CancellationException.class);
        assertThat(future).isCompletedWithValue("late");
    }

    @Test
    void cancel_fromInsideTheStartingCall_isHonouredOnceStarted() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        PipelineFuture<String> future = new PipelineFuture<>();

        future.cancel(true); // before the pipeline could tell what it started
        future.running(() -> stage.cancel(true));

        assertThat(stage).isCancelled();
    }

    @Test
    void cancel_stageRefusesToBeAFuture_endsTheAnswerOnly() {
        CompletionStage<String> refusing = new RefusingStage(new UnsupportedOperationException());

        CompletableFuture<String> future = pipeline.callAsync(() -> refusing);

        assertThat(future.cancel(true)).isTrue();
        assertThat(ends).isEmpty(); // the stage still runs, and so does the call as policies see it
    }

    @Test
    void cancel_stageFailsToCancel_doesNotThrow() {
        CompletionStage<String> refusing = new RefusingStage(new IllegalStateException("cannot"));

        CompletableFuture<String> future = pipeline.callAsync(() -> refusing);

        assertThat(future.cancel(true)).isTrue();
    }

    @Test
    void dependentStage_cancelled_doesNotCancelTheCall() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> future = pipeline.callAsync(() -> stage);

        future.thenApply(String::trim).cancel(true);

        assertThat(stage).isNotDone();
        assertThat(future).isNotDone();
    }

    @Test
    void get_failedCall_wrapsOnlyAsTheJdkDoes() {
        IOException failure = new IOException("gone");
        CompletableFuture<String> future = pipeline.callAsync(() -> failedFuture(failure));

        assertThatThrownBy(future::get)
                .isExactlyInstanceOf(ExecutionException.class)
                .hasCause(failure);
        assertThatThrownBy(future::join)
                .isExactlyInstanceOf(CompletionException.class)
                .hasCause(failure);
    }

    @Test
    void callAsync_nullCall_failsTheFuture() {
        assertThat(failureOf(Pipeline.of(passing("a")).callAsync(null))).isInstanceOf(NullPointerException.class);
    }

    static Throwable failureOf(CompletableFuture<?> future) {
        List<Throwable> failures = new ArrayList<>();
        future.whenComplete((result, failure) -> failures.add(failure));
        assertThat(failures).as("ends of the future").hasSize(1);
        return failures.get(0);
    }

    /** Takes callbacks, but cannot be cancelled. */
    private static final class RefusingStage extends CompletableFuture<String> {

        private final RuntimeException refusal;

        RefusingStage(RuntimeException refusal) {
            this.refusal = refusal;
        }

        @Override
        public CompletableFuture<String> toCompletableFuture() {
            throw refusal;
        }
    }
}
