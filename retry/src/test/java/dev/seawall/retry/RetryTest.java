package dev.seawall.retry;

import static dev.seawall.retry.Step.fails;
import static dev.seawall.retry.Step.returns;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.Backoff;
import dev.seawall.CallInterruptedException;
import dev.seawall.Classifier;
import dev.seawall.Outcome;
import dev.seawall.RetryAfter;
import dev.seawall.VirtualRuntime;
import dev.seawall.retry.Bench.End;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of a retry, each in every {@link Style}. */
final class RetryTest {

    private static final RetryConfig EVERY_100_MS =
            RetryConfig.builder().backoff(Backoff.fixed(ofMillis(100))).build();

    private static final Classifier BAD_IS_FAILURE = Classifier.builder()
            .onResult(String.class, "bad"::equals, Outcome.FAILURE)
            .onResult(String.class, "unclear"::equals, Outcome.NEUTRAL)
            .onNull(Outcome.FAILURE)
            .build();

    private static RetryConfig.Builder judgingResults() {
        return EVERY_100_MS.toBuilder().classifier(BAD_IS_FAILURE);
    }

    // ---- what is tried again

    @ParameterizedTest
    @EnumSource
    void call_succeedsAtOnce_oneAttempt(Style style) {
        Bench bench = new Bench(style, EVERY_100_MS);

        End end = bench.call(returns("ok"));

        assertThat(end).isEqualTo(new End("ok", null));
        assertThat(bench.startsInMillis()).containsExactly(0L);
    }

    @ParameterizedTest
    @EnumSource
    void call_failsThenSucceeds_returnsTheResult(Style style) {
        Bench bench = new Bench(style, EVERY_100_MS);

        End end = bench.call(fails(new IOException()), fails(new IOException()), returns("ok"));

        assertThat(end).isEqualTo(new End("ok", null));
        assertThat(bench.startsInMillis()).containsExactly(0L, 100L, 200L);
    }

    @ParameterizedTest
    @EnumSource
    void call_failsAlways_throwsTheLastExceptionItself(Style style) {
        Bench bench = new Bench(style, RetryConfig.plain());
        IOException last = new IOException("last");

        End end = bench.call(fails(new IOException()), fails(new IOException()), fails(new IOException()), fails(last));

        assertThat(end.failure()).isSameAs(last);
        assertThat(bench.startsInMillis()).containsExactly(0L, 100L, 300L, 700L);
        assertThat(bench.nowInMillis()).isEqualTo(700);
    }

    @ParameterizedTest
    @EnumSource
    void call_oneAttemptAllowed_isNotTriedAgain(Style style) {
        Bench bench = new Bench(style, EVERY_100_MS.toBuilder().maxAttempts(1).build());
        IOException failure = new IOException();

        End end = bench.call(fails(failure));

        assertThat(end.failure()).isSameAs(failure);
        assertThat(bench.startsInMillis()).containsExactly(0L);
    }

    static Stream<Arguments> neverTriedAgain() {
        return Stream.of(Style.values())
                .flatMap(style -> Stream.of(
                                new StackOverflowError(),
                                new InterruptedException(),
                                new CancellationException(),
                                new CallInterruptedException("other", "a permit", null))
                        .map(failure -> Arguments.of(style, failure)));
    }

