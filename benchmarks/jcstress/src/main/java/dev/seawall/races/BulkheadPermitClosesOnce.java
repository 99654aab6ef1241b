package dev.seawall.races;

import dev.seawall.VirtualRuntime;
import dev.seawall.bulkhead.Bulkhead;
import dev.seawall.bulkhead.BulkheadConfig;
import dev.seawall.bulkhead.Permit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** Two threads close the same permit while another one is in use: it comes back once. */
@JCStressTest
@State
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "the other one is still in use")
@Outcome(expect = Expect.FORBIDDEN, desc = "it came back twice, or not at all")
public class BulkheadPermitClosesOnce {

    private final Bulkhead bulkhead =
            Bulkhead.of("race", BulkheadConfig.builder().limit(2).queue(0).build(), VirtualRuntime.create());
    private final Permit other = bulkhead.acquire();
    private final Permit permit = bulkhead.acquire();

    @Actor
    public void first() {
        permit.close();
    }

    @Actor
    public void second() {
        permit.close();
    }

    @Arbiter
    public void look(I_Result r) {
        r.r1 = bulkhead.snapshot().inUse();
        other.close();
    }
}
