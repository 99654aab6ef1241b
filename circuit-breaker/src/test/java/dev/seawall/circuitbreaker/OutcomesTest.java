package dev.seawall.circuitbreaker;

import static dev.seawall.circuitbreaker.End.FAILURE;
import static dev.seawall.circuitbreaker.End.SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.CallRejectedException;
import dev.seawall.CallTimedOutException;
import dev.seawall.CallWith;
import dev.seawall.Cancellation;
import dev.seawall.Classifier;
import dev.seawall.Done;
import dev.seawall.Layer;
import dev.seawall.Outcome;
import dev.seawall.Pipeline;
import dev.seawall.Policy;
import dev.seawall.Scope;
import dev.seawall.Timeout;
import dev.seawall.VirtualRuntime;
import dev.seawall.circuitbreaker.CircuitBreaker.State;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How ends of calls are judged: classifiers, the pipeline's own time limit, other policies of the pipeline. */
final class OutcomesTest {

    // ---- classifiers

    @Test
    void results_judgedFailuresByTheClassifier_open() {
        Bench bench = new Bench(Style.SYNC, Bench.small().build());

        for (int i = 0; i < 4; i++) {
            assertThat(bench.pipeline.<String, RuntimeException>call(() -> "bad"))
                    .isEqualTo("bad");
        }

        assertThat(bench.state()).isEqualTo(State.OPEN);
    }

    /** A null result was never shown to the predicate in Resilience4j 2.4.0. */
    @Test
    void nullResult_judgedFailureByTheClassifier_opens() {
        Classifier nullIsBad = Classifier.builder().onNull(Outcome.FAILURE).build();
        Bench bench = new Bench(Style.SYNC, Bench.small().classifier(nullIsBad).build());

        for (int i = 0; i < 2; i++) {
            bench.pipeline.run(() -> {});
            bench.pipeline.callAsync(() -> CompletableFuture.completedFuture(null));
        }

        assertThat(bench.state()).isEqualTo(State.OPEN);
    }

    @ParameterizedTest
    @EnumSource(names = {"SYNC", "ASYNC"})
    void classifierOfTheBreaker_goesBeforeThatOfThePipeline(Style style) {
        Classifier ioIsFine = Classifier.builder()
                .onException(IOException.class, Outcome.SUCCESS)
                .build();
        Bench bench = new Bench(style, Bench.small().classifier(ioIsFine).build());

        bench.calls(FAILURE, FAILURE, FAILURE);

        assertThat(bench.breaker.snapshot().calls()).isEqualTo(3);
        assertThat(bench.breaker.snapshot().failures()).isZero();
    }

    /** resilience4j/resilience4j#2198: a predicate threw an Error, and the future never completed. */
    @ParameterizedTest
    @EnumSource(names = {"SYNC", "ASYNC"})
    void classifierThrowsAnError_callEndsAsItWouldAndDefaultsJudge(Style style) {
        Classifier broken = new Classifier() {
            @Override
            public Outcome result(@Nullable Object result) {
                throw new StackOverflowError("broken");
            }

            @Override
            public Outcome failure(Throwable failure) {
                throw new StackOverflowError("broken");
            }
        };
        Bench bench = new Bench(style, Bench.small().classifier(broken).build());

        bench.calls(SUCCESS, SUCCESS, FAILURE);

        assertThat(bench.breaker.snapshot().calls()).isEqualTo(3);
        assertThat(bench.breaker.snapshot().failures()).isEqualTo(1);
        bench.calls(FAILURE);
        assertThat(bench.state()).isEqualTo(State.OPEN);
    }

    @ParameterizedTest
    @EnumSource
    void listenerThrowsAnError_changesNothing(Style style) {
        Bench bench = new Bench(style, Bench.small().build());
        bench.breaker.on(CircuitBreakerEvent.class, event -> {
            throw new StackOverflowError("broken");
        });

        bench.trialsDue().calls(SUCCESS, SUCCESS);

        assertThat(bench.path()).containsExactly(State.OPEN, State.HALF_OPEN, State.CLOSED);
    }

