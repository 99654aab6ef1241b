package dev.seawall.races;

import dev.seawall.VirtualRuntime;
import dev.seawall.ratelimiter.Limit;
import dev.seawall.ratelimiter.RateLimiter;
import dev.seawall.ratelimiter.RateLimiterConfig;
import dev.seawall.ratelimiter.Reservation;
import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Two turns, one behind the other, are cancelled at once while a third call reserves: it gets a turn no later than the third, and
 * when it is all over the first free turn is the next that nobody has.
 */
@JCStressTest
@State
@Outcome(id = "1, 2", expect = Expect.ACCEPTABLE, desc = "the first turn was free again")
@Outcome(id = "2, 1", expect = Expect.ACCEPTABLE, desc = "the second turn was free again")
@Outcome(id = "3, 1", expect = Expect.ACCEPTABLE, desc = "it came before the turns were free")
@Outcome(expect = Expect.FORBIDDEN, desc = "a turn was lost, or given twice")
public class LimiterCancelledTurns {

    private final RateLimiter limiter = RateLimiter.of(
            "race", RateLimiterConfig.of(Limit.pacing(1, Duration.ofSeconds(1))), VirtualRuntime.create());
    private final Reservation first;
    private final Reservation second;

    public LimiterCancelledTurns() {
        limiter.acquire();
        first = turn();
        second = turn();
    }

    private Reservation turn() {
        return limiter.reserve(1, Duration.ofMinutes(1));
    }

    @Actor
    public void one() {
        first.cancel();
    }

    @Actor
    public void other() {
        second.cancel();
    }

    @Actor
    public void third(II_Result r) {
        r.r1 = (int) turn().delay().toSeconds();
    }

    @Arbiter
    public void look(II_Result r) {
        r.r2 = (int) turn().delay().toSeconds();
    }
}
