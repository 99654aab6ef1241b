package dev.seawall.races;

import dev.seawall.VirtualRuntime;
import dev.seawall.bulkhead.Bulkhead;
import dev.seawall.bulkhead.BulkheadConfig;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** Two threads want the last permit: one of them has it. */
@JCStressTest
@State
@Outcome(id = "1, 0, 1", expect = Expect.ACCEPTABLE, desc = "the first has it")
@Outcome(id = "0, 1, 1", expect = Expect.ACCEPTABLE, desc = "the second has it")
@Outcome(expect = Expect.FORBIDDEN, desc = "both have it, or none")
public class BulkheadLastPermit {

    private final Bulkhead bulkhead =
            Bulkhead.of("race", BulkheadConfig.builder().limit(1).queue(0).build(), VirtualRuntime.create());

    @Actor
    public void first(III_Result r) {
        r.r1 = bulkhead.tryAcquire().isPresent() ? 1 : 0;
    }

    @Actor
    public void second(III_Result r) {
        r.r2 = bulkhead.tryAcquire().isPresent() ? 1 : 0;
    }

    @Arbiter
    public void look(III_Result r) {
        r.r3 = bulkhead.snapshot().inUse();
    }
}
