package dev.seawall.races;

import dev.seawall.circuitbreaker.CircuitBreaker;
import dev.seawall.circuitbreaker.CircuitBreakerSnapshot;
import dev.seawall.circuitbreaker.Permit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two threads end the same permit: one of them counts. */
@JCStressTest
@State
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "the success was first")
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "the failure was first")
@Outcome(expect = Expect.FORBIDDEN, desc = "both counted, or none")
public class PermitSettlesOnce {

    private final CircuitBreaker breaker = Breakers.closed(100);
    private final Permit permit = breaker.acquire();

    @Actor
    public void success() {
        permit.success();
    }

    @Actor
    public void failure() {
        permit.failure();
    }

    @Arbiter
    public void look(II_Result r) {
        CircuitBreakerSnapshot snapshot = breaker.snapshot();
        r.r1 = (int) snapshot.calls();
        r.r2 = (int) snapshot.failures();
    }
}
