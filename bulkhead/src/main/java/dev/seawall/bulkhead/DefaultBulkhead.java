package dev.seawall.bulkhead;

import dev.seawall.CallInterruptedException;
import dev.seawall.Durations;
import dev.seawall.EventPublisher;
import dev.seawall.Layer;
import dev.seawall.Require;
import dev.seawall.ResilienceRuntime;
import dev.seawall.Scope;
import dev.seawall.Subscription;
import dev.seawall.bulkhead.BulkheadEvent.CallRejected;
import dev.seawall.bulkhead.BulkheadEvent.CallWaited;
import dev.seawall.bulkhead.BulkheadEvent.ConfigChanged;
import dev.seawall.bulkhead.BulkheadEvent.LimitChanged;
import dev.seawall.bulkhead.BulkheadFullException.Why;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Lets calls in, keeps threads waiting, and tells who listens. Who gets permits is decided in {@link Permits}. */
final class DefaultBulkhead implements Bulkhead {

    private final String name;
    private final ResilienceRuntime runtime;
    private final Permits permits;
    private final ReentrantLock control = new ReentrantLock(); // orders changes of the configuration
    private final EventPublisher<BulkheadEvent> events = new EventPublisher<>();
    private final LongAdder waited = new LongAdder();
    private final LongAdder rejected = new LongAdder();
    private final @Nullable Adaptation adaptation; // null if the limit is fixed
    private volatile BulkheadConfig config;

    DefaultBulkhead(String name, BulkheadConfig config, ResilienceRuntime runtime) {
        this.name = Require.name(name);
        this.config = Objects.requireNonNull(config, "config");
        this.runtime = Objects.requireNonNull(runtime, "runtime");
        this.permits = new Permits(config.limit(), config.order());
        this.permits
                .configure(config.limit(), config.order(), config.partitions())
                .tell();
        AdaptiveLimit adaptive = config.adaptive();
        this.adaptation = adaptive == null
                ? null
                : new Adaptation(adaptive, config.limit(), permits, runtime.now(), this::limitChanged);
    }

    // ---- calls

    @Override
    public Layer link(Layer next, Scope scope) {
        return new BulkheadLayer(observed(next, scope), scope, this);
    }

    /** What is inside the bulkhead, with a look at how its calls go if the limit depends on that. */
    Layer observed(Layer next, Scope scope) {
        if (adaptation == null) {
            return next;
        }
        scope.requireSameClock(name, runtime);
        return new SamplingLayer(next, scope, this, adaptation);
    }

    /** Whether the way a call ended says that the dependency has too much to do. */
    boolean isOverload(@Nullable Object end) {
        Predicate<@Nullable Object> overload = config.overload();
        return overload != null && BySubject.test(name, overload, end);
    }

    /** How many permits a call takes. */
    int weight(@Nullable Object subject) {
        ToIntFunction<@Nullable Object> function = config.weight();
        return function == null ? 1 : Math.max(1, BySubject.ask(name, function, subject, 1));
    }

    /** To whom a call belongs. */
    Partition partition(@Nullable Object subject) {
        Partitions partitions = config.partitions();
        return partitions == null ? permits.rest() : permits.partition(BySubject.name(name, partitions.by(), subject));
    }

    /** What decides when it is a call's turn. */
    Waiter.Place place(Partition partition, int weight, @Nullable Object subject) {
        ToIntFunction<@Nullable Object> function = config.priority();
        int priority = function == null ? 0 : BySubject.ask(name, function, subject, 0);
        return new Waiter.Place(partition, weight, priority);
    }

    /** How long a call may wait. */
    long maxWaitNanos(long start, long deadline) {
        return Math.min(Durations.toNanos(config.maxWait()), deadline - start);
    }

    /** Why a call cannot even wait; {@code null} if it can. */
    @Nullable
    Why refusal(int weight, long maxWaitNanos) {
        if (weight > permits.limit()) {
            return Why.TOO_HEAVY;
        }
        return config.queue() == 0 || maxWaitNanos <= 0 ? Why.FULL : null;
    }

    /** Takes permits for a synchronous call that has found too few, or throws. */
    void await(Scope scope, @Nullable Object subject, Partition partition, int weight, long deadline) {
        await(scope, scope.runtime(), place(partition, weight, subject), deadline);
    }

    private void await(@Nullable Scope scope, ResilienceRuntime clock, Waiter.Place place, long deadline) {
        long start = clock.now();
        long maxWait = maxWaitNanos(start, deadline);
        Why refused = refusal(place.weight(), maxWait);
        ThreadWaiter waiter = new ThreadWaiter(place);
        if (refused == null && !permits.join(waiter, config.queue())) {
            refused = Why.FULL;
        }
        if (refused != null) {
            throw rejected(rejection(scope, refused, place.partition(), place.weight(), 0));
        }
        sleep(waiter, clock, maxWait);
        long waitedNanos = clock.now() - start;
        Why why = waiter.rejection();
        if (why != null) {
            throw rejected(rejection(scope, why, place.partition(), place.weight(), waitedNanos));
        }
        waited(waitedNanos);
    }

