package dev.seawall.bulkhead;

import dev.seawall.Layer;
import dev.seawall.ResilienceRuntime;
import dev.seawall.Scope;
import dev.seawall.Subscription;
import dev.seawall.bulkhead.BulkheadFullException.Why;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Admits calls like a {@link DefaultBulkhead}, and runs them elsewhere. */
final class DefaultExecutorBulkhead implements ExecutorBulkhead {

    private static final int IDLE_SECONDS = 60;

    private final DefaultBulkhead admission;
    private final Executor executor;
    private final @Nullable ThreadPoolExecutor ownThreads;
    private volatile boolean closed;

    DefaultExecutorBulkhead(String name, BulkheadConfig config, @Nullable Executor executor) {
        this.admission = new DefaultBulkhead(name, config, ResilienceRuntime.shared());
        this.ownThreads = executor == null ? threads(name) : null;
        this.executor = executor == null ? Objects.requireNonNull(ownThreads) : executor;
    }

    /** Permits bound how many threads there are: a call gets a thread only with a permit. */
    private static ThreadPoolExecutor threads(String name) {
        AtomicInteger count = new AtomicInteger();
        return new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(task, "bulkhead-" + name + "-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    @Override
    public Layer link(Layer next, Scope scope) {
        return new ExecutorBulkheadLayer(admission.observed(next, scope), scope, this);
    }

    DefaultBulkhead admission() {
        return admission;
    }

    Executor executor() {
        return executor;
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        admission.permits().rejectAll(Why.SHUT);
        if (ownThreads != null) {
            ownThreads.shutdown();
        }
    }

    // ---- as in a bulkhead without threads

    @Override
    public BulkheadConfig config() {
        return admission.config();
    }

    @Override
    public void configure(BulkheadConfig config) {
        admission.configure(config);
    }

    @Override
    public BulkheadSnapshot snapshot() {
        return admission.snapshot();
    }

    @Override
    public <E extends BulkheadEvent> Subscription on(Class<E> type, Consumer<? super E> listener) {
        return admission.on(type, listener);
    }

    @Override
    public String name() {
        return admission.name();
    }

    @Override
    public Set<Trait> traits() {
        return admission.traits();
    }

    @Override
    public boolean isIdle() {
        return admission.isIdle();
    }

    @Override
    public String toString() {
        return "executor " + admission;
    }
}
