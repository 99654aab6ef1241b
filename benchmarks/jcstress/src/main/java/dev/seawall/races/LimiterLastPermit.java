package dev.seawall.races;

import dev.seawall.VirtualRuntime;
import dev.seawall.ratelimiter.Limit;
import dev.seawall.ratelimiter.RateLimiter;
import dev.seawall.ratelimiter.RateLimiterConfig;
import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Two calls want the last permit of a bucket: one of them gets it. */
@JCStressTest
@State
@Outcome(id = "true, false", expect = Expect.ACCEPTABLE, desc = "one got it")
@Outcome(id = "false, true", expect = Expect.ACCEPTABLE, desc = "the other got it")
@Outcome(expect = Expect.FORBIDDEN, desc = "it was given twice, or to nobody")
public class LimiterLastPermit {

    private final RateLimiter limiter = RateLimiter.of(
            "race", RateLimiterConfig.of(Limit.tokenBucket(1, Duration.ofSeconds(1), 1)), VirtualRuntime.create());

    @Actor
    public void one(ZZ_Result r) {
        r.r1 = limiter.tryAcquire();
    }

    @Actor
    public void other(ZZ_Result r) {
        r.r2 = limiter.tryAcquire();
    }
}
