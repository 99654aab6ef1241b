package dev.seawall.retry;

import dev.seawall.Durations;
import dev.seawall.EventPublisher;
import dev.seawall.Layer;
import dev.seawall.Scope;
import dev.seawall.Subscription;
import dev.seawall.retry.HedgeEvent.Reason;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** What calls share: the configuration, the known latencies, the listeners and the counters. */
final class DefaultHedge implements Hedge {

    private final String name;
    private volatile HedgeConfig config;

    private final Latencies latencies = new Latencies();
    private final EventPublisher<HedgeEvent> events = new EventPublisher<>();

    private final LongAdder hedgedCalls = new LongAdder();
    private final LongAdder hedges = new LongAdder();
    private final LongAdder won = new LongAdder();
    private final LongAdder refusedByBudget = new LongAdder();
    private final LongAdder refusedByExecutor = new LongAdder();

    DefaultHedge(String name, HedgeConfig config) {
        this.name = name;
        this.config = config;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public HedgeConfig config() {
        return config;
    }

    @Override
    public void configure(HedgeConfig config) {
        this.config = Objects.requireNonNull(config, "config");
    }

    @Override
    public Layer link(Layer next, Scope scope) {
        RetryBudget budget = config.budget();
        if (budget != null) {
            scope.requireSameClock(name, budget.runtime());
        }
        return new HedgeLayer(next, scope, this);
    }

    @Override
    public Set<Trait> traits() {
        return Set.of(Trait.REISSUES);
    }

    @Override
    public int currentAttempt() {
        return Running.of(this).number();
    }

    /** How long to wait before the next attempt of a call. */
    long delayNanos(HedgeConfig config) {
        if (config.delay() instanceof HedgeDelay.Percentile delay) {
            long atMost = Durations.toNanos(delay.atMost());
            long estimate = latencies.nanos(delay.percentile());
            return estimate == Latencies.UNKNOWN
                    ? atMost
                    : Math.min(atMost, Math.max(Durations.toNanos(delay.atLeast()), estimate));
        }
        return Durations.toNanos(((HedgeDelay.Fixed) config.delay()).delay());
    }

    void learn(long latencyNanos, HedgeDelay.Percentile delay) {
        latencies.add(latencyNanos, delay.percentile());
    }

    void launched(int attempt, long delayNanos) {
        hedges.increment();
        if (attempt == 2) {
            hedgedCalls.increment();
        }
        if (events.wants(HedgeEvent.Launched.class)) {
            events.publish(new HedgeEvent.Launched(name, attempt, Duration.ofNanos(delayNanos)));
        }
    }

    void won(int attempt) {
        won.increment();
        if (events.wants(HedgeEvent.Won.class)) {
            events.publish(new HedgeEvent.Won(name, attempt));
        }
    }

    void refused(int attempt, Reason reason) {
        (reason == Reason.BUDGET ? refusedByBudget : refusedByExecutor).increment();
        if (events.wants(HedgeEvent.Refused.class)) {
            events.publish(new HedgeEvent.Refused(name, attempt, reason));
        }
    }

    @Override
    public HedgeSnapshot snapshot() {
        return new HedgeSnapshot(
                hedgedCalls.sum(),
                hedges.sum(),
                won.sum(),
                refusedByBudget.sum(),
                refusedByExecutor.sum(),
                Duration.ofNanos(delayNanos(config)));
    }

    @Override
    public <E extends HedgeEvent> Subscription on(Class<E> type, Consumer<? super E> listener) {
        return events.subscribe(type, listener);
    }

    @Override
    public String toString() {
        HedgeConfig now = config;
        return "hedge '" + name + "' (" + now.maxAttempts() + " attempts, delay " + now.delay() + ")";
    }
}
