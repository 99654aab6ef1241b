package dev.seawall.ratelimiter;

import dev.seawall.Pipeline;
import dev.seawall.VirtualRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A limiter in virtual time, alone in a pipeline. Makes calls in a given style, and notes when they start. */
final class Bench {

    final VirtualRuntime runtime = VirtualRuntime.create();
    final RateLimiter limiter;
    final Pipeline pipeline;
    final List<RateLimiterEvent> events = new ArrayList<>();
    final List<Long> starts = new ArrayList<>(); // in milliseconds
    private final Style style;
    private final long origin;

    Bench(Style style, RateLimiterConfig config) {
        this(style, config, pipeline -> {});
    }

    /** With settings or more policies outside the limiter. */
    Bench(Style style, RateLimiterConfig config, Consumer<Pipeline.Builder> settings) {
        this.style = style;
        this.origin = runtime.now();
        this.limiter = RateLimiter.of("users", config, runtime);
        limiter.on(RateLimiterEvent.class, events::add);
        Pipeline.Builder builder = Pipeline.named("users").runtime(runtime).inheritDeadline();
        settings.accept(builder);
        this.pipeline = builder.with(limiter).build();
    }

    /** Makes a call about something, and answers with what it threw. */
    @Nullable
    Throwable call(@Nullable Object subject) {
        if (style == Style.SYNC) {
            try {
                pipeline.callWith(subject, ignored -> start());
                return null;
            } catch (Throwable failure) {
                return failure;
            }
        }
        CompletableFuture<String> future =
                pipeline.callAsyncWith(subject, ignored -> CompletableFuture.completedFuture(start()));
        runtime.runAll();
        return failure(future);
    }

    @Nullable
    Throwable call() {
        return call(null);
    }

    private String start() {
        starts.add(nowInMillis());
        return "done";
    }

    static @Nullable Throwable failure(CompletableFuture<?> future) {
        if (!future.isDone()) {
            throw new AssertionError("the future never completed");
        }
        return future.handle((result, failure) -> failure).join();
    }

    long nowInMillis() {
        return (runtime.now() - origin) / 1_000_000;
    }

    void advance(long millis) {
        runtime.advance(Duration.ofMillis(millis));
    }

    <E> List<E> all(Class<E> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }
}
