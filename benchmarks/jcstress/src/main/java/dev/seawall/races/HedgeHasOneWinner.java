package dev.seawall.races;

import dev.seawall.Pipeline;
import dev.seawall.VirtualRuntime;
import dev.seawall.retry.Hedge;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** Both attempts of a hedged call succeed at once: there is one answer, and the hedge counts as the winner if it is its own. */
@JCStressTest
@State
@Outcome(id = "1, 1, 0", expect = Expect.ACCEPTABLE, desc = "the first attempt won")
@Outcome(id = "2, 1, 1", expect = Expect.ACCEPTABLE, desc = "the hedge won")
@Outcome(expect = Expect.FORBIDDEN, desc = "two answers, none, or one that is not the winner's")
public class HedgeHasOneWinner {

    private final VirtualRuntime runtime = VirtualRuntime.create();
    private final Hedge hedge = Hedge.of("race", Duration.ZERO);
    private final CompletableFuture<Integer> first = new CompletableFuture<>();
    private final CompletableFuture<Integer> second = new CompletableFuture<>();
    private final AtomicInteger ends = new AtomicInteger();
    private final CompletableFuture<Integer> answer = Pipeline.named("race")
            .runtime(runtime)
            .with(hedge)
            .build()
            .callAsync(() -> hedge.currentAttempt() == 1 ? first : second);

    public HedgeHasOneWinner() {
        answer.whenComplete((result, failure) -> ends.incrementAndGet());
        runtime.advance(Duration.ZERO);
    }

    @Actor
    public void one() {
        first.complete(1);
    }

    @Actor
    public void other() {
        second.complete(2);
    }

    @Arbiter
    public void look(III_Result r) {
        r.r1 = answer.getNow(0);
        r.r2 = ends.get();
        r.r3 = (int) hedge.snapshot().won();
    }
}