    @ParameterizedTest
    @EnumSource
    void listenerChangesTheBreaker_takesEffectAndTheCallEndsAsItWould(Style style) {
        Bench bench = new Bench(style, Bench.small().build());
        bench.breaker.on(CircuitBreakerEvent.StateChanged.class, event -> {
            if (event.to() == State.OPEN) {
                bench.breaker.reset();
            }
        });

        bench.calls(FAILURE, FAILURE, FAILURE, FAILURE);

        assertThat(bench.state()).isEqualTo(State.CLOSED);
    }

    // ---- time limits

    private static Pipeline limited(Bench bench) {
        return Pipeline.named("limited")
                .runtime(bench.runtime)
                .with(Timeout.of(Duration.ofSeconds(1)))
                .with(bench.breaker)
                .build();
    }

    @Test
    void hungDependency_timeoutOutsideTheBreaker_opensTheBreaker_sync() {
        Bench bench = new Bench(Style.SYNC, Bench.small().build());
        Pipeline limited = limited(bench);

        for (int i = 0; i < 4; i++) {
            assertThatThrownBy(() -> limited.call(() -> bench.runtime.sleep(Long.MAX_VALUE / 4)))
                    .isInstanceOf(CallTimedOutException.class);
        }

        assertThat(bench.state()).isEqualTo(State.OPEN);
        assertThat(bench.runtime.pendingTimers()).isZero();
    }

    @Test
    void hungDependency_timeoutOutsideTheBreaker_opensTheBreaker_async() {
        Bench bench = new Bench(Style.ASYNC, Bench.small().build());
        Pipeline limited = limited(bench);

        for (int i = 0; i < 4; i++) {
            CompletableFuture<?> answer = limited.callAsync(CompletableFuture::new);
            bench.advance(Duration.ofSeconds(1));
            assertThatThrownBy(answer::join).hasCauseInstanceOf(CallTimedOutException.class);
        }

        assertThat(bench.state()).isEqualTo(State.OPEN);
    }

    @Test
    void interruptBeforeTheDeadline_isNeutral() {
        Bench bench = new Bench(Style.SYNC, Bench.small().build());

        assertThatThrownBy(() -> limited(bench).call(() -> {
                    throw new InterruptedException();
                }))
                .isInstanceOf(InterruptedException.class);

        assertThat(bench.breaker.snapshot().calls()).isZero();
    }

    @Test
    void cancelBeforeTheDeadline_isNeutral() {
        Bench bench = new Bench(Style.ASYNC, Bench.small().build());
        CompletableFuture<Object> stage = new CompletableFuture<>();

        limited(bench).callAsync(() -> stage).cancel(true);

        assertThat(stage).isCancelled();
        assertThat(bench.breaker.snapshot().calls()).isZero();
        assertThatThrownBy(stage::join).isInstanceOf(CancellationException.class);
    }

    @Test
    void hungTrial_timeoutOutsideTheBreaker_hasFailed() {
        Bench bench = new Bench(Style.SYNC, Bench.small().build()).trialsDue();
        Pipeline limited = limited(bench);

        limited.tryCall(() -> bench.runtime.sleep(Long.MAX_VALUE / 4));
        limited.callAsync(CompletableFuture::new);
        bench.advance(Duration.ofSeconds(1));

        assertThat(bench.state()).isEqualTo(State.OPEN);
        assertThat(bench.breaker.snapshot().openings()).isEqualTo(2);
    }

    // ---- other policies

    /** A policy that rejects every call. */
    private static final class Wall implements Policy {

        private static final class Rejection extends CallRejectedException {
            private static final long serialVersionUID = 1L;

            Rejection(Scope scope) {
                super("wall", scope, NO_HINT);
            }

            @Override
            public String reason() {
                return "there is a wall";
            }
        }

        @Override
        public String name() {
            return "wall";
        }

