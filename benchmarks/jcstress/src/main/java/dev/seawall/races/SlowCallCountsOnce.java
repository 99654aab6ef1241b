package dev.seawall.races;

import dev.seawall.VirtualRuntime;
import dev.seawall.circuitbreaker.CircuitBreaker;
import dev.seawall.circuitbreaker.CircuitBreakerConfig;
import dev.seawall.circuitbreaker.Permit;
import dev.seawall.circuitbreaker.Window;
import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** A slow call ends while another that asks to be admitted finds it under way: one slow call, where two would open. */
@JCStressTest
@State
@Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "counted once")
@Outcome(expect = Expect.FORBIDDEN, desc = "counted twice")
public class SlowCallCountsOnce {

    private static final Duration SLOW = Duration.ofSeconds(1);
    private static final CircuitBreakerConfig CONFIG = CircuitBreakerConfig.builder()
            .window(Window.count(10))
            .minimumCalls(2)
            .slowCallDuration(SLOW)
            .build();

    private final VirtualRuntime runtime = VirtualRuntime.create();
    private final CircuitBreaker breaker = CircuitBreaker.of("race", CONFIG, runtime);
    private final Permit slow = breaker.acquire();

    public SlowCallCountsOnce() {
        runtime.advance(SLOW);
    }

    @Actor
    public void end() {
        slow.success();
    }

    @Actor
    public void look(I_Result r) {
        r.r1 = breaker.tryAcquire().isPresent() ? 0 : 1;
    }
}
