package dev.seawall.races;

import dev.seawall.circuitbreaker.CircuitBreaker;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** The open time is over and two threads call at once, twice each: exactly as many get in as there are trials. */
@JCStressTest
@State
@Outcome(id = "2, 0", expect = Expect.ACCEPTABLE, desc = "one thread got both")
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "one each")
@Outcome(id = "0, 2", expect = Expect.ACCEPTABLE, desc = "the other got both")
@Outcome(expect = Expect.FORBIDDEN, desc = "too many trials or too few")
public class TrialsAfterOpenTime {

    private final CircuitBreaker breaker = Breakers.due(2);

    @Actor
    public void one(II_Result r) {
        r.r1 = admitted() + admitted();
    }

    @Actor
    public void other(II_Result r) {
        r.r2 = admitted() + admitted();
    }

    private int admitted() {
        return breaker.tryAcquire().isPresent() ? 1 : 0;
    }
}
