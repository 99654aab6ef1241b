package dev.seawall.races;

import dev.seawall.VirtualRuntime;
import dev.seawall.circuitbreaker.CircuitBreaker;
import dev.seawall.circuitbreaker.CircuitBreakerConfig;
import dev.seawall.circuitbreaker.CircuitBreakerSnapshot;
import dev.seawall.circuitbreaker.Window;
import java.time.Duration;
import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** Two threads ask a recovering breaker six times each, when it admits half of the calls: it admits half of them. */
@JCStressTest
@State
@Outcome(id = "6", expect = Expect.ACCEPTABLE, desc = "half of twelve")
@Outcome(expect = Expect.FORBIDDEN, desc = "too many or too few")
public class RecoveryKeepsItsShare {

    private static final int CALLS = 6;
    private static final Duration RAMP = Duration.ofSeconds(9);
    private static final Duration HALF_OF_THE_CALLS = Duration.ofSeconds(5); // are admitted with so much left
    private static final CircuitBreakerConfig CONFIG =
            CircuitBreakerConfig.builder().recoveryRamp(RAMP).build();
    private static final CircuitBreakerSnapshot RECOVERING = new CircuitBreakerSnapshot(
            "race",
            CircuitBreaker.State.RECOVERING,
            Window.count(100),
            List.of(),
            Duration.ZERO,
            HALF_OF_THE_CALLS,
            1,
            0,
            0);

    private final CircuitBreaker breaker = CircuitBreaker.of("race", CONFIG, VirtualRuntime.create());
    private int one;
    private int other;

    public RecoveryKeepsItsShare() {
        breaker.restore(RECOVERING);
    }

    @Actor
    public void one() {
        one = admitted();
    }

    @Actor
    public void other() {
        other = admitted();
    }

    private int admitted() {
        int admitted = 0;
        for (int i = 0; i < CALLS; i++) {
            admitted += breaker.tryAcquire().isPresent() ? 1 : 0;
        }
        return admitted;
    }

    @Arbiter
    public void sum(I_Result r) {
        r.r1 = one + other;
    }
}
