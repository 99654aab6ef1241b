package dev.seawall.bulkhead;

import dev.seawall.CallWith;
import dev.seawall.Pipeline;
import dev.seawall.Policy;
import dev.seawall.VirtualRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A bulkhead in a pipeline in virtual time, with calls under way that a test ends when it likes. */
final class Bench {

    static final Duration SECOND = Duration.ofSeconds(1);

    /** How a call ended. */
    record End(@Nullable Object result, @Nullable Throwable failure) {}

    /** What calls are about. */
    record Job(String name, int weight, int priority) {}

    final VirtualRuntime runtime = VirtualRuntime.create();
    final Bulkhead bulkhead;
    final List<BulkheadEvent> events = new ArrayList<>();
    final List<String> started = new ArrayList<>(); // names of jobs, in the order in which they ran

    private final Pipeline pipeline;
    private final long origin = runtime.now();

    Bench(BulkheadConfig.Builder config, Policy... outside) {
        bulkhead = Bulkhead.of("users", config.build(), runtime);
        bulkhead.on(BulkheadEvent.class, events::add);
        Pipeline.Builder builder = Pipeline.named("users").runtime(runtime).inheritDeadline();
        for (Policy policy : outside) {
            builder.with(policy);
        }
        pipeline = builder.with(bulkhead).build();
    }

    /** One call at once, nobody waits. */
    static BulkheadConfig.Builder single() {
        return BulkheadConfig.builder().limit(1).queue(0);
    }

    /** One call at once, so many wait for up to 10 s. */
    static BulkheadConfig.Builder queueing(int queue) {
        return BulkheadConfig.builder().limit(1).queue(queue).maxWait(Duration.ofSeconds(10));
    }

    /** The same, with weights and priorities as jobs say. */
    static BulkheadConfig.Builder jobs(int limit, int queue) {
        return queueing(queue).limit(limit).weight(Job.class, Job::weight);
    }

    long nowInMillis() {
        return (runtime.now() - origin) / 1_000_000;
    }

    void after(Duration delay, Runnable task) {
        runtime.schedule(delay.toNanos(), task);
    }

    /** Takes permits by hand. */
    Permit hold(int weight) {
        return bulkhead.tryAcquire(weight).orElseThrow();
    }

    /** Makes a call and brings it to its end. */
    <S> End call(Style style, @Nullable S subject, CallWith<? super @Nullable S, ?, ? extends Exception> call) {
        if (style == Style.SYNC) {
            try {
                return new End(pipeline.callWith(subject, call::call), null);
            } catch (Throwable failure) {
                return new End(null, failure);
            }
        }
        CompletableFuture<Object> future =
                pipeline.callAsyncWith(subject, given -> CompletableFuture.completedFuture((Object) call.call(given)));
        runtime.runAll();
        return end(future);
    }

    End call(Style style) {
        return call(style, null, subject -> "good");
    }

    /** Starts an asynchronous call whose stage the test ends. */
    Running start(Job job) {
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> answer = pipeline.callAsyncWith(job, about -> {
            started.add(about.name());
            return stage;
        });
        return new Running(stage, answer);
    }

    Running start(String name) {
        return start(new Job(name, 1, 0));
    }

    Running start(String name, int weight) {
        return start(new Job(name, weight, 0));
    }

    Running urgent(String name, int priority) {
        return start(new Job(name, 1, priority));
    }

    /** An asynchronous call that was made. */
    record Running(CompletableFuture<String> stage, CompletableFuture<String> answer) {

        void end() {
            stage.complete("good");
        }

        String rejection() {
            End end = Bench.end(answer);
            if (end.failure() instanceof BulkheadFullException rejection) {
                return rejection.getMessage();
            }
            throw new AssertionError("was not rejected but ended in " + end);
        }
    }

    static <T> End end(CompletableFuture<T> future) {
        if (!future.isDone()) {
            throw new AssertionError("the future never completed");
        }
        return future.handle(End::new).join(); // what join() and get() throw is wrapped, differently in each JDK
    }

    int inUse() {
        return bulkhead.snapshot().inUse();
    }

    int waiting() {
        return bulkhead.snapshot().waiting();
    }
}
