package dev.seawall.races;

import dev.seawall.Pipeline;
import dev.seawall.Timeout;
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

/** The caller cancels while the user's stage ends: the future ends once, and as {@code cancel} said. */
@JCStressTest
@State
@Outcome(id = "1, 1, 1", expect = Expect.ACCEPTABLE, desc = "cancelled")
@Outcome(id = "0, 0, 1", expect = Expect.ACCEPTABLE, desc = "the stage was first")
@Outcome(expect = Expect.FORBIDDEN, desc = "ended twice, never, or not as cancel said")
public class FutureEndsOnce {

    private static final Pipeline PIPELINE = Pipeline.of(Timeout.of(Duration.ofHours(1)));

    private final CompletableFuture<String> stage = new CompletableFuture<>();
    private final AtomicInteger ends = new AtomicInteger();
    private final CompletableFuture<String> answer = PIPELINE.callAsync(() -> stage);

    public FutureEndsOnce() {
        answer.whenComplete((result, failure) -> ends.incrementAndGet());
    }

    @Actor
    public void caller(III_Result r) {
        r.r1 = answer.cancel(true) ? 1 : 0;
    }

    @Actor
    public void work() {
        stage.complete("done");
    }

    @Arbiter
    public void look(III_Result r) {
        r.r2 = answer.isCancelled() ? 1 : 0;
        r.r3 = ends.get();
    }
}
