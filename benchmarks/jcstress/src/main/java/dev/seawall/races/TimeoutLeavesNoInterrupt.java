package dev.seawall.races;

import dev.seawall.CallTimedOutException;
import dev.seawall.Pipeline;
import dev.seawall.Timeout;
import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** The time is over just as the call ends, on two threads at once: no interrupt outlives its call or hits the other. */
@JCStressTest
@State
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "both in time")
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "one late")
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "the other late")
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "both late")
@Outcome(expect = Expect.FORBIDDEN, desc = "a thread was left interrupted")
public class TimeoutLeavesNoInterrupt {

    private static final int IN_TIME = 0;
    private static final int LATE = 1;
    private static final int INTERRUPTED = 2;
    private static final Pipeline PIPELINE = Pipeline.of(Timeout.of(Duration.ofNanos(20_000)));
    private static final long WORK_NANOS = 30_000;

    @Actor
    public void one(II_Result r) {
        r.r1 = call();
    }

    @Actor
    public void other(II_Result r) {
        r.r2 = call();
    }

    private static int call() {
        int end;
        try {
            PIPELINE.run(TimeoutLeavesNoInterrupt::work);
            end = IN_TIME;
        } catch (CallTimedOutException late) {
            end = LATE;
        }
        return Thread.interrupted() ? INTERRUPTED : end;
    }

    private static void work() {
        long start = System.nanoTime();
        while (System.nanoTime() - start < WORK_NANOS && !Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
        }
    }
}
