package dev.seawall.retry;

import dev.seawall.Deadline;
import dev.seawall.Pipeline;
import dev.seawall.Policy;
import dev.seawall.VirtualRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A retry in a pipeline in virtual time. Makes calls in a given style, and notes when attempts started. */
final class Bench {

    /** How a call ended. */
    record End(@Nullable Object result, @Nullable Throwable failure) {}

    final VirtualRuntime runtime;
    final Retry retry;
    final List<RetryEvent> events = new ArrayList<>();
    final List<Attempt> attempts = new ArrayList<>();

    private final Style style;
    private final Pipeline pipeline;
    private final List<Long> starts = new ArrayList<>();
    private final long origin;
    private @Nullable Duration deadline;

    Bench(Style style, RetryConfig config, Policy... inside) {
        this(style, VirtualRuntime.create(), config, builder -> {}, inside);
    }

    Bench(
            Style style,
            VirtualRuntime runtime,
            RetryConfig config,
            Consumer<Pipeline.Builder> settings,
            Policy... inside) {
        this.style = style;
        this.runtime = runtime;
        this.origin = runtime.now();
        this.retry = Retry.of("users", config);
        retry.on(RetryEvent.class, events::add);
        Pipeline.Builder builder =
                Pipeline.named("users").runtime(runtime).inheritDeadline().with(retry);
        settings.accept(builder);
        for (Policy policy : inside) {
            builder.with(policy);
        }
        this.pipeline = builder.build();
    }

    /** Gives the calls to come a deadline, counted from their start. */
    Bench deadline(@Nullable Duration fromStart) {
        this.deadline = fromStart;
        return this;
    }

    /** When attempts started, in milliseconds. */
    List<Long> startsInMillis() {
        return starts.stream().map(nanos -> nanos / 1_000_000).toList();
    }

    long nowInMillis() {
        return (runtime.now() - origin) / 1_000_000;
    }

    /** Makes a call whose attempts do what the steps say; the last step repeats. */
    End call(Step... steps) {
        List<Step> script = new ArrayList<>(List.of(steps));
        return deadline == null
                ? make(script)
                : Deadline.after(deadline, runtime).call(() -> make(script));
    }

    private End make(List<Step> script) {
        if (style == Style.SYNC) {
            try {
                return new End(pipeline.call(() -> playNow(next(script))), null);
            } catch (Throwable failure) {
                return new End(null, failure);
            }
        }
        CompletableFuture<Object> future = pipeline.callAsync(() -> start(next(script)));
        runtime.runAll();
        return end(future);
    }

    static <T> End end(CompletableFuture<T> future) {
        if (!future.isDone()) {
            throw new AssertionError("the future never completed");
        }
        return future.handle(End::new).join(); // what join() and get() throw is wrapped, differently in each JDK
    }

    private Step next(List<Step> script) {
        starts.add(runtime.now() - origin);
        attempts.add(retry.currentAttempt());
        return script.size() == 1 ? script.get(0) : script.remove(0);
    }

    private @Nullable Object playNow(Step step) throws Exception {
        runtime.advance(step.takes());
        if (step.failure() instanceof Error error) {
            throw error;
        }
        if (step.failure() != null) {
            throw (Exception) step.failure();
        }
        return step.result();
    }

    private CompletionStage<Object> start(Step step) throws Exception {
        if (style == Style.ASYNC_LATER) {
            CompletableFuture<Object> stage = new CompletableFuture<>();
            runtime.schedule(step.takes().toNanos(), () -> complete(stage, step));
            return stage;
        }
        if (style == Style.ASYNC_THROWING) {
            return CompletableFuture.completedFuture(playNow(step));
        }
        CompletableFuture<Object> stage = new CompletableFuture<>();
        runtime.advance(step.takes());
        complete(stage, step);
        return stage;
    }

    private static void complete(CompletableFuture<Object> stage, Step step) {
        if (step.failure() == null) {
            stage.complete(step.result());
        } else {
            stage.completeExceptionally(step.failure());
        }
    }
}