        @Override
        public Layer link(Layer next, Scope scope) {
            return new Layer(next, scope) {
                @Override
                public <S extends @Nullable Object, T extends @Nullable Object, X extends Exception> T call(
                        CallWith<? super S, T, X> call, S subject, long now, long deadline) {
                    throw new Rejection(scope);
                }

                @Override
                public <S extends @Nullable Object, T extends @Nullable Object> Cancellation callAsync(
                        CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call,
                        S subject,
                        long now,
                        long deadline,
                        Done<? super T> done) {
                    done.end(null, new Rejection(scope));
                    return Cancellation.NONE;
                }
            };
        }
    }

    /** alibaba/Sentinel#1638: a probe rejected further inside kept its place for good. */
    @Test
    void trialRejectedByAnInnerPolicy_returnsItsPlace() {
        Bench walled = new Bench(Style.SYNC, Bench.small().build(), inside -> inside.with(new Wall()));
        walled.breaker.restore(
                OrdersTest.in(State.HALF_OPEN, Style.PERMIT).breaker.snapshot());

        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> walled.pipeline.run(() -> {})).isInstanceOf(Wall.Rejection.class);
            assertThat(walled.pipeline.callAsync(CompletableFuture::new)).isCompletedExceptionally();
        }

        CircuitBreakerSnapshot snapshot = walled.breaker.snapshot();
        assertThat(snapshot.state()).isEqualTo(State.HALF_OPEN);
        assertThat(snapshot.trialSuccesses()).isEqualTo(1);
        assertThat(snapshot.trialFailures()).isZero();
    }

    @Test
    void rejectionByAnInnerPolicy_whileClosed_countsNowhere() {
        Bench walled = new Bench(Style.SYNC, Bench.small().build(), inside -> inside.with(new Wall()));

        for (int i = 0; i < 10; i++) {
            walled.pipeline.tryCall(() -> "never run");
        }

        assertThat(walled.breaker.snapshot().calls()).isZero();
    }

    @Test
    void rejectionOfAnotherPipelineInsideTheCall_isAFailure() {
        Bench bench = new Bench(Style.SYNC, Bench.small().build());
        Bench inner = new Bench(Style.SYNC, Bench.small().build()).open();

        for (int i = 0; i < 4; i++) {
            bench.pipeline.tryCall(() -> inner.pipeline.call(() -> "never run"));
        }

        assertThat(bench.state()).isEqualTo(State.OPEN);
        assertThat(bench.breaker.snapshot().timeToNextTrial())
                .as("the inner breaker's hint is as long as its own delay")
                .isEqualTo(Duration.ofSeconds(10));
    }

    /** smallrye/smallrye-fault-tolerance#1095: sync and async on one instance. */
    @Test
    void oneBreakerInSeveralPipelines_syncAsyncAndPermits_countTogether() {
        Bench bench = new Bench(Style.SYNC, Bench.small().build());
        Pipeline other = Pipeline.named("other")
                .runtime(bench.runtime)
                .with(bench.breaker)
                .build();

        bench.calls(FAILURE);
        other.callAsync(() -> CompletableFuture.failedFuture(new IOException()));
        other.tryCall(() -> {
            throw new IOException();
        });
        bench.breaker.acquire().failure();

        assertThat(bench.state()).isEqualTo(State.OPEN);
        assertThat(other.callAsync(CompletableFuture::new)).isCompletedExceptionally();
    }

    @Test
    void pipelineOnAnotherClock_isRefused() {
        CircuitBreaker breaker = CircuitBreaker.of("users", CircuitBreakerConfig.defaults(), VirtualRuntime.create());
        Pipeline.Builder pipeline =
                Pipeline.named("shop").runtime(VirtualRuntime.create()).with(breaker);

        assertThatThrownBy(pipeline::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'users' keeps its time on the virtual runtime at 0 s, but pipeline 'shop' on the virtual"
                        + " runtime at 0 s; give both the same runtime");
    }
}
