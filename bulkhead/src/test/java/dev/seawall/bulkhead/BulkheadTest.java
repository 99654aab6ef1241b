package dev.seawall.bulkhead;

import static dev.seawall.bulkhead.Bench.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.CallInterruptedException;
import dev.seawall.CallTimedOutException;
import dev.seawall.Deadline;
import dev.seawall.Pipeline;
import dev.seawall.Policy.Trait;
import dev.seawall.Result;
import dev.seawall.Timeout;
import dev.seawall.VirtualRuntime;
import dev.seawall.bulkhead.Bench.End;
import dev.seawall.bulkhead.BulkheadEvent.CallRejected;
import dev.seawall.bulkhead.BulkheadEvent.CallWaited;
import dev.seawall.bulkhead.BulkheadEvent.ConfigChanged;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a bulkhead does to one call, in both styles. */
final class BulkheadTest {

    @AfterEach
    void noInterruptIsLeftBehind() {
        assertThat(Thread.interrupted()).isFalse();
    }

    // ---- admission

    @ParameterizedTest
    @EnumSource
    void call_permitFree_runsAndGivesItBack(Style style) {
        Bench bench = new Bench(Bench.single());

        End end = bench.call(style, null, subject -> bench.inUse());

        assertThat(end.result()).isEqualTo(1);
        assertThat(bench.inUse()).isZero();
        assertThat(bench.events).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void call_fullWithoutQueue_isRejectedAtOnce(Style style) {
        Bench bench = new Bench(Bench.single());
        bench.hold(1);

        End end = bench.call(style);

        assertThat(end.failure())
                .isInstanceOf(BulkheadFullException.class)
                .hasMessage("bulkhead 'users' is full: 1 of 1 permits in use, 0 waiting")
                .extracting(rejection -> ((BulkheadFullException) rejection).waited())
                .isEqualTo(Duration.ZERO);
        assertThat(bench.nowInMillis()).isZero();
        assertThat(bench.inUse()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void call_fullWithZeroWait_isRejectedAtOnce(Style style) {
        Bench bench = new Bench(Bench.queueing(5).maxWait(Duration.ZERO));
        bench.hold(1);

        assertThat(bench.call(style).failure()).isInstanceOf(BulkheadFullException.class);
        assertThat(bench.nowInMillis()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void call_permitComesBackInTime_waitsForItAndRuns(Style style) {
        Bench bench = new Bench(Bench.queueing(1));
        Permit held = bench.hold(1);
        bench.after(SECOND, held::close);

        End end = bench.call(style, null, subject -> bench.nowInMillis());

        assertThat(end.result()).isEqualTo(1_000L);
        assertThat(bench.inUse()).isZero();
        assertThat(bench.waiting()).isZero();
        assertThat(bench.runtime.pendingTimers()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void call_noPermitWithinMaxWait_isRejectedThen(Style style) {
        Bench bench = new Bench(Bench.queueing(1));
        bench.hold(1);

        End end = bench.call(style);

        assertThat(end.failure())
                .isInstanceOf(BulkheadFullException.class)
                .hasMessageContaining("had no permit within 10 s: 1 of 1 permits in use")
                .extracting(rejection -> ((BulkheadFullException) rejection).waited())
                .isEqualTo(Duration.ofSeconds(10));
        assertThat(bench.nowInMillis()).isEqualTo(10_000);
        assertThat(bench.waiting()).isZero();
    }

    /** failsafe-lib/failsafe#393, #365: permits lost by waiters that had given up. */
    @ParameterizedTest
    @EnumSource
    void waitThatTimedOut_holderReleasesAfterwards_nothingIsLost(Style style) {
        Bench bench = new Bench(Bench.queueing(1));
        for (int round = 0; round < 5; round++) {
            Permit held = bench.hold(1);
            bench.call(style);
            held.close();
        }

        assertThat(bench.inUse()).isZero();
        assertThat(bench.call(style).result()).isEqualTo("good");
    }

    @ParameterizedTest
    @EnumSource
    void call_deadlineBeforeMaxWait_waitsOnlyUntilThen(Style style) {
        Bench bench = new Bench(Bench.queueing(1));
        bench.hold(1);

        End end = Deadline.after(SECOND, bench.runtime).call(() -> bench.call(style));

        assertThat(end.failure())
                .isInstanceOf(BulkheadFullException.class)
                .hasMessageContaining("had no permit within 1 s");
        assertThat(bench.nowInMillis()).isEqualTo(1_000);
    }

    @ParameterizedTest
    @EnumSource
    void call_tooHeavyForTheLimit_isRejectedAtOnce(Style style) {
        Bench bench = new Bench(Bench.jobs(3, 5));

        End end = bench.call(style, new Bench.Job("heavy", 4, 0), job -> "good");

        assertThat(end.failure()).hasMessage("bulkhead 'users' has only 3 permits, and the call takes 4");
        assertThat(bench.nowInMillis()).isZero();
        assertThat(bench.inUse()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void call_weightOfSubject_takesAsMany(Style style) {
        Bench bench = new Bench(Bench.jobs(3, 0));

        End end = bench.call(style, new Bench.Job("heavy", 3, 0), job -> bench.inUse());

        assertThat(end.result()).isEqualTo(3);
        assertThat(bench.inUse()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void call_weightThatMakesNoSense_takesOne(Style style) {
        Bench bench = new Bench(BulkheadConfig.builder().weight(String.class, text -> {
            if (text.equals("throws")) {
                throw new StackOverflowError("in the user's function");
            }
            return -5;
        }));

        for (Object subject : new Object[] {"throws", "negative", 7}) {
            assertThat(bench.call(style, subject, about -> bench.inUse()).result())
                    .isEqualTo(1);
        }
        assertThat(bench.inUse()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void call_priorityThatThrows_counts0(Style style) {
        Bench bench = new Bench(Bench.queueing(2).priority(Object.class, subject -> {
            throw new IllegalStateException("in the user's function");
        }));
        bench.after(SECOND, bench.hold(1)::close);

        assertThat(bench.call(style, "subject", subject -> "good").result()).isEqualTo("good");
    }

    // ---- ends

    @ParameterizedTest
    @EnumSource
    void call_throws_givesThePermitBackAndThrowsTheSame(Style style) {
        Bench bench = new Bench(Bench.single());

        for (Throwable thrown : List.of(
                new IOException("down"),
                new IllegalStateException("broken"),
                new CancellationException("neutral"),
                new StackOverflowError("an error"))) {
            End end = bench.call(style, null, subject -> sneak(thrown));

            assertThat(end.failure()).isSameAs(thrown);
            assertThat(bench.inUse()).isZero();
        }
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> Object sneak(Throwable thrown) throws X {
        throw (X) thrown;
    }

    @Test
    void callAsync_stageStillRuns_keepsItsPermit() {
        Bench bench = new Bench(Bench.single());
        Bench.Running running = bench.start("one");

        assertThat(bench.inUse()).isEqualTo(1);
        running.end();

        assertThat(bench.inUse()).isZero();
        assertThat(running.answer()).isCompletedWithValue("good");
    }

    @Test
    void callAsync_cancelledWhileItRuns_givesThePermitBackWhenTheStageEnds() {
        Bench bench = new Bench(Bench.single());
        Bench.Running running = bench.start("one");

        running.answer().cancel(true);

        assertThat(running.stage()).isCancelled();
        assertThat(bench.inUse()).isZero();
    }

    @Test
    void callAsync_timeoutOutsideOfAStageThatDoesNotEnd_keepsThePermitUntilItDoes() {
        Bench bench = new Bench(Bench.single());
        CompletableFuture<String> stubborn = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterrupt) {
                return false;
            }
        };
        Pipeline pipeline = Pipeline.named("users")
                .runtime(bench.runtime)
                .with(Timeout.of(SECOND))
                .with(bench.bulkhead)
                .build();
        CompletableFuture<String> answer = pipeline.callAsync(() -> stubborn);

        bench.runtime.advance(SECOND);

        assertThat(Bench.end(answer).failure()).isInstanceOf(CallTimedOutException.class);
        assertThat(bench.inUse()).isEqualTo(1);
        stubborn.complete("late");
        assertThat(bench.inUse()).isZero();
    }

    /** connor4312/cockatiel#112: an aborted call that waited kept its place. resilience4j/resilience4j#332: so did its permit. */
    @Test
    void callAsync_cancelledWhileItWaits_leavesTheQueueAndTakesNothing() {
        Bench bench = new Bench(Bench.queueing(2));
        Bench.Running first = bench.start("first");
        Bench.Running aborted = bench.start("aborted");
        Bench.Running next = bench.start("next");

        aborted.answer().cancel(true);
        assertThat(bench.waiting()).isEqualTo(1);
        first.end();
        next.end();

        assertThat(bench.started).containsExactly("first", "next");
        assertThat(bench.inUse()).isZero();
        assertThat(bench.runtime.pendingTimers()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void call_timeoutOutsideOfTheWait_endsIt(Style style) {
        Bench bench = new Bench(Bench.queueing(1), Timeout.of(SECOND));
        Permit held = bench.hold(1);

        End end = bench.call(style);

        assertThat(end.failure()).isInstanceOf(CallTimedOutException.class);
        assertThat(bench.nowInMillis()).isEqualTo(1_000);
        assertThat(bench.waiting()).isZero();
        held.close();
        assertThat(bench.inUse()).isZero();
    }

    // ---- interrupts

    @Test
    void call_interruptedWhileItWaits_throwsAndKeepsTheFlag() {
        Bench bench = new Bench(Bench.queueing(1));
        Permit held = bench.hold(1);
        bench.after(SECOND, Thread.currentThread()::interrupt);

        End end = bench.call(Style.SYNC);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(end.failure())
                .isInstanceOf(CallInterruptedException.class)
                .hasMessage("'users' was interrupted while waiting for a permit");
        assertThat(bench.waiting()).isZero();
        held.close();
        assertThat(bench.inUse()).isZero();
    }

    @Test
    void call_grantedInTheMomentOfTheInterrupt_losesNoPermit() {
        Bench bench = new Bench(Bench.queueing(1));
        Permit held = bench.hold(1);
        bench.after(SECOND, () -> {
            held.close(); // grants it
            Thread.currentThread().interrupt();
        });

        assertThat(bench.call(Style.SYNC).failure()).isInstanceOf(CallInterruptedException.class);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(bench.inUse()).isZero();
    }

    /** Resilience4j refuses such a call. */
    @Test
    void call_interruptedThreadAndPermitFree_isAdmitted() {
        Bench bench = new Bench(Bench.single());
        Thread.currentThread().interrupt();

        End end = bench.call(Style.SYNC);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(end.result()).isEqualTo("good");
    }

    @Test
    void call_interruptedThreadAndMustWait_throwsAtOnce() {
        Bench bench = new Bench(Bench.queueing(1));
        bench.hold(1);
        Thread.currentThread().interrupt();

        assertThat(bench.call(Style.SYNC).failure()).isInstanceOf(CallInterruptedException.class);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(bench.nowInMillis()).isZero();
    }

    @Test
    void call_waitEndsInAnError_losesNoPermit() {
        Bench bench = new Bench(Bench.queueing(1));
        Permit held = bench.hold(1);
        Error broken = new StackOverflowError("in a timer's task");
        bench.after(SECOND, () -> {
            held.close();
            throw broken;
        });

        assertThat(bench.call(Style.SYNC).failure()).isSameAs(broken);

        assertThat(bench.inUse()).isZero();
        assertThat(bench.waiting()).isZero();
    }

    // ---- closed runtime

    @ParameterizedTest
    @EnumSource
    void call_runtimeClosesMeanwhile_isRejected(Style style) {
        Bench bench = new Bench(Bench.queueing(1));
        bench.hold(1);
        bench.after(SECOND, bench.runtime::close);

        End end = bench.call(style);

        assertThat(end.failure())
                .isInstanceOf(BulkheadFullException.class)
                .hasMessage("bulkhead 'users' ended the wait for a permit: its runtime was closed");
        assertThat(bench.waiting()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void call_runtimeClosedAndPermitFree_runs(Style style) {
        Bench bench = new Bench(Bench.queueing(1));
        bench.runtime.close();

        assertThat(bench.call(style).result()).isEqualTo("good");
        bench.hold(1);
        assertThat(bench.call(style).failure()).isInstanceOf(BulkheadFullException.class);
    }

    // ---- permits by hand

    @Test
    void permit_closedTwice_comesBackOnce() {
        Bench bench = new Bench(BulkheadConfig.builder().limit(2));
        Permit first = bench.bulkhead.acquire();
        bench.bulkhead.acquire();

        first.close();
        first.close();

        assertThat(bench.inUse()).isEqualTo(1);
        assertThat(bench.bulkhead.tryAcquire()).isPresent();
        assertThat(bench.bulkhead.tryAcquire()).isEmpty();
    }

    @Test
    void acquire_full_waitsForIt() {
        Bench bench = new Bench(Bench.queueing(1));
        bench.after(SECOND, bench.hold(1)::close);

        try (Permit permit = bench.bulkhead.acquire()) {
            assertThat(permit).isNotNull();
            assertThat(bench.nowInMillis()).isEqualTo(1_000);
            assertThat(bench.inUse()).isEqualTo(1);
        }

        assertThat(bench.inUse()).isZero();
    }

    @Test
    void acquire_severalAtOnce_areOnePermit() {
        Bench bench = new Bench(BulkheadConfig.builder().limit(5));

        try (Permit permit = bench.bulkhead.acquire(4)) {
            assertThat(permit).isNotNull();
            assertThat(bench.bulkhead.tryAcquire(2)).isEmpty();
            assertThat(bench.inUse()).isEqualTo(4);
        }

        assertThat(bench.inUse()).isZero();
    }

    @Test
    void acquire_notInTime_isRejectedOutsideOfAnyPipeline() {
        Bench bench = new Bench(Bench.queueing(1));
        bench.hold(1);

        assertThatExceptionOfType(BulkheadFullException.class)
                .isThrownBy(bench.bulkhead::acquire)
                .satisfies(rejection -> {
                    assertThat(rejection.policy()).isEqualTo("users");
                    assertThat(rejection.retryAfter()).isEmpty();
                    assertThat(rejection.getStackTrace()).isEmpty();
                });
    }

    @Test
    void acquire_weightBelow1_isRefused() {
        Bulkhead bulkhead = Bulkhead.of("users");

        assertThatThrownBy(() -> bulkhead.acquire(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("weight must be at least 1, was 0");
        assertThatThrownBy(() -> bulkhead.tryAcquire(-1)).hasMessage("weight must be at least 1, was -1");
        assertThat(bulkhead.tryAcquire(Integer.MAX_VALUE)).isEmpty();
    }

    @Test
    void tryAcquire_somebodyWaits_isEmptyThoughPermitsAreFree() {
        Bench bench = new Bench(Bench.jobs(3, 5));
        bench.hold(2);
        bench.start("heavy", 2);

        assertThat(bench.bulkhead.tryAcquire(1)).isEmpty();
        assertThat(bench.bulkhead.snapshot().available()).isZero();
    }

    // ---- events and looks

    @ParameterizedTest
    @EnumSource
    void events_waitAndRejection_areTold(Style style) {
        Bench bench = new Bench(Bench.queueing(1));
        bench.after(SECOND, bench.hold(1)::close);
        bench.call(style);
        Permit held = bench.hold(1);
        BulkheadFullException rejection =
                (BulkheadFullException) bench.call(style).failure();
        held.close();

        assertThat(bench.events).containsExactly(new CallWaited("users", SECOND), new CallRejected("users", rejection));
        assertThat(bench.events.get(0)).hasToString("bulkhead 'users': a call waited 1 s");
        assertThat(bench.events.get(1)).hasToString(rejection.getMessage());
        assertThat(bench.bulkhead.snapshot()).isEqualTo(new BulkheadSnapshot("users", 1, 0, 0, 1, 1, List.of()));
    }

    @ParameterizedTest
    @EnumSource
    void listener_thatThrows_changesNothing(Style style) {
        Bench bench = new Bench(Bench.queueing(1));
        bench.bulkhead.on(BulkheadEvent.class, event -> {
            throw new StackOverflowError("in a listener");
        });
        bench.after(SECOND, bench.hold(1)::close);

        assertThat(bench.call(style).result()).isEqualTo("good");
        bench.hold(1);
        assertThat(bench.call(style).failure()).isInstanceOf(BulkheadFullException.class);
        bench.bulkhead.configure(BulkheadConfig.defaults());
    }

    /** A listener that calls back would wait for ever if a lock was held. */
    @Test
    void listener_thatUsesTheBulkhead_isNotLockedOut() {
        Bench bench = new Bench(Bench.queueing(3));
        List<Object> seen = new ArrayList<>();
        bench.bulkhead.on(CallWaited.class, event -> seen.add(bench.bulkhead.tryAcquire()));
        bench.bulkhead.on(CallRejected.class, event -> bench.bulkhead.configure(bench.bulkhead.config()));
        bench.bulkhead.on(ConfigChanged.class, event -> seen.add(bench.bulkhead.snapshot()));
        Bench.Running first = bench.start("first");
        bench.start("second").end();
        first.end();
        bench.start("third");
        bench.runtime.runAll();

        assertThat(seen).hasSize(2);
    }

    @Test
    void subscription_closed_hearsNothingMore() {
        Bench bench = new Bench(Bench.single());
        List<BulkheadEvent> heard = new ArrayList<>();
        bench.bulkhead.on(BulkheadEvent.class, heard::add).close();
        bench.hold(1);

        bench.call(Style.SYNC);

        assertThat(heard).isEmpty();
    }

    @Test
    void isIdle_permitsInUse_isNot() {
        Bench bench = new Bench(Bench.queueing(1));
        assertThat(bench.bulkhead.isIdle()).isTrue();

        Permit held = bench.hold(1);
        bench.start("waits");
        assertThat(bench.bulkhead.isIdle()).isFalse();
        assertThat(bench.bulkhead).hasToString("bulkhead 'users' (1 of 1 in use, 1 waiting)");
        bench.runtime.runAll();
        held.close();

        assertThat(bench.bulkhead.isIdle()).isTrue();
    }

    @Test
    void tryCall_rejected_saysSo() {
        Bench bench = new Bench(Bench.single());
        bench.hold(1);
        Pipeline pipeline = Pipeline.of(bench.bulkhead);

        Result<String> result = pipeline.tryCall(() -> "good");

        assertThat(result).isInstanceOf(Result.Rejected.class);
        assertThat(bench.bulkhead.traits()).containsExactly(Trait.LIMITS_CONCURRENCY);
        assertThat(bench.bulkhead.name()).isEqualTo("users");
    }

    @Test
    void of_defaults_arePreset10And20And5s() {
        assertThat(Bulkhead.of("users").config()).isEqualTo(BulkheadConfig.defaults());
        assertThat(Bulkhead.of("users", 3).config().limit()).isEqualTo(3);
        assertThatThrownBy(() -> Bulkhead.of(" ", 3)).hasMessage("name must not be blank, was ' '");
        assertThatThrownBy(() -> Bulkhead.of("users", BulkheadConfig.defaults(), (VirtualRuntime) null))
                .isInstanceOf(NullPointerException.class);
    }
}
