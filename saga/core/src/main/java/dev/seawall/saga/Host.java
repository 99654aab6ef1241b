package dev.seawall.saga;

import dev.seawall.EventPublisher;
import dev.seawall.ResilienceRuntime;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the runs of an engine share. */
final class Host {

    private static final Logger LOG = LoggerFactory.getLogger(SagaEngine.class);

    final SagaStore store;
    final Payloads payloads;
    final ResilienceRuntime runtime;
    final Endings endings = new Endings();
    final Counters counters = new Counters();
    final EventPublisher<SagaEvent> events = new EventPublisher<>();
    final Set<Attempt<?>> attempts = ConcurrentHashMap.newKeySet();
    private final Executor executor;
    private final ConcurrentHashMap<SagaKey, SagaRun<?>> runs = new ConcurrentHashMap<>();
    private final AtomicInteger active = new AtomicInteger();
    private volatile boolean closing;
    private volatile boolean closed;
    private volatile LeftListener left = (run, wait) -> {};

    /** Told when the engine lets go of a saga. */
    @FunctionalInterface
    interface LeftListener {
        void left(SagaRun<?> run, Duration dueIn);
    }

    Host(SagaStore store, Payloads payloads, ResilienceRuntime runtime, Executor executor) {
        this.store = store;
        this.payloads = payloads;
        this.runtime = runtime;
        this.executor = executor;
    }

    void onLeft(LeftListener listener) {
        this.left = listener;
    }

    /** Runs engine work on the engine's threads. If these take nothing any more, on the runtime's. */
    void execute(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException refused) {
            if (!closed) {
                LOG.warn("the executor of a saga engine takes no tasks; those of the runtime are used");
                runtime.executor().execute(task);
            }
        }
    }

    boolean mayWork() {
        return !closed && store.isAlive();
    }

    boolean isClosing() {
        return closing;
    }

    void closing() {
        closing = true;
    }

    /** From here on nothing is written or called any more. */
    void closed() {
        closed = true;
        attempts.forEach(Attempt::interrupt);
    }

    int active() {
        return active.get();
    }

    boolean runs(SagaKey key) {
        return runs.containsKey(key);
    }

    void entered(SagaRun<?> run) {
        active.incrementAndGet();
        SagaRun<?> older = runs.put(run.key(), run);
        if (older != null) {
            older.lose(); // an operator or a lost heartbeat took it away, and it came back
        }
    }

    void left(SagaRun<?> run, Duration dueIn) {
        runs.remove(run.key(), run);
        active.decrementAndGet();
        left.left(run, dueIn);
    }

    /** An event is made only if somebody listens. */
    <E extends SagaEvent> void publish(Class<E> type, Supplier<E> event) {
        if (events.wants(type)) {
            events.publish(event.get());
        }
    }
}
