package dev.seawall.races;

import dev.seawall.Pipeline;
import dev.seawall.VirtualRuntime;
import dev.seawall.bulkhead.Bulkhead;
import dev.seawall.bulkhead.BulkheadConfig;
import dev.seawall.bulkhead.Permit;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A permit comes back while the call that waits for it is cancelled: it is lost by nobody. */
@JCStressTest
@State
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "whoever came first, the permit is free and nobody waits")
@Outcome(expect = Expect.FORBIDDEN, desc = "a permit was lost or given twice, or a place in the queue kept")
public class BulkheadGrantAgainstCancel {

    private final VirtualRuntime runtime = VirtualRuntime.create();
    private final Bulkhead bulkhead =
            Bulkhead.of("race", BulkheadConfig.builder().limit(1).queue(1).build(), runtime);
    private final Permit held = bulkhead.acquire();
    private final CompletableFuture<String> answer = Pipeline.named("race")
            .runtime(runtime)
            .with(bulkhead)
            .build()
            .callAsync(CompletableFuture::new); // ends only by being cancelled

    @Actor
    public void release() {
        held.close();
    }

    @Actor
    public void cancel() {
        answer.cancel(true);
    }

    @Arbiter
    public void look(II_Result r) {
        r.r1 = bulkhead.snapshot().inUse();
        r.r2 = bulkhead.snapshot().waiting();
    }
}
