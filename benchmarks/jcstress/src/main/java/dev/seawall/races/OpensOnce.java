package dev.seawall.races;

import dev.seawall.circuitbreaker.CircuitBreaker;
import dev.seawall.circuitbreaker.CircuitBreakerEvent.StateChanged;
import dev.seawall.circuitbreaker.Permit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two threads record the failures that open the breaker: it opens, and tells so once. */
@JCStressTest
@State
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "opened once")
@Outcome(expect = Expect.FORBIDDEN, desc = "did not open, or told twice")
public class OpensOnce {

    private final CircuitBreaker breaker = Breakers.closed(2);
    private final AtomicInteger changes = new AtomicInteger();
    private final Permit first = breaker.acquire();
    private final Permit second = breaker.acquire();

    public OpensOnce() {
        breaker.on(StateChanged.class, change -> changes.incrementAndGet());
    }

    @Actor
    public void one() {
        first.failure();
    }

    @Actor
    public void other() {
        second.failure();
    }

    @Arbiter
    public void look(II_Result r) {
        r.r1 = breaker.state() == CircuitBreaker.State.OPEN ? 1 : 0;
        r.r2 = changes.get();
    }
}
