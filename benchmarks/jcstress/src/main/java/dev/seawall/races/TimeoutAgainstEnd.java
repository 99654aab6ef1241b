package dev.seawall.races;

import dev.seawall.CallTimedOutException;
import dev.seawall.Pipeline;
import dev.seawall.Timeout;
import dev.seawall.VirtualRuntime;
import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Another thread lets the time run out while a call ends: one answer, and no interrupt left behind. */
@JCStressTest
@State
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "in time")
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "late")
@Outcome(expect = Expect.FORBIDDEN, desc = "the thread was left interrupted")
public class TimeoutAgainstEnd {

    private final VirtualRuntime runtime = VirtualRuntime.create();
    private final Pipeline pipeline = Pipeline.named("race")
            .runtime(runtime)
            .with(Timeout.of(Duration.ofSeconds(1)))
            .build();

    private volatile boolean running;

    @Actor
    public void call(II_Result r) {
        try {
            r.r1 = pipeline.call(this::untilTimeRuns);
        } catch (CallTimedOutException late) {
            r.r1 = 1;
        }
        r.r2 = Thread.interrupted() ? 1 : 0;
    }

    private int untilTimeRuns() {
        while (!running) {
            Thread.onSpinWait();
        }
        return 0;
    }

    @Actor
    public void time() {
        running = true;
        runtime.advance(Duration.ofSeconds(2));
    }
}
