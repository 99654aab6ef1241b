package dev.seawall.bulkhead;

import dev.seawall.Classifier;
import dev.seawall.Outcome;
import dev.seawall.Pipeline;
import dev.seawall.VirtualRuntime;
import dev.seawall.bulkhead.BulkheadEvent.LimitChanged;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** An adaptive bulkhead without a queue in virtual time, and calls that end together. */
final class AdaptiveBench {

    static final Duration CALL = Duration.ofMillis(100);

    final VirtualRuntime runtime = VirtualRuntime.create();
    final Bulkhead bulkhead;
    final Pipeline pipeline;
    final List<LimitChanged> changes = new ArrayList<>();

    AdaptiveBench(BulkheadConfig.Builder config) {
        this(config, pipeline -> {}, pipeline -> {});
    }

    AdaptiveBench(
            BulkheadConfig.Builder config, Consumer<Pipeline.Builder> outside, Consumer<Pipeline.Builder> inside) {
        bulkhead = Bulkhead.of("users", config.build(), runtime);
        bulkhead.on(LimitChanged.class, changes::add);
        Pipeline.Builder builder = Pipeline.named("users")
                .runtime(runtime)
                .classifier(Classifier.builder()
                        .onResult(String.class, "bad"::equals, Outcome.FAILURE)
                        .onResult(String.class, "odd"::equals, Outcome.NEUTRAL)
                        .build());
        outside.accept(builder);
        builder.with(bulkhead);
        inside.accept(builder);
        pipeline = builder.build();
    }

    /** AIMD is the plainest one: up by one after a good window, and down by half after an overloaded one. */
    static BulkheadConfig.Builder halving(int limit) {
        return BulkheadConfig.builder().limit(limit).queue(0).adaptive(new AdaptiveLimit.Aimd(1, 100, 0.5, null));
    }

    int limit() {
        return bulkhead.snapshot().limit();
    }

    /** Fills the bulkhead, lets time pass, and ends all calls, again and again for a second: enough for some windows. */
    AdaptiveBench fill(Consumer<CompletableFuture<String>> end) {
        return calls(100, end);
    }

    /** The same with fewer calls at once. */
    AdaptiveBench calls(int atOnce, Consumer<CompletableFuture<String>> end) {
        for (int round = 0; round < 10; round++) {
            List<CompletableFuture<String>> stages = new ArrayList<>();
            for (int i = 0; i < atOnce; i++) {
                pipeline.callAsync(() -> {
                    CompletableFuture<String> stage = new CompletableFuture<>();
                    stages.add(stage);
                    return stage;
                });
            }
            runtime.advance(CALL);
            List.copyOf(stages).forEach(end);
        }
        return this;
    }

    /** Makes synchronous calls, one after another, that each take a while and end so. */
    AdaptiveBench oneByOne(int calls, String answer) {
        for (int i = 0; i < calls; i++) {
            try {
                pipeline.call(() -> {
                    runtime.sleep(CALL.toNanos());
                    return answer(answer);
                });
            } catch (Exception expected) {
                // what the bulkhead makes of it is the question
            }
        }
        return this;
    }

    private static String answer(String answer) throws IOException {
        if (answer.equals("down")) {
            throw new IOException("down");
        }
        return answer;
    }
}
