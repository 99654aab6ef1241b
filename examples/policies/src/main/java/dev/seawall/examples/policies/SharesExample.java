package dev.seawall.examples.policies;

import dev.seawall.Pipeline;
import dev.seawall.VirtualRuntime;
import dev.seawall.bulkhead.Bulkhead;
import dev.seawall.bulkhead.BulkheadConfig;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Ten calls at once, half of them guaranteed to interactive users, while a batch job floods the service. */
final class SharesExample implements Examples.Example {

    private static final int STEPS = 100;
    private static final int PAUSE = 4;

    private final VirtualRuntime runtime = VirtualRuntime.create();
    private final Queue<CompletableFuture<String>> running = new ArrayDeque<>();
    private final Map<String, Integer> started = new TreeMap<>();

    @Override
    public void run(PrintStream out) {
        play(out, "without shares", config());
        play(out, "with shares   ", config().partitions(String.class, name -> name, Map.of("interactive", 50)));
    }

    private static BulkheadConfig.Builder config() {
        return BulkheadConfig.builder().limit(10).queue(50).maxWait(Duration.ofSeconds(1));
    }

    /** In each step the batch job makes ten calls, in every fourth users make one; then one of those that run ends. */
    private void play(PrintStream out, String title, BulkheadConfig.Builder config) {
        started.clear();
        running.clear();
        Bulkhead search = Bulkhead.of("search", config.build(), runtime);
        Pipeline pipeline =
                Pipeline.named("search").runtime(runtime).with(search).build();
        for (int step = 0; step < STEPS; step++) {
            for (int call = 0; call < 10; call++) {
                start(pipeline, "batch");
            }
            if (step % PAUSE == 0) {
                start(pipeline, "interactive");
            }
            running.remove().complete("found");
            runtime.advance(Duration.ofMillis(10));
        }
        out.printf(
                "  %s %d of %d interactive calls were started%n",
                title, started.getOrDefault("interactive", 0), STEPS / PAUSE);
    }

    private void start(Pipeline pipeline, String who) {
        var unused = pipeline.<String, String>callAsyncWith(who, subject -> {
            started.merge(who, 1, Integer::sum);
            CompletableFuture<String> call = new CompletableFuture<>();
            running.add(call);
            return call;
        });
    }
}
