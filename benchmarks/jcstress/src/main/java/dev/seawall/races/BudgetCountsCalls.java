package dev.seawall.races;

import dev.seawall.Backoff;
import dev.seawall.Pipeline;
import dev.seawall.VirtualRuntime;
import dev.seawall.retry.Retry;
import dev.seawall.retry.RetryBudget;
import dev.seawall.retry.RetryConfig;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A call earns half a retry while another, which earns the other half, wants a whole one: nothing earned is lost. */
@JCStressTest
@State
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "both halves were there in time and are spent")
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "one half came too late, and both are left")
@Outcome(expect = Expect.FORBIDDEN, desc = "something earned was lost or spent twice")
public class BudgetCountsCalls {

    private static final int ATTEMPTS = 3;

    private final VirtualRuntime runtime = VirtualRuntime.create();
    private final RetryBudget budget = RetryBudget.of(0.5, 0, 1, runtime);
    private final AtomicInteger attempts = new AtomicInteger();
    private final Pipeline pipeline = Pipeline.named("race")
            .runtime(runtime)
            .with(Retry.of(
                    "race",
                    RetryConfig.builder()
                            .maxAttempts(ATTEMPTS)
                            .backoff(Backoff.none())
                            .budget(budget)
                            .build()))
            .build();

    public BudgetCountsCalls() {
        pipeline.tryCall(this::fail); // spends the retry that a new budget holds
        attempts.set(0);
    }

    @Actor
    public void succeeding() {
        pipeline.tryCall(() -> "done");
    }

    @Actor
    public void failing() {
        pipeline.tryCall(this::fail);
    }

    private Object fail() {
        attempts.incrementAndGet();
        throw new IllegalStateException("down");
    }

    @Arbiter
    public void look(II_Result r) {
        r.r1 = attempts.get() - 1;
        r.r2 = budget.available();
    }
}
