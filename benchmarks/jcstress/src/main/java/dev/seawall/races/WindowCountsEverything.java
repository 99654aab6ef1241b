package dev.seawall.races;

import dev.seawall.circuitbreaker.CircuitBreaker;
import dev.seawall.circuitbreaker.CircuitBreakerSnapshot;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two threads record results: when both are done, the window holds each exactly once. */
@JCStressTest
@State
@Outcome(id = "4, 2", expect = Expect.ACCEPTABLE, desc = "four calls, two of them failed")
@Outcome(expect = Expect.FORBIDDEN, desc = "a result was lost or counted twice")
public class WindowCountsEverything {

    private final CircuitBreaker breaker = Breakers.closed(100);

    @Actor
    public void one() {
        breaker.acquire().success();
        breaker.acquire().failure();
    }

    @Actor
    public void other() {
        breaker.acquire().failure();
        breaker.acquire().success();
    }

    @Arbiter
    public void look(II_Result r) {
        CircuitBreakerSnapshot snapshot = breaker.snapshot();
        r.r1 = (int) snapshot.calls();
        r.r2 = (int) snapshot.failures();
    }
}
