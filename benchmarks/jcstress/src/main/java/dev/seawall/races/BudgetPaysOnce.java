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

/** Two calls fail at once and the budget holds one retry: one of them gets it. */
@JCStressTest
@State
@Outcome(id = "3, 0", expect = Expect.ACCEPTABLE, desc = "two attempts and one retry; the budget is spent")
@Outcome(expect = Expect.FORBIDDEN, desc = "a retry was paid for twice, or not granted")
public class BudgetPaysOnce {

    private final VirtualRuntime runtime = VirtualRuntime.create();
    private final RetryBudget budget = RetryBudget.of(0, 0, 1, runtime);
    private final AtomicInteger attempts = new AtomicInteger();
    private final Pipeline pipeline = Pipeline.named("race")
            .runtime(runtime)
            .with(Retry.of(
                    "race",
                    RetryConfig.builder().backoff(Backoff.none()).budget(budget).build()))
            .build();

    @Actor
    public void one() {
        pipeline.tryCall(this::fail);
    }

    @Actor
    public void other() {
        pipeline.tryCall(this::fail);
    }

    private Object fail() {
        attempts.incrementAndGet();
        throw new IllegalStateException("down");
    }

    @Arbiter
    public void look(II_Result r) {
        r.r1 = attempts.get();
        r.r2 = budget.available();
    }
}
