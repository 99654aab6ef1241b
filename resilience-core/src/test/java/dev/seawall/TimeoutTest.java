package dev.seawall;

import static dev.seawall.TestPolicies.policy;
import static dev.seawall.TestPolicies.repeating;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.seawall.TestPolicies.PassingLayer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Time limits of synchronous calls, in virtual time. */
final class TimeoutTest {

    private final VirtualRuntime runtime = VirtualRuntime.create();

    @AfterEach
    void nothingIsLeftOver() {
        assertThat(Thread.interrupted()).as("interrupt flag").isFalse();
        assertThat(runtime.pendingTimers()).as("pending timers").isZero();
    }

    @Test
    void call_withinTheLimit_returns() throws InterruptedException {
        String answer = pipeline(Timeout.of(ofSeconds(3))).call(() -> {
            sleep(ofSeconds(2));
            return "answer";
        });

        assertThat(answer).isEqualTo("answer");
    }

    @Test
    void call_blocksOnAnotherThread_isInterruptedWhenTimeIsMoved() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CompletableFuture<Throwable> end = CompletableFuture.supplyAsync(() ->
                catchThrowable(() -> pipeline(Timeout.of(ofSeconds(3))).run(() -> {
                    running.countDown();
                    new CountDownLatch(1).await();
                })));
        assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();

        runtime.advance(ofSeconds(3));

