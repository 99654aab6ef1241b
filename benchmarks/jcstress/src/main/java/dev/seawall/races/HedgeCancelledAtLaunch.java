package dev.seawall.races;

import dev.seawall.Pipeline;
import dev.seawall.VirtualRuntime;
import dev.seawall.retry.Hedge;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** The caller cancels while a hedge is launched: the hedge does not start, or is cancelled as well. */
@JCStressTest
@State
@Outcome(id = "1, 0, 0", expect = Expect.ACCEPTABLE, desc = "no hedge was started")
@Outcome(id = "1, 1, 1", expect = Expect.ACCEPTABLE, desc = "the hedge was started and cancelled")
@Outcome(expect = Expect.FORBIDDEN, desc = "an attempt was left running")
public class HedgeCancelledAtLaunch {

    private final VirtualRuntime runtime = VirtualRuntime.create();
    private final Hedge hedge = Hedge.of("race", Duration.ofSeconds(1));
    private final CompletableFuture<String> first = new CompletableFuture<>();
    private final CompletableFuture<String> second = new CompletableFuture<>();
    private final CompletableFuture<String> answer =
            Pipeline.named("race").runtime(runtime).with(hedge).build().callAsync(() -> start(hedge.currentAttempt()));

    private volatile boolean started;

    private CompletableFuture<String> start(int attempt) {
        if (attempt == 1) {
            return first;
        }
        started = true;
        return second;
    }

    @Actor
    public void caller() {
        answer.cancel(true);
    }

    @Actor
    public void time() {
        runtime.advance(Duration.ofSeconds(2));
    }

    @Arbiter
    public void look(III_Result r) {
        r.r1 = first.isCancelled() ? 1 : 0;
        r.r2 = started ? 1 : 0;
        r.r3 = second.isCancelled() ? 1 : 0;
    }
}