    /** Returns when the wait has ended in permits or a rejection. */
    private void sleep(ThreadWaiter waiter, ResilienceRuntime clock, long nanos) {
        Why why = Why.TIME_OVER;
        try {
            if (!clock.sleep(nanos, waiter)) {
                why = Why.CLOSED;
            }
        } catch (InterruptedException interrupted) {
            giveUp(waiter);
            Thread.currentThread().interrupt();
            throw new CallInterruptedException(name, "a permit", interrupted);
        } catch (Throwable broken) { // no memory left, or a timer's task threw in virtual time
            giveUp(waiter);
            throw broken;
        }
        if (waiter.tryReject(why)) {
            permits.leave(waiter);
        }
    }

    private void giveUp(ThreadWaiter waiter) {
        if (waiter.tryAbandon()) {
            permits.leave(waiter);
        } else if (waiter.hasPermits()) {
            waiter.place().partition().giveBack(waiter.place().weight());
        }
    }

    @Override
    public Permit acquire() {
        return acquire(1);
    }

    @Override
    public Permit acquire(int weight) {
        Require.atLeast("weight", weight, 1);
        if (!permits.tryTake(weight)) {
            await(null, runtime, new Waiter.Place(permits.rest(), weight, 0), Layer.NO_DEADLINE);
        }
        return new Permit(permits.rest(), weight);
    }

    @Override
    public Optional<Permit> tryAcquire() {
        return tryAcquire(1);
    }

    @Override
    public Optional<Permit> tryAcquire(int weight) {
        Require.atLeast("weight", weight, 1);
        return permits.tryTake(weight) ? Optional.of(new Permit(permits.rest(), weight)) : Optional.empty();
    }

    // ---- counting and telling

    BulkheadFullException rejection(@Nullable Scope scope, Why why, Partition partition, int weight, long waitedNanos) {
        return new BulkheadFullException(name, scope, why, weight, partition, waitedNanos);
    }

    BulkheadFullException rejected(BulkheadFullException rejection) {
        rejected.increment();
        if (events.wants(CallRejected.class)) {
            events.publish(new CallRejected(name, rejection));
        }
        return rejection;
    }

    void waited(long nanos) {
        waited.increment();
        if (events.wants(CallWaited.class)) {
            events.publish(new CallWaited(name, Duration.ofNanos(nanos)));
        }
    }

    private void limitChanged(int from, int to) {
        if (from != to && events.wants(LimitChanged.class)) {
            events.publish(new LimitChanged(name, from, to));
        }
    }

    // ---- settings and looking in

    @Override
    public void configure(BulkheadConfig changed) {
        Objects.requireNonNull(changed, "config");
        Require.check(
                (changed.adaptive() == null) == (adaptation == null),
                "bulkhead '%s' was made %s and stays so",
                name,
                adaptation == null ? "with a fixed limit" : "adaptive");
        Permits.Decisions decisions;
        int before = permits.limit();
        control.lock();
        try {
            decisions = adaptation == null
                    ? permits.configure(changed.limit(), changed.order(), changed.partitions())
                    : adaptation.configure(config, changed, runtime.now());
            config = changed;
        } finally {
            control.unlock();
        }
        decisions.tell();
        if (events.wants(ConfigChanged.class)) {
            events.publish(new ConfigChanged(name, changed));
        }
        if (adaptation != null) {
            limitChanged(before, permits.limit());
        }
    }

    @Override
    public BulkheadConfig config() {
        return config;
    }

    @Override
    public BulkheadSnapshot snapshot() {
        return new BulkheadSnapshot(
                name,
                permits.limit(),
                permits.inUse(),
                permits.waiting(),
                waited.sum(),
                rejected.sum(),
                permits.partitions());
    }

    @Override
    public <E extends BulkheadEvent> Subscription on(Class<E> type, Consumer<? super E> listener) {
        return events.subscribe(type, listener);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Set<Trait> traits() {
        return Set.of(Trait.LIMITS_CONCURRENCY);
    }

    @Override
    public boolean isIdle() {
        return permits.inUse() == 0 && permits.waiting() == 0;
    }

    Permits permits() {
        return permits;
    }

    @Override
    public String toString() {
        return "bulkhead '" + name + "' (" + permits.inUse() + " of " + permits.limit() + " in use, "
                + permits.waiting() + " waiting)";
    }
}