        assertThat(end.get(20, TimeUnit.SECONDS)).isInstanceOf(CallTimedOutException.class);
    }

    @Test
    void call_interruptPendingWhenTheTimeIsOver_isClearedWithTheTimeouts() {
        assertThatThrownBy(() -> pipeline(Timeout.of(ofSeconds(3))).run(() -> {
                    Thread.currentThread().interrupt();
                    runtime.advance(ofSeconds(4));
                }))
                .isInstanceOf(CallTimedOutException.class);

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void call_failsWithinTheLimit_throwsAsThrown() {
        IOException failure = new IOException("gone");

        assertThatThrownBy(() -> pipeline(Timeout.of(ofSeconds(3))).call(() -> {
                    throw failure;
                }))
                .isSameAs(failure);
    }

    @Test
    void call_waitsPastTheLimit_isInterruptedAtTheLimit() {
        assertThatThrownBy(() -> pipeline(Timeout.of("slow", ofSeconds(3))).run(() -> sleep(ofSeconds(60))))
                .isInstanceOfSatisfying(CallTimedOutException.class, timedOut -> {
                    assertThat(timedOut.policy()).isEqualTo("slow");
                    assertThat(timedOut.limit()).isEqualTo(ofSeconds(3));
                })
                .hasMessage("timeout 'slow': no answer within 3 s; the call may still be running")
                .hasCauseInstanceOf(InterruptedException.class);
        assertThat(runtime.now()).isEqualTo(1 + ofSeconds(3).toNanos());
    }

    @Test
    void call_endsExactlyAtTheLimit_isTooLate() {
        assertThatThrownBy(() -> pipeline(Timeout.of(ofSeconds(3))).run(() -> sleep(ofSeconds(3))))
                .isInstanceOf(CallTimedOutException.class);
    }

    @Test
    void call_ignoresTheInterruptAndReturns_isTooLate() {
        assertThatThrownBy(() -> pipeline(Timeout.of(ofSeconds(3))).call(() -> {
                    runtime.advance(ofSeconds(4));
                    return "too late";
                }))
                .isInstanceOf(CallTimedOutException.class)
                .hasNoCause();
    }

    @Test
    void call_throwsAfterTheLimit_isTheCause() {
        IOException failure = new IOException("gone");

        assertThatThrownBy(() -> pipeline(Timeout.of(ofSeconds(3))).call(() -> {
                    runtime.advance(ofSeconds(4));
                    throw failure;
                }))
                .isInstanceOf(CallTimedOutException.class)
                .hasCause(failure);
    }

    @Test
    void call_throwsAnErrorAfterTheLimit_isThrown() {
        Error failure = new LinkageError();

        assertThatThrownBy(() -> pipeline(Timeout.of(ofSeconds(3))).call(() -> {
                    runtime.advance(ofSeconds(4));
                    throw failure;
                }))
                .isSameAs(failure);
    }

    @Test
    void call_interruptedFromElsewhereInTime_keepsTheFlag() {
        pipeline(Timeout.of(ofSeconds(3))).run(() -> Thread.currentThread().interrupt());

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void tryCall_timedOut_isAFailure() {
        Result<String> result = pipeline(Timeout.of(ofSeconds(3))).tryCall(() -> {
            sleep(ofSeconds(4));
            return "never";
        });

        assertThat(result).isInstanceOf(Result.Failure.class);
        assertThat(result.exception()).containsInstanceOf(CallTimedOutException.class);
    }

    @Test
    void callOr_timedOut_takesTheFallback() {
        String result = pipeline(Timeout.of(ofSeconds(3)))
                .<String>callOr(
                        () -> {
                            sleep(ofSeconds(4));
                            return "never";
                        },
                        failure -> "fallback");

        assertThat(result).isEqualTo("fallback");
    }

    @Test
    void nested_outerIsShorter_outerEndsTheCall() {
        Pipeline pipeline = pipeline(Timeout.of("outer", ofSeconds(1)), Timeout.of("inner", ofSeconds(5)));

        assertThatThrownBy(() -> pipeline.run(() -> sleep(ofSeconds(60))))
                .isInstanceOfSatisfying(
                        CallTimedOutException.class,
                        timedOut -> assertThat(timedOut.policy()).isEqualTo("outer"));
        assertThat(runtime.now()).isEqualTo(1 + ofSeconds(1).toNanos());
    }

    @Test
    void nested_innerIsShorter_innerEndsTheCall() {
        Pipeline pipeline = pipeline(Timeout.of("outer", ofSeconds(5)), Timeout.of("inner", ofSeconds(1)));

        assertThatThrownBy(() -> pipeline.run(() -> sleep(ofSeconds(60))))
                .isInstanceOfSatisfying(
                        CallTimedOutException.class,
                        timedOut -> assertThat(timedOut.policy()).isEqualTo("inner"))
                .hasCauseInstanceOf(InterruptedException.class);
        assertThat(runtime.now()).isEqualTo(1 + ofSeconds(1).toNanos());
    }

    @Test
    void nested_bothRunOutBeforeTheCallEnds_outerTellsOfTheInner() {
        Pipeline pipeline = pipeline(Timeout.of("outer", ofSeconds(5)), Timeout.of("inner", ofSeconds(1)));

        assertThatThrownBy(() -> pipeline.run(() -> runtime.advance(ofSeconds(60))))
                .isInstanceOfSatisfying(
                        CallTimedOutException.class,
                        timedOut -> assertThat(timedOut.policy()).isEqualTo("outer"))
                .hasCauseInstanceOf(CallTimedOutException.class);
    }

    @Test
    void nested_innerLimit_isWhatTheOuterHasLeft() {
        Policy twoSecondsLater = policy("slow", (next, scope) -> new PassingLayer(next, scope) {
            @Override
            public <S, T, X extends Exception> T call(
                    CallWith<? super S, T, X> call, S subject, long now, long deadline) throws X {
                runtime.advance(ofSeconds(2));
                return next.call(call, subject, UNREAD, deadline);
            }
        });
        Pipeline pipeline = pipeline(Timeout.of(ofSeconds(3)), twoSecondsLater, Timeout.of("inner", ofSeconds(9)));

        Duration left = pipeline.call(() -> Deadline.current().orElseThrow().remaining());

        assertThat(left).isEqualTo(ofSeconds(1));
    }

    @Test
    void call_deadlineAlreadyPassed_isRejectedAndNotRun() {
        List<String> runs = new ArrayList<>();
        Pipeline pipeline = pipeline(withDeadlineNow(), Timeout.of("late", ofSeconds(9)));

        assertThatThrownBy(() -> pipeline.call(() -> runs.add("ran")))
                .isInstanceOf(DeadlineExpiredException.class)
                .hasMessage("'late' did not start the call: its deadline had already passed");
        assertThat(runs).isEmpty();
    }

    static Policy withDeadlineNow() {
        return policy("late", (next, scope) -> new PassingLayer(next, scope) {
            @Override
            public <S, T, X extends Exception> T call(
                    CallWith<? super S, T, X> call, S subject, long now, long deadline) throws X {
                return next.call(call, subject, UNREAD, scope.now());
            }

            @Override
            public <S, T> Cancellation callAsync(
                    CallWith<? super S, ? extends java.util.concurrent.CompletionStage<? extends T>, ?> call,
                    S subject,
                    long now,
                    long deadline,
                    Done<? super T> done) {
                return next.<S, T>callAsync(call, subject, UNREAD, scope.now(), done);
            }
        });
    }

    @Test
    void call_insideALayerThatReissues_eachRunHasItsOwnLimit() {
        Pipeline pipeline = pipeline(repeating("three times", 3), Timeout.of(ofSeconds(1)));

        assertThatThrownBy(() -> pipeline.run(() -> sleep(ofSeconds(60)))).isInstanceOf(CallTimedOutException.class);

        assertThat(runtime.now()).isEqualTo(1 + ofSeconds(3).toNanos());
    }

    @Test
    void outcome_interruptedByAnOuterTimeout_isAFailureForPoliciesInside() {
        List<Outcome> outcomes = new ArrayList<>();
        Policy judge = policy("judge", (next, scope) -> new PassingLayer(next, scope) {
            @Override
            public <S, T, X extends Exception> T call(
                    CallWith<? super S, T, X> call, S subject, long now, long deadline) throws X {
                try {
                    return next.call(call, subject, now, deadline);
                } catch (Throwable failure) {
                    outcomes.add(scope.outcome(null, failure, deadline));
                    throw failure;
                }
            }
        });

        pipeline(Timeout.of(ofSeconds(3)), judge).tryCall(() -> runtime.sleep(Long.MAX_VALUE));

        assertThat(outcomes).containsExactly(Outcome.FAILURE);
    }

    @Test
    void withLimit_subject_choosesTheLimit() {
        Pipeline pipeline = pipeline(Timeout.of(ofSeconds(9)).withLimit(Integer.class, Duration::ofSeconds));

        assertThat(limitFor(pipeline, 2)).isEqualTo(ofSeconds(2));
        assertThat(limitFor(pipeline, "two")).isEqualTo(ofSeconds(9));
        assertThat(limitFor(pipeline, null)).isEqualTo(ofSeconds(9));
    }

    @Test
    void withLimit_functionWithoutGoodAnswer_leavesTheFixedLimit() {
        assertThat(limitBy(subject -> null)).isEqualTo(ofSeconds(9));
        assertThat(limitBy(subject -> Duration.ZERO)).isEqualTo(ofSeconds(9));
        assertThat(limitBy(subject -> ofSeconds(-1))).isEqualTo(ofSeconds(9));
        assertThat(limitBy(subject -> {
                    throw new AssertionError("broken");
                }))
                .isEqualTo(ofSeconds(9));
    }

    @Test
    void withLimit_hugeAnswer_doesNotOverflow() {
        assertThat(limitBy(subject -> ofSeconds(Long.MAX_VALUE))).isEqualTo(Duration.ofNanos(Durations.MAX_NANOS));
    }

    private Duration limitBy(Function<String, @Nullable Duration> function) {
        return limitFor(pipeline(Timeout.of(ofSeconds(9)).withLimit(String.class, function)), "subject");
    }

    private static Duration limitFor(Pipeline pipeline, Object subject) {
        return pipeline.callWith(
                subject, ignored -> Deadline.current().orElseThrow().remaining());
    }

    @Test
    void toString_tellsNameAndLimit() {
        assertThat(Timeout.of(ofMillis(1_500))).hasToString("timeout 'timeout' (1.5 s)");
        assertThat(Timeout.of("slow", ofSeconds(3)).withLimit(String.class, subject -> null))
                .hasToString("timeout 'slow' (3 s or by subject)");
    }

    @Test
    void settings_areWhatWasGiven() {
        Timeout timeout = Timeout.of("slow", ofSeconds(3));

        assertThat(timeout.name()).isEqualTo("slow");
        assertThat(timeout.limit()).isEqualTo(ofSeconds(3));
        assertThat(timeout.traits()).containsExactly(Policy.Trait.LIMITS_TIME);
        assertThat(timeout.isIdle()).isTrue();
    }

    @Test
    void badSettings_areRefused() {
        assertThatThrownBy(() -> Timeout.of(Duration.ZERO)).hasMessage("limit must be longer than 0 s, was 0 s");
        assertThatThrownBy(() -> Timeout.of(ofMillis(-5))).hasMessage("limit must be longer than 0 s, was -5 ms");
        assertThatThrownBy(() -> Timeout.of(" ", ofSeconds(1))).hasMessage("name must not be blank, was ' '");
        assertThatThrownBy(() -> Timeout.of(ofSeconds(1)).withLimit(null, subject -> null))
                .hasMessage("type");
        assertThatThrownBy(() -> Timeout.of(ofSeconds(1)).withLimit(String.class, null))
                .hasMessage("function");
    }

    @Test
    void call_afterTheRuntimeWasClosed_isCancelled() {
        runtime.close();

        assertThatThrownBy(() -> pipeline(Timeout.of("slow", ofSeconds(3))).call(() -> "answer"))
                .isInstanceOf(CancellationException.class)
                .hasMessage("'slow' cancelled the call: its runtime was closed");
    }

    private Pipeline pipeline(Policy... policies) {
        Pipeline.Builder builder = Pipeline.named("users").runtime(runtime);
        for (Policy policy : policies) {
            builder.with(policy);
        }
        return builder.build();
    }

    private void sleep(Duration duration) throws InterruptedException {
        runtime.sleep(duration.toNanos());
    }
}