    @ParameterizedTest
    @MethodSource("neverTriedAgain")
    void call_endsInErrorOrInterruption_isNotTriedAgain(Style style, Throwable failure) {
        Classifier everything = Classifier.builder()
                .onException(Throwable.class, Outcome.FAILURE)
                .build();
        Bench bench =
                new Bench(style, EVERY_100_MS.toBuilder().classifier(everything).build());

        End end = bench.call(fails(failure));

        assertThat(end.failure()).isSameAs(failure);
        assertThat(bench.startsInMillis()).containsExactly(0L);
        assertThat(bench.events).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void call_interruptedByItsOwnDeadline_isNotTriedAgain(Style style) {
        Bench bench = new Bench(style, EVERY_100_MS).deadline(ofMillis(50));
        InterruptedException failure = new InterruptedException();

        End end = bench.call(fails(failure).taking(ofMillis(60)));

        assertThat(end.failure()).isSameAs(failure);
        assertThat(bench.startsInMillis()).containsExactly(0L);
    }

    @ParameterizedTest
    @EnumSource
    void call_endsInNeutralException_isThrownAsItIs(Style style) {
        Classifier classifier = Classifier.builder()
                .onException(IllegalArgumentException.class, Outcome.NEUTRAL)
                .build();
        Bench bench =
                new Bench(style, EVERY_100_MS.toBuilder().classifier(classifier).build());
        IllegalArgumentException failure = new IllegalArgumentException();

        End end = bench.call(fails(failure));

        assertThat(end.failure()).isSameAs(failure);
        assertThat(bench.startsInMillis()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void call_endsInNeutralResult_isReturnedAsItIs(Style style) {
        Bench bench = new Bench(style, judgingResults().build());

        End end = bench.call(fails(new IOException()), returns("unclear"));

        assertThat(end).isEqualTo(new End("unclear", null));
        assertThat(bench.startsInMillis()).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource
    void call_exceptionJudgedSuccess_isThrownAsItIs(Style style) {
        Classifier classifier = Classifier.builder()
                .onException(IOException.class, Outcome.SUCCESS)
                .build();
        Bench bench =
                new Bench(style, EVERY_100_MS.toBuilder().classifier(classifier).build());
        IOException failure = new IOException();

        End end = bench.call(fails(failure));

        assertThat(end.failure()).isSameAs(failure);
        assertThat(bench.startsInMillis()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void call_resultJudgedFailure_isTriedAgain(Style style) {
        Bench bench = new Bench(style, judgingResults().build());

        End end = bench.call(returns("bad"), returns(null), returns("good"));

        assertThat(end).isEqualTo(new End("good", null));
        assertThat(bench.startsInMillis()).containsExactly(0L, 100L, 200L);
    }

    @ParameterizedTest
    @EnumSource
    void call_retryHasNoClassifier_thePipelinesDecides(Style style) {
        Bench bench =
                new Bench(style, VirtualRuntime.create(), EVERY_100_MS, builder -> builder.classifier(BAD_IS_FAILURE));

        End end = bench.call(returns("bad"), returns("good"));

        assertThat(end.result()).isEqualTo("good");
    }

    @ParameterizedTest
    @EnumSource
    void call_retryHasAClassifier_itGoesBeforeThePipelines(Style style) {
        Bench bench = new Bench(
                style,
                VirtualRuntime.create(),
                EVERY_100_MS.toBuilder().classifier(Classifier.defaults()).build(),
                builder -> builder.classifier(BAD_IS_FAILURE));

        End end = bench.call(returns("bad"));

        assertThat(end.result()).isEqualTo("bad");
    }

    @ParameterizedTest
    @EnumSource
    void call_eachResult_isJudgedOnce(Style style) {
        List<Object> judged = new ArrayList<>();
        Classifier classifier = Classifier.builder()
                .onResult(String.class, result -> judged.add(result) && result.equals("bad"), Outcome.FAILURE)
                .build();
        Bench bench =
                new Bench(style, EVERY_100_MS.toBuilder().classifier(classifier).build());

        bench.call(returns("bad"), returns("good"));

        assertThat(judged).containsExactly("bad", "good");
    }

    @ParameterizedTest
    @EnumSource
    void call_classifierThrowsAnError_theDefaultsDecide(Style style) {
        Classifier broken = Classifier.builder()
                .onException(
                        IOException.class,
                        failure -> {
                            throw new AssertionError("broken predicate");
                        },
                        Outcome.NEUTRAL)
                .onResult(
                        String.class,
                        result -> {
                            throw new AssertionError("broken predicate");
                        },
                        Outcome.FAILURE)
                .build();
        Bench bench =
                new Bench(style, EVERY_100_MS.toBuilder().classifier(broken).build());

        End end = bench.call(fails(new IOException()), returns("ok"));

        assertThat(end).isEqualTo(new End("ok", null));
        assertThat(bench.startsInMillis()).hasSize(2);
    }

    // ---- how it ends

    @ParameterizedTest
    @EnumSource
    void call_resultStaysBad_throwsRetriesExhausted(Style style) {
        Bench bench = new Bench(style, judgingResults().maxAttempts(3).build());

        End end = bench.call(returns("bad"));

        assertThat(end.failure())
                .isInstanceOfSatisfying(RetriesExhaustedException.class, exhausted -> {
                    assertThat(exhausted.attempts()).isEqualTo(3);
                    assertThat(exhausted.lastResult()).isEqualTo("bad");
                    assertThat(exhausted.retry()).isEqualTo("users");
                    assertThat(exhausted.reason()).isEqualTo(RetryEvent.Reason.ATTEMPTS);
                })
                .hasMessage("retry 'users' gave up after 3 attempts: no more attempts are allowed, and the last one"
                        + " failed with a result of type java.lang.String; read it with lastResult(), or set"
                        + " onExhaustedResult(RETURN) to have it returned");
    }

    @ParameterizedTest
    @EnumSource
    void call_resultStaysBadAndIsToBeReturned_returnsTheLastResult(Style style) {
        Bench bench = new Bench(
                style,
                judgingResults()
                        .onExhaustedResult(RetryConfig.ExhaustedResult.RETURN)
                        .build());

        End end = bench.call(fails(new IOException()), returns("bad"));

        assertThat(end).isEqualTo(new End("bad", null));
        assertThat(bench.startsInMillis()).hasSize(4);
    }

    @ParameterizedTest
    @EnumSource
    void call_exceptionThenBadResult_theExceptionIsSuppressed(Style style) {
        Bench bench = new Bench(style, judgingResults().maxAttempts(2).build());
        IOException first = new IOException();

        End end = bench.call(fails(first), returns("bad"));

        assertThat(end.failure()).isInstanceOf(RetriesExhaustedException.class).hasSuppressedException(first);
    }

    @ParameterizedTest
    @EnumSource
    void call_badResultThenException_theExceptionIsThrown(Style style) {
        Bench bench = new Bench(style, judgingResults().maxAttempts(2).build());
        IOException last = new IOException();

        End end = bench.call(returns("bad"), fails(last));

        assertThat(end.failure()).isSameAs(last).hasNoSuppressedExceptions();
    }

    @ParameterizedTest
    @EnumSource
    void call_failsAlways_earlierFailuresAreSuppressedOnTheLast(Style style) {
        Bench bench = new Bench(style, EVERY_100_MS.toBuilder().maxAttempts(3).build());
        IOException first = new IOException("first");
        IOException second = new IOException("second");

        End end = bench.call(fails(first), fails(second), fails(new IOException("third")));

        assertThat(end.failure()).hasMessage("third");
        assertThat(end.failure().getSuppressed()).containsExactly(first, second);
    }

    @ParameterizedTest
    @EnumSource
    void call_failsWithAnErrorAfterAFailure_theFailureIsSuppressedOnTheError(Style style) {
        Bench bench = new Bench(style, EVERY_100_MS);
        IOException first = new IOException();
        AssertionError error = new AssertionError();

        End end = bench.call(fails(first), fails(error));

        assertThat(end.failure()).isSameAs(error).hasSuppressedException(first);
        assertThat(bench.startsInMillis()).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource
    void call_failsTwelveTimes_atMostEightAreSuppressed(Style style) {
        Bench bench = new Bench(style, EVERY_100_MS.toBuilder().maxAttempts(12).build());
        Step[] steps = Stream.generate(() -> fails(new IOException())).limit(12).toArray(Step[]::new);

        End end = bench.call(steps);

        assertThat(end.failure()).isSameAs(steps[11].failure());
        assertThat(end.failure().getSuppressed()).hasSize(8).contains(steps[0].failure());
    }

    @ParameterizedTest
    @EnumSource
    void call_throwsTheSameExceptionForEver_itDoesNotGrow(Style style) {
        Bench bench = new Bench(style, EVERY_100_MS);
        IOException same = new IOException();

        for (int i = 0; i < 1_000; i++) {
            bench.call(fails(same));
            bench.call(fails(new IOException()), fails(same));
        }

        assertThat(same.getSuppressed()).hasSizeLessThanOrEqualTo(8).doesNotContain(same);
    }

    // ---- rejections

    @ParameterizedTest
    @EnumSource
    void rejection_ofTheSamePipeline_isNotTriedAgain(Style style) {
        Gate gate = new Gate().reject(1, ofMillis(10));
        Bench bench = new Bench(style, EVERY_100_MS, gate);

        End end = bench.call(returns("ok"));

        assertThat(end.failure()).isSameAs(gate.rejections.get(0));
        assertThat(bench.startsInMillis()).isEmpty();
        assertThat(bench.events).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void rejection_toBeTriedAgainButWithoutHint_isNotTriedAgain(Style style) {
        Gate gate = new Gate().reject(1, null);
        Bench bench =
                new Bench(style, EVERY_100_MS.toBuilder().retryRejections(true).build(), gate);

        End end = bench.call(returns("ok"));

        assertThat(end.failure()).isSameAs(gate.rejections.get(0));
    }

    @ParameterizedTest
    @EnumSource
    void rejection_toBeTriedAgainWithHint_waitsForTheLongerOfHintAndBackoff(Style style) {
        Gate gate = new Gate().reject(1, ofMillis(250)).reject(2, ofMillis(30));
        RetryConfig config = EVERY_100_MS.toBuilder()
                .retryRejections(true)
                .retryAfter((result, failure) -> null)
                .build();
        Bench bench = new Bench(style, config, gate);

        End end = bench.call(returns("ok"));

        assertThat(end.result()).isEqualTo("ok");
        assertThat(bench.startsInMillis()).containsExactly(350L);
    }

    @ParameterizedTest
    @EnumSource
    void rejection_throughoutWithHint_arrivesAsRejection(Style style) {
        Gate gate = new Gate().reject(1, ofMillis(10)).reject(2, ofMillis(10));
        RetryConfig config =
                EVERY_100_MS.toBuilder().maxAttempts(2).retryRejections(true).build();
        Bench bench = new Bench(style, config, gate);

        End end = bench.call(returns("ok"));

        assertThat(end.failure()).isSameAs(gate.rejections.get(1));
        assertThat(bench.startsInMillis()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void rejection_afterAnAttemptRan_isSuppressedOnThatAttemptsFailure(Style style) {
        Gate gate = new Gate().reject(3, null);
        Bench bench = new Bench(style, EVERY_100_MS, gate);
        IOException first = new IOException();
        IOException second = new IOException();

        End end = bench.call(fails(first), fails(second), returns("ok"));

        assertThat(end.failure()).isSameAs(second);
        assertThat(second.getSuppressed()).containsExactly(first, gate.rejections.get(0));
    }

    @ParameterizedTest
    @EnumSource
    void rejection_afterAttemptsThatFillTheSuppressed_stillFindsRoom(Style style) {
        Gate gate = new Gate().reject(12, null);
        Bench bench = new Bench(style, EVERY_100_MS.toBuilder().maxAttempts(20).build(), gate);
        Step[] steps = Stream.generate(() -> fails(new IOException())).limit(20).toArray(Step[]::new);

        End end = bench.call(steps);

        assertThat(end.failure()).isSameAs(steps[10].failure());
        assertThat(end.failure().getSuppressed()).hasSize(8).endsWith(gate.rejections.get(0));
    }

    @ParameterizedTest
    @EnumSource
    void rejection_triedAgainAndExhaustedAfterAnAttemptRan_theAttemptsFailureIsThrown(Style style) {
        Gate gate = new Gate().reject(2, ofMillis(10)).reject(3, ofMillis(10));
        RetryConfig config =
                EVERY_100_MS.toBuilder().maxAttempts(3).retryRejections(true).build();
        Bench bench = new Bench(style, config, gate);
        IOException first = new IOException();

        End end = bench.call(fails(first));

        assertThat(end.failure()).isSameAs(first);
        assertThat(first.getSuppressed()).containsExactlyElementsOf(gate.rejections);
    }

    @ParameterizedTest
    @EnumSource
    void rejection_afterABadResult_throwsRetriesExhaustedWithIt(Style style) {
        Gate gate = new Gate().reject(2, null);
        Bench bench = new Bench(style, judgingResults().build(), gate);

        End end = bench.call(returns("bad"));

        assertThat(end.failure())
                .isInstanceOfSatisfying(RetriesExhaustedException.class, exhausted -> {
                    assertThat(exhausted.lastResult()).isEqualTo("bad");
                    assertThat(exhausted.reason()).isEqualTo(RetryEvent.Reason.REJECTED);
                })
                .hasSuppressedException(gate.rejections.get(0));
    }

    @ParameterizedTest
    @EnumSource
    void rejection_afterABadResultThatIsToBeReturned_returnsTheResult(Style style) {
        Gate gate = new Gate().reject(2, null);
        Bench bench = new Bench(
                style,
                judgingResults()
                        .onExhaustedResult(RetryConfig.ExhaustedResult.RETURN)
                        .build(),
                gate);

        End end = bench.call(returns("bad"));

        assertThat(end).isEqualTo(new End("bad", null));
    }

    @ParameterizedTest
    @EnumSource
    void rejection_ofAnotherPipeline_isTriedAgainAfterItsHint(Style style) {
        Bench bench = new Bench(style, EVERY_100_MS);

        End end = bench.call(fails(new Gate.Closed(null, ofMillis(400))), returns("ok"));

        assertThat(end.result()).isEqualTo("ok");
        assertThat(bench.startsInMillis()).containsExactly(0L, 400L);
    }

    // ---- delays and their limits

    @ParameterizedTest
    @EnumSource
    void delay_hintInAResult_isWaitedFor(Style style) {
        RetryConfig config = judgingResults()
                .retryAfter(RetryAfter.fromResult(String.class, result -> ofMillis(result.length() * 100L)))
                .build();
        Bench bench = new Bench(style, config);

        bench.call(returns("bad"), returns("good"));

        assertThat(bench.startsInMillis()).containsExactly(0L, 300L);
    }

    @ParameterizedTest
    @EnumSource
    void delay_hintIsShorterThanTheBackoff_theBackoffHolds(Style style) {
        RetryConfig config = EVERY_100_MS.toBuilder()
                .retryAfter((result, failure) -> ofMillis(5))
                .build();
        Bench bench = new Bench(style, config);

        bench.call(fails(new IOException()), returns("ok"));

        assertThat(bench.startsInMillis()).containsExactly(0L, 100L);
    }

    @ParameterizedTest
    @EnumSource
    void delay_hintReaderThrows_theBackoffHolds(Style style) {
        RetryConfig config = EVERY_100_MS.toBuilder()
                .retryAfter((result, failure) -> {
                    throw new AssertionError("broken reader");
                })
                .build();
        Bench bench = new Bench(style, config);

        bench.call(fails(new IOException()), returns("ok"));

        assertThat(bench.startsInMillis()).containsExactly(0L, 100L);
    }

    @ParameterizedTest
    @EnumSource
    void delay_backoffThrows_itsCapIsTaken(Style style) {
        RetryConfig config = RetryConfig.builder()
                .backoff(Backoff.custom(step -> {
                            throw new AssertionError("broken backoff");
                        })
                        .withCap(ofMillis(70)))
                .build();
        Bench bench = new Bench(style, config);

        End end = bench.call(fails(new IOException()), returns("ok"));

        assertThat(end.result()).isEqualTo("ok");
        assertThat(bench.startsInMillis()).containsExactly(0L, 70L);
    }

    @ParameterizedTest
    @EnumSource
    void deadline_waitEndsBeforeIt_isTriedAgain(Style style) {
        Bench bench = new Bench(style, EVERY_100_MS).deadline(ofMillis(101));

        End end = bench.call(fails(new IOException()), returns("ok"));

        assertThat(end.result()).isEqualTo("ok");
    }

    @ParameterizedTest
    @EnumSource
    void deadline_waitWouldEndAtIt_givesUpWithoutWaiting(Style style) {
        Bench bench = new Bench(style, EVERY_100_MS).deadline(ofMillis(150));
        IOException failure = new IOException();

        End end = bench.call(fails(failure).taking(ofMillis(50)));

        assertThat(end.failure()).isSameAs(failure);
        assertThat(bench.startsInMillis()).containsExactly(0L);
        assertThat(bench.nowInMillis()).isEqualTo(50);
    }

    @ParameterizedTest
    @EnumSource
    void maxDuration_waitEndsWithinIt_isTriedAgain(Style style) {
        Bench bench = new Bench(
                style, EVERY_100_MS.toBuilder().maxDuration(ofMillis(200)).build());

        bench.call(fails(new IOException()));

        assertThat(bench.startsInMillis()).containsExactly(0L, 100L, 200L);
        assertThat(bench.nowInMillis()).isEqualTo(200);
    }

    @ParameterizedTest
    @EnumSource
    void maxDuration_waitWouldEndAfterIt_givesUpWithoutWaiting(Style style) {
        Bench bench = new Bench(
                style, EVERY_100_MS.toBuilder().maxDuration(ofMillis(250)).build());

        bench.call(fails(new IOException()).taking(ofMillis(60)));

        assertThat(bench.startsInMillis()).containsExactly(0L, 160L);
        assertThat(bench.nowInMillis()).isEqualTo(220);
    }

    @ParameterizedTest
    @EnumSource
    void maxDuration_attemptRunsLonger_isNotCutShort(Style style) {
        Bench bench = new Bench(
                style, EVERY_100_MS.toBuilder().maxDuration(ofMillis(10)).build());

        End end = bench.call(returns("ok").taking(Duration.ofSeconds(1)));

        assertThat(end.result()).isEqualTo("ok");
        assertThat(bench.nowInMillis()).isEqualTo(1_000);
    }

    @ParameterizedTest
    @EnumSource
    void budget_isUsedUp_givesUpWithoutWaiting(Style style) {
        VirtualRuntime runtime = VirtualRuntime.create();
        RetryBudget budget = RetryBudget.of(0, 0, 2, runtime);
        Bench bench = new Bench(
                style, runtime, EVERY_100_MS.toBuilder().budget(budget).build(), builder -> {});
        IOException failure = new IOException();

        End end = bench.call(fails(failure));

        assertThat(end.failure()).isSameAs(failure);
        assertThat(bench.startsInMillis()).containsExactly(0L, 100L, 200L);
        assertThat(bench.nowInMillis()).isEqualTo(200);
        assertThat(bench.retry.snapshot()).isEqualTo(new RetrySnapshot(0, 1, 2, 1));
    }

    @ParameterizedTest
    @EnumSource
    void budget_eachCall_depositsOnceHoweverManyAttempts(Style style) {
        VirtualRuntime runtime = VirtualRuntime.create();
        RetryBudget budget = RetryBudget.of(0.5, 0, 10, runtime);
        while (budget.tryWithdraw()) {
            assertThat(budget.available()).isLessThan(10);
        }
        Bench bench = new Bench(
                style, runtime, EVERY_100_MS.toBuilder().budget(budget).build(), builder -> {});

        bench.call(returns("ok"));
        bench.call(fails(new IOException()), returns("ok"));

        assertThat(bench.startsInMillis()).containsExactly(0L, 0L, 100L);
        assertThat(budget.available()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void budget_limitForbidsTheRetryAnyway_isNotCharged(Style style) {
        VirtualRuntime runtime = VirtualRuntime.create();
        RetryBudget budget = RetryBudget.of(0, 0, 2, runtime);
        RetryConfig config = EVERY_100_MS.toBuilder()
                .budget(budget)
                .maxDuration(ofMillis(50))
                .build();
        Bench bench = new Bench(style, runtime, config, builder -> {});

        bench.call(fails(new IOException()));

        assertThat(budget.available()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void runtime_closedDuringTheWait_endsWithTheLastFailure(Style style) {
        Bench bench = new Bench(style, EVERY_100_MS);
        IOException failure = new IOException();
        bench.runtime.schedule(ofMillis(50).toNanos(), bench.runtime::close);

        End end = bench.call(fails(failure));

        assertThat(end.failure()).isSameAs(failure);
        assertThat(bench.startsInMillis()).containsExactly(0L);
        assertThat(bench.nowInMillis()).isEqualTo(50);
    }

    @ParameterizedTest
    @EnumSource
    void runtime_closedBeforeTheFailure_endsWithTheFailureEvenWithoutDelay(Style style) {
        Bench bench = new Bench(
                style,
                RetryConfig.builder()
                        .unlimitedAttempts()
                        .backoff(Backoff.none())
                        .build());
        IOException failure = new IOException();
        bench.runtime.close();

        End end = bench.call(fails(failure));

        assertThat(end.failure()).isSameAs(failure);
        assertThat(bench.startsInMillis()).hasSize(1);
    }

    // ---- what the action and the hook see

    @ParameterizedTest
    @EnumSource
    void currentAttempt_inTheAction_tellsNumberAndLastEnd(Style style) {
        Bench bench = new Bench(style, judgingResults().build());
        IOException first = new IOException();

        bench.call(fails(first), returns("bad"), returns("ok"));

        assertThat(bench.attempts)
                .containsExactly(new Attempt(1, null, null), new Attempt(2, first, null), new Attempt(3, null, "bad"));
        assertThat(bench.retry.currentAttempt()).isEqualTo(new Attempt(1, null, null));
    }

    @ParameterizedTest
    @EnumSource
    void beforeRetry_eachFurtherAttempt_isToldAfterTheWait(Style style) {
        List<String> told = new ArrayList<>();
        Bench[] holder = new Bench[1];
        RetryConfig config = EVERY_100_MS.toBuilder()
                .beforeRetry(attempt -> told.add(attempt.number() + " at " + holder[0].nowInMillis() + " after "
                        + holder[0].startsInMillis().size()))
                .build();
        holder[0] = new Bench(style, config);

        holder[0].call(fails(new IOException()), fails(new IOException()), returns("ok"));

        assertThat(told).containsExactly("2 at 100 after 1", "3 at 200 after 2");
    }

    @ParameterizedTest
    @EnumSource
    void beforeRetry_throwsAnError_changesNothing(Style style) {
        RetryConfig config = EVERY_100_MS.toBuilder()
                .beforeRetry(attempt -> {
                    throw new AssertionError("broken hook");
                })
                .build();
        Bench bench = new Bench(style, config);

        End end = bench.call(fails(new IOException()), returns("ok"));

        assertThat(end).isEqualTo(new End("ok", null));
        assertThat(bench.startsInMillis()).containsExactly(0L, 100L);
    }

    @ParameterizedTest
    @EnumSource
    void configure_duringACall_holdsForLaterCallsOnly(Style style) {
        Bench bench = new Bench(style, EVERY_100_MS);
        RetryConfig never = EVERY_100_MS.toBuilder().maxAttempts(1).build();
        bench.runtime.schedule(ofMillis(150).toNanos(), () -> bench.retry.configure(never));

        bench.call(fails(new IOException()));
        bench.call(fails(new IOException()));

        assertThat(bench.startsInMillis()).containsExactly(0L, 100L, 200L, 300L, 300L);
        assertThat(bench.retry.config()).isEqualTo(never);
    }
}
