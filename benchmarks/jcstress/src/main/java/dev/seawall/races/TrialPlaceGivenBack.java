package dev.seawall.races;

import dev.seawall.circuitbreaker.CircuitBreaker;
import dev.seawall.circuitbreaker.Permit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** The only trial ends without a verdict while others ask for its place: one of them gets it. */
@JCStressTest
@State
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "the giver got it again")
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "the other got it")
@Outcome(expect = Expect.FORBIDDEN, desc = "the place was given twice, or lost")
public class TrialPlaceGivenBack {

    private final CircuitBreaker breaker = Breakers.due(1);
    private final Permit trial = breaker.acquire();

    @Actor
    public void giver(II_Result r) {
        trial.close();
        r.r1 = admitted();
    }

    @Actor
    public void other(II_Result r) {
        r.r2 = admitted() + admitted();
    }

    private int admitted() {
        return breaker.tryAcquire().isPresent() ? 1 : 0;
    }
}
