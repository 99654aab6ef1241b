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

/** Two threads write into a full window at once: each new result drives out one old one. */
@JCStressTest
@State
@Outcome(id = "3, 1", expect = Expect.ACCEPTABLE, desc = "the two new results and the newest old one")
@Outcome(expect = Expect.FORBIDDEN, desc = "the window grew, shrank or kept the wrong results")
public class FullWindowForgetsTheOldest {

    private final CircuitBreaker breaker = Breakers.closed(3);

    public FullWindowForgetsTheOldest() {
        breaker.acquire().failure();
        breaker.acquire().failure();
        breaker.acquire().success();
    }

    @Actor
    public void one() {
        breaker.acquire().failure();
    }

    @Actor
    public void other() {
        breaker.acquire().success();
    }

    @Arbiter
    public void look(II_Result r) {
        CircuitBreakerSnapshot snapshot = breaker.snapshot();
        r.r1 = (int) snapshot.calls();
        r.r2 = (int) snapshot.failures();
    }
}
