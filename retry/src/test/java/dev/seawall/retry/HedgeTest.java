package dev.seawall.retry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.CallRejectedException;
import dev.seawall.CallWith;
import dev.seawall.Cancellation;
import dev.seawall.Classifier;
import dev.seawall.Done;
import dev.seawall.Layer;
import dev.seawall.Outcome;
import dev.seawall.Policy;
import dev.seawall.ResilienceRuntime;
import dev.seawall.Scope;
import dev.seawall.retry.Duel.Attempt;
import dev.seawall.retry.Duel.End;
import dev.seawall.retry.Duel.Style;
import dev.seawall.retry.HedgeEvent.Launched;
import dev.seawall.retry.HedgeEvent.Refused;
import dev.seawall.retry.HedgeEvent.Won;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for synchronous and for asynchronous calls. */
final class HedgeTest {

    private static final HedgeConfig TWO = Duel.config(2);
    private static final HedgeConfig THREE = Duel.config(3);

    // ---- who wins

    @ParameterizedTest
    @EnumSource
    void call_firstAttemptSucceedsInTime_isItsAnswer(Style style) throws Exception {
        try (Duel duel = new Duel(style, TWO)) {
            Attempt first = duel.call();

            first.succeed("first");

            assertThat(duel.end()).isEqualTo(new End("first", null));
            assertThat(duel.events).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void call_hedgeSucceedsFirst_isItsAnswerAndTheFirstIsCancelled(Style style) throws Exception {
        try (Duel duel = new Duel(style, TWO)) {
            Attempt first = duel.call();
            Attempt second = duel.launch();

            second.succeed("second");

            assertThat(duel.end()).isEqualTo(new End("second", null));
            Duel.await(first.cancelled);
            assertThat(duel.events).containsExactly(new Launched("duel", 2, Duration.ZERO), new Won("duel", 2));
        }
    }

    @ParameterizedTest
    @EnumSource
    void call_firstAttemptSucceedsWhileAHedgeRuns_hedgeIsCancelled(Style style) throws Exception {
        try (Duel duel = new Duel(style, TWO)) {
            Attempt first = duel.call();
            Attempt second = duel.launch();

            first.succeed("first");

            assertThat(duel.end()).isEqualTo(new End("first", null));
            Duel.await(second.cancelled);
            assertThat(duel.events).containsExactly(new Launched("duel", 2, Duration.ZERO));
        }
    }

    @ParameterizedTest
    @EnumSource
    void call_thirdAttemptWins_cancelsBothOthers(Style style) throws Exception {
        try (Duel duel = new Duel(style, THREE)) {
            Attempt first = duel.call();
            Attempt second = duel.launch();
            Attempt third = duel.launch();

            third.succeed("third");

            assertThat(duel.end()).isEqualTo(new End("third", null));
            Duel.await(first.cancelled);
            Duel.await(second.cancelled);
        }
    }

    @ParameterizedTest
    @EnumSource
    void call_firstAttemptFailsWhileAHedgeRuns_failureDoesNotWin(Style style) throws Exception {
        try (Duel duel = new Duel(style, TWO)) {
            Attempt first = duel.call();
            Attempt second = duel.launch();

            first.fail(new IOException("first"));

            assertThat(duel.isOver()).isFalse();
            second.succeed("second");
            assertThat(duel.end()).isEqualTo(new End("second", null));
        }
    }

    @ParameterizedTest
    @EnumSource
    void call_hedgeFailsWhileTheFirstRuns_failureDoesNotWin(Style style) throws Exception {
        try (Duel duel = new Duel(style, TWO)) {
            Attempt first = duel.call();
            Attempt second = duel.launch();

            second.fail(new IOException("second"));

            assertThat(duel.isOver()).isFalse();
            first.succeed("first");
            assertThat(duel.end()).isEqualTo(new End("first", null));
        }
    }

    @ParameterizedTest
    @EnumSource
    void call_neutralEndWhileAnotherRuns_doesNotWin(Style style) throws Exception {
        HedgeConfig config = TWO.toBuilder()
                .classifier(Classifier.builder()
                        .onResult(String.class, "unclear"::equals, Outcome.NEUTRAL)
                        .build())
                .build();
        try (Duel duel = new Duel(style, config)) {
            Attempt first = duel.call();
            Attempt second = duel.launch();

            second.succeed("unclear");

            assertThat(duel.isOver()).isFalse();
            first.succeed("clear");
            assertThat(duel.end()).isEqualTo(new End("clear", null));
        }
    }

    // ---- all failed

    @ParameterizedTest
    @EnumSource
    void call_allFail_firstAttemptsExceptionArrivesAsItIsWithTheOthersSuppressed(Style style) throws Exception {
        try (Duel duel = new Duel(style, THREE)) {
            Attempt first = duel.call();
            Attempt second = duel.launch();
            Attempt third = duel.launch();
            IOException failure = new IOException("first");
            IOException secondFailure = new IOException("second");
            IOException thirdFailure = new IOException("third");

            third.fail(thirdFailure);
            first.fail(failure);
            second.fail(secondFailure);

            assertThat(duel.end().failure()).isSameAs(failure);
            assertThat(failure.getSuppressed()).containsExactly(secondFailure, thirdFailure);
        }
    }

    @ParameterizedTest
    @EnumSource
    void call_firstFailsBeforeAHedgeIsLaunched_endsAtOnce(Style style) throws Exception {
        try (Duel duel = new Duel(style, TWO)) {
            Attempt first = duel.call();
            Runnable due = duel.due();

            first.fail(new IOException("first"));

            assertThat(duel.end().failure()).hasMessage("first");
            Duel.run(due).join();
            assertThat(duel.nothingStarted()).isTrue();
            assertThat(duel.hedge.snapshot().hedges()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void call_badResultFirstAndExceptionSecond_returnsTheResult(Style style) throws Exception {
        HedgeConfig config = TWO.toBuilder()
                .classifier(Classifier.builder()
                        .onResult(String.class, "bad"::equals, Outcome.FAILURE)
                        .build())
                .build();
        try (Duel duel = new Duel(style, config)) {
            Attempt first = duel.call();
            Attempt second = duel.launch();

            first.succeed("bad");
            second.fail(new IOException("second"));

            assertThat(duel.end()).isEqualTo(new End("bad", null));
        }
    }

    @ParameterizedTest
    @EnumSource
    void call_errorOfTheFirstWhileAHedgeRuns_endsTheCallAtOnce(Style style) throws Exception {
        try (Duel duel = new Duel(style, TWO)) {
            Attempt first = duel.call();
            Attempt second = duel.launch();
            StackOverflowError error = new StackOverflowError();

            first.fail(error);

            assertThat(duel.end().failure()).isSameAs(error);
            Duel.await(second.cancelled);
        }
    }

    @ParameterizedTest
    @EnumSource
    void call_errorOfAHedgeWhileTheFirstRuns_endsTheCallAtOnce(Style style) throws Exception {
        try (Duel duel = new Duel(style, TWO)) {
            Attempt first = duel.call();
            Attempt second = duel.launch();
            StackOverflowError error = new StackOverflowError();

            second.fail(error);

            assertThat(duel.end().failure()).isSameAs(error);
            Duel.await(first.cancelled);
            assertThat(duel.hedge.snapshot().won()).isZero();
        }
    }

    // ---- rejections further inside

    @ParameterizedTest
    @EnumSource
    void call_hedgeIsRejectedInside_doesNotWinAndIsSuppressed(Style style) throws Exception {
        Gate gate = new Gate().reject(2, null);
        try (Duel duel = new Duel(style, TWO, gate)) {
            Attempt first = duel.call();
            Duel.run(duel.due()).join();

            first.fail(new IOException("first"));

            End end = duel.end();
            assertThat(end.failure()).hasMessage("first");
            assertThat(end.failure().getSuppressed()).containsExactly(gate.rejections.get(0));
        }
    }

    @ParameterizedTest
    @EnumSource
    void call_firstIsRejectedAtOnce_rejectionArrives(Style style) throws Exception {
        Gate gate = new Gate().reject(1, null);
        try (Duel duel = new Duel(style, TWO, gate)) {
            duel.begin();

            assertThat(duel.end().failure()).isInstanceOf(CallRejectedException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void call_firstIsRejectedAfterAWaitAndTheHedgeRan_endsAsTheHedgeDid(Style style) throws Exception {
        RejectsFirstLater gate = new RejectsFirstLater();
        try (Duel duel = new Duel(style, TWO, gate)) {
            duel.begin();
            Attempt second = duel.launch();
            gate.reject();
            IOException failure = new IOException("second");

            second.fail(failure);

            assertThat(duel.end().failure()).isSameAs(failure);
            assertThat(failure.getSuppressed()).hasSize(1).hasOnlyElementsOfType(Gate.Closed.class);
        }
    }

    /** Keeps the first call waiting, like a bulkhead, and rejects it then. */
    private static final class RejectsFirstLater implements Policy {

        private final AtomicInteger calls = new AtomicInteger();
        private final CountDownLatch reject = new CountDownLatch(1);
        private final CompletableFuture<Runnable> asyncReject = new CompletableFuture<>();

        void reject() {
            reject.countDown();
            Runnable later = asyncReject.getNow(null);
            if (later != null) {
                later.run();
            }
        }

        @Override
        public String name() {
            return "later";
        }

        @Override
        public Layer link(Layer next, Scope scope) {
            return new Layer(next, scope) {
                @Override
                public <S extends @Nullable Object, T extends @Nullable Object, X extends Exception> T call(
                        CallWith<? super S, T, X> call, S subject, long now, long deadline) throws X {
                    if (calls.incrementAndGet() == 1) {
                        boolean interrupted = false;
                        try {
                            Duel.await(reject);
                        } catch (InterruptedException unexpected) {
                            interrupted = true;
                        }
                        assertThat(interrupted).isFalse();
                        throw new Gate.Closed(scope, null);
                    }
                    return next.call(call, subject, now, deadline);
                }

                @Override
                public <S extends @Nullable Object, T extends @Nullable Object> Cancellation callAsync(
                        CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call,
                        S subject,
                        long now,
                        long deadline,
                        Done<? super T> done) {
                    if (calls.incrementAndGet() == 1) {
                        asyncReject.complete(() -> done.end(null, new Gate.Closed(scope, null)));
                        return Cancellation.NONE;
                    }
                    return next.<S, T>callAsync(call, subject, now, deadline, done);
                }
            };
        }
    }

    // ---- budget

    @ParameterizedTest
    @EnumSource
    void call_budgetIsUsedUp_runningAttemptsAreUntouched(Style style) throws Exception {
        RetryBudget budget = RetryBudget.of(0, 0, 1, ResilienceRuntime.shared());
        HedgeConfig config = THREE.toBuilder().budget(budget).build();
        try (Duel duel = new Duel(style, config)) {
            Attempt first = duel.call();
            Attempt second = duel.launch();
            Duel.run(duel.due()).join();

            assertThat(duel.nothingStarted()).isTrue();
            assertThat(duel.isOver()).isFalse();
            assertThat(first.cancelled.getCount()).isEqualTo(1);
            assertThat(second.cancelled.getCount()).isEqualTo(1);
            second.succeed("second");
            assertThat(duel.end()).isEqualTo(new End("second", null));
            assertThat(duel.events).contains(new Refused("duel", 3, HedgeEvent.Reason.BUDGET));
            assertThat(duel.hedge.snapshot().refusedByBudget()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void call_succeeds_isCountedOnceByTheBudget(Style style) throws Exception {
        RetryBudget budget = RetryBudget.of(0.5, 0, 10, ResilienceRuntime.shared());
        while (budget.tryWithdraw()) {
            // until it is empty
        }
        for (int i = 0; i < 2; i++) {
            try (Duel duel = new Duel(style, TWO.toBuilder().budget(budget).build())) {
                duel.call().succeed("ok");
                duel.end();
            }
        }

        assertThat(budget.available()).isEqualTo(1);
    }

    // ---- one answer

    @ParameterizedTest
    @EnumSource
    void call_twoAttemptsSucceedAtTheSameTime_hasOneAnswer(Style style) throws Exception {
        for (int round = 0; round < 300; round++) {
            try (Duel duel = new Duel(style, TWO)) {
                Attempt first = duel.call();
                Attempt second = duel.launch();
                CyclicBarrier together = new CyclicBarrier(2);
                Thread other = Duel.run(() -> {
                    meet(together);
                    second.succeed("second");
                });
                meet(together);
                first.succeed("first");
                other.join();

                End end = duel.end();

                boolean won = duel.hedge.snapshot().won() == 1;
                assertThat(end).isEqualTo(new End(won ? "second" : "first", null));
                if (style == Style.SYNC) {
                    assertThat(duel.flagAfterwards.join()).isFalse();
                }
            }
        }
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }

    // ---- what attempts see, and what is seen of them

    @ParameterizedTest
    @EnumSource
    void currentAttempt_inEachAttempt_isItsNumber(Style style) throws Exception {
        try (Duel duel = new Duel(style, THREE)) {
            Attempt first = duel.call();
            Attempt second = duel.launch();
            Attempt third = duel.launch();

            assertThat(first.current).isEqualTo(1);
            assertThat(second.current).isEqualTo(2);
            assertThat(third.current).isEqualTo(3);
            first.succeed("ok");
            duel.end();
        }
    }

    @ParameterizedTest
    @EnumSource
    void snapshot_afterAHedgedCall_countsIt(Style style) throws Exception {
        try (Duel duel = new Duel(style, THREE)) {
            duel.call();
            duel.launch();
            duel.launch().succeed("third");
            duel.end();

            assertThat(duel.hedge.snapshot()).isEqualTo(new HedgeSnapshot(1, 2, 1, 0, 0, Duration.ZERO));
        }
    }

    @ParameterizedTest
    @EnumSource
    void policyInside_seesEachAttemptAsACallThatEndsOnce(Style style) throws Exception {
        CountsPermits permits = new CountsPermits();
        try (Duel duel = new Duel(style, THREE, permits)) {
            duel.call();
            duel.launch();
            duel.launch().succeed("third");
            duel.end();

            permits.awaitSettled(3);
            assertThat(permits.taken).hasValue(3);
            assertThat(permits.settled).hasValue(3);
        }
    }

    /** Takes a permit for each call and gives it back at its end. */
    private static final class CountsPermits implements Policy {

        private final AtomicInteger taken = new AtomicInteger();
        private final AtomicInteger settled = new AtomicInteger();

        void awaitSettled(int calls) {
            long giveUp = System.nanoTime() + 20_000_000_000L;
            while (settled.get() < calls && System.nanoTime() < giveUp) {
                Thread.onSpinWait();
            }
        }

        @Override
        public String name() {
            return "permits";
        }

        @Override
        public Layer link(Layer next, Scope scope) {
            return new Layer(next, scope) {
                @Override
                public <S extends @Nullable Object, T extends @Nullable Object, X extends Exception> T call(
                        CallWith<? super S, T, X> call, S subject, long now, long deadline) throws X {
                    taken.incrementAndGet();
                    try {
                        return next.call(call, subject, now, deadline);
                    } finally {
                        settled.incrementAndGet();
                    }
                }

                @Override
                public <S extends @Nullable Object, T extends @Nullable Object> Cancellation callAsync(
                        CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call,
                        S subject,
                        long now,
                        long deadline,
                        Done<? super T> done) {
                    taken.incrementAndGet();
                    return next.<S, T>callAsync(call, subject, now, deadline, (result, failure) -> {
                        settled.incrementAndGet();
                        done.end(result, failure);
                    });
                }
            };
        }
    }

    // ---- listeners and classifiers that throw

    @ParameterizedTest
    @EnumSource
    void listener_thatThrows_changesNothing(Style style) throws Exception {
        try (Duel duel = new Duel(style, TWO)) {
            duel.hedge.on(HedgeEvent.class, event -> {
                throw new IllegalStateException("listener");
            });
            duel.call();
            duel.launch().succeed("second");

            assertThat(duel.end()).isEqualTo(new End("second", null));
        }
    }

    @ParameterizedTest
    @EnumSource
    void classifier_thatThrows_resultIsASuccess(Style style) throws Exception {
        HedgeConfig config = TWO.toBuilder()
                .classifier(Classifier.builder()
                        .onResult(
                                String.class,
                                result -> {
                                    throw new IllegalStateException("classifier");
                                },
                                Outcome.FAILURE)
                        .build())
                .build();
        try (Duel duel = new Duel(style, config)) {
            duel.call();
            duel.launch().succeed("second");

            assertThat(duel.end()).isEqualTo(new End("second", null));
        }
    }

    // ---- limits

    @ParameterizedTest
    @EnumSource
    void call_maxAttemptsAreUnderWay_noneIsPlanned(Style style) throws Exception {
        try (Duel duel = new Duel(style, TWO)) {
            Attempt first = duel.call();
            duel.launch();

            first.succeed("first");

            duel.end();
            assertThat(duel.nothingIsDue()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void configure_duringACall_holdsForLaterCallsOnly(Style style) throws Exception {
        try (Duel duel = new Duel(style, THREE)) {
            Attempt first = duel.call();
            duel.launch();

            duel.hedge.configure(duel.hedge.config().toBuilder().maxAttempts(2).build());

            duel.launch();
            first.succeed("first");
            assertThat(duel.end()).isEqualTo(new End("first", null));
        }
    }
}
