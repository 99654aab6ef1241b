package dev.seawall.benchmarks.overload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.ResilienceRuntime;
import dev.seawall.retry.RetryBudget;
import dev.seawall.retry.RetrySnapshot;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class TargetTest {

    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final List<Phase> PLAN = List.of(
            new Phase("baseline", Phase.Part.BASELINE, 1, 100, Health.WELL),
            new Phase("overload", Phase.Part.OVERLOAD, 1, 100, Health.HANGING),
            new Phase("recovery", Phase.Part.RECOVERY, 12, 100, Health.WELL));

    private final Calls calls = new Calls(Phase.calls(PLAN));
    private long retries = 10;
    private long latenessMillis;
    private int threads = 200;

    /** All goes well, and in the second of overload all calls are rejected. */
    private void play(long rejectionNanos) {
        for (int call = 0; call < calls.number(); call++) {
            boolean rejected = call >= 100 && call < 200;
            end(call, rejected ? rejectionNanos : 50 * MILLI, rejected ? End.OPEN : End.ANSWERED);
        }
    }

    private void end(int call, long nanos, End end) {
        long due = call * 10 * MILLI;
        calls.ended(call, due, due, due + nanos, end);
    }

    private Report report() {
        RetrySnapshot snapshot = new RetrySnapshot(0, 0, retries, 0);
        Percentiles lateness = Percentiles.of(LongStream.of(latenessMillis * MILLI));
        return new Report(new Measured(PLAN, calls, List.of(), 0, snapshot, List.of(), 10.5, lateness, threads, 128));
    }

    @Test
    void exitCode_allIsWell_is0() {
        play(MILLI);

        assertThat(report().exitCode()).isZero();
        assertThat(report().write("note", "pipeline")).contains("All 7 targets met");
    }

    @Test
    void exitCode_slowRejections_is1() {
        play(MILLI + 1);

        assertThat(report().exitCode()).isEqualTo(1);
        assertThat(report().write("note", "pipeline")).contains("1 targets missed");
    }

    @Test
    void exitCode_slowRejectionsOnABusyMachine_is2() {
        latenessMillis = 2;
        play(MILLI + 1);

        assertThat(report().exitCode()).isEqualTo(2);
        assertThat(report().write("note", "pipeline")).contains("too busy to tell");
    }

    @Test
    void exitCode_tooManyRetriesOnABusyMachine_is1() {
        latenessMillis = 2;
        retries = 11;
        play(MILLI);

        assertThat(report().exitCode()).isEqualTo(1);
    }

    @Test
    void exitCode_1SlowRejectionIn100_isAllowed() {
        play(MILLI);
        end(150, 2 * MILLI, End.FULL);

        assertThat(report().exitCode()).isZero();
    }

    @Test
    void exitCode_2SlowRejectionsIn100_is1() {
        play(MILLI);
        end(150, 2 * MILLI, End.FULL);
        end(151, 2 * MILLI, End.LIMITED);

        assertThat(report().exitCode()).isEqualTo(1);
    }

    @Test
    void exitCode_rejectionsAfterAWaitInTheQueue_areNotJudged() {
        play(MILLI);
        end(150, 100 * MILLI, End.WAITED_IN_VAIN);
        end(151, 100 * MILLI, End.WAITED_IN_VAIN);

        assertThat(report().exitCode()).isZero();
    }

    @Test
    void exitCode_callsBegunLate_countFromTheirBeginning() {
        play(MILLI);
        for (int call = 150; call < 160; call++) {
            long due = call * 10 * MILLI;
            calls.ended(call, due, due + 5 * MILLI, due + 6 * MILLI, End.OPEN);
        }

        assertThat(report().exitCode()).isZero();
    }

    @Test
    void exitCode_callWithAnUnexpectedEnd_is1() {
        play(MILLI);
        end(150, MILLI, End.UNEXPECTED);

        assertThat(report().exitCode()).isEqualTo(1);
    }

    @Test
    void exitCode_tooManyThreads_is1() {
        threads = 201;
        play(MILLI);

        assertThat(report().exitCode()).isEqualTo(1);
    }

    @Test
    void exitCode_callWithoutAnEnd_is1() {
        play(MILLI);
        calls.ended(150, 0, 0, 0, null);

        assertThat(report().exitCode()).isEqualTo(1);
    }

    @Test
    void exitCode_failuresIn10SecondsOfRecovery_areAllowed() {
        play(MILLI);
        failFirstSecondsOfRecovery(10);

        assertThat(report().exitCode()).isZero();
    }

    @Test
    void exitCode_failuresIn11SecondsOfRecovery_is1() {
        play(MILLI);
        failFirstSecondsOfRecovery(11);

        assertThat(report().exitCode()).isEqualTo(1);
    }

    /** 94 % of the calls of each second are answered. */
    private void failFirstSecondsOfRecovery(int seconds) {
        for (int second = 2; second < 2 + seconds; second++) {
            for (int call = 0; call < 6; call++) {
                end(second * 100 + call, MILLI, End.FAILED);
            }
        }
    }

    /** Or a run that never recovers would pass. */
    @ParameterizedTest
    @MethodSource("plans")
    void recoveryPhase_ofEachPlan_isLongerThanItsTarget(List<Phase> plan) {
        Phase last = plan.get(plan.size() - 1);

        assertThat(last.part()).isEqualTo(Phase.Part.RECOVERY);
        assertThat(last.seconds()).isGreaterThan(Target.RECOVERY_SECONDS);
    }

    static List<List<Phase>> plans() {
        return List.of(Phase.FULL, Phase.QUICK);
    }

    @Test
    void retriesAllowed_ofABudget_isItsSum() {
        RetryBudget budget = RetryBudget.of(0.1, 5, 20, ResilienceRuntime.shared());

        assertThat(Client.retriesAllowed(budget, 1_000, 10)).isEqualTo(0.1 * 1_000 + 20 + 5 * 10);
    }
}
