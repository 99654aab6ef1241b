package dev.seawall.retry;

import dev.seawall.EventPublisher;
import dev.seawall.Layer;
import dev.seawall.Scope;
import dev.seawall.Subscription;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** What calls share: the configuration, the listeners and the counters. */
final class DefaultRetry implements Retry {

    private final String name;
    private volatile RetryConfig config;

    private final EventPublisher<RetryEvent> events = new EventPublisher<>();

    private final LongAdder recovered = new LongAdder();
    private final LongAdder gaveUp = new LongAdder();
    private final LongAdder retries = new LongAdder();
    private final LongAdder refusedByBudget = new LongAdder();

    DefaultRetry(String name, RetryConfig config) {
        this.name = name;
        this.config = config;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public RetryConfig config() {
        return config;
    }

    @Override
    public void configure(RetryConfig config) {
        this.config = Objects.requireNonNull(config, "config");
    }

    @Override
    public Layer link(Layer next, Scope scope) {
        RetryBudget budget = config.budget();
        if (budget != null) {
            scope.requireSameClock(name, budget.runtime());
        }
        return new RetryLayer(next, scope, this);
    }

    @Override
    public Set<Trait> traits() {
        return Set.of(Trait.REISSUES);
    }

    @Override
    public Attempt currentAttempt() {
        return Running.of(this);
    }

    void countRetry() {
        retries.increment();
    }

    void countRecovered() {
        recovered.increment();
    }

    void countGaveUp(RetryEvent.Reason reason) {
        gaveUp.increment();
        if (reason == RetryEvent.Reason.BUDGET) {
            refusedByBudget.increment();
        }
    }

    @Override
    public RetrySnapshot snapshot() {
        return new RetrySnapshot(recovered.sum(), gaveUp.sum(), retries.sum(), refusedByBudget.sum());
    }

    @Override
    public <E extends RetryEvent> Subscription on(Class<E> type, Consumer<? super E> listener) {
        return events.subscribe(type, listener);
    }

    EventPublisher<RetryEvent> events() {
        return events;
    }

    @Override
    public String toString() {
        RetryConfig now = config;
        int attempts = now.maxAttempts();
        String most = attempts == RetryConfig.UNLIMITED
                ? "unlimited attempts"
                : attempts + (attempts == 1 ? " attempt" : " attempts");
        return "retry '" + name + "' (" + most + ", " + now.backoff() + ")";
    }
}
