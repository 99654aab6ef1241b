package dev.seawall.circuitbreaker;

import dev.seawall.Durations;
import dev.seawall.EventPublisher;
import dev.seawall.Layer;
import dev.seawall.Outcome;
import dev.seawall.Require;
import dev.seawall.ResilienceRuntime;
import dev.seawall.RetryAfter;
import dev.seawall.Scope;
import dev.seawall.Subscription;
import dev.seawall.circuitbreaker.CircuitBreakerEvent.CallRejected;
import dev.seawall.circuitbreaker.CircuitBreakerEvent.CallSettled;
import dev.seawall.circuitbreaker.CircuitBreakerEvent.ConfigChanged;
import dev.seawall.circuitbreaker.CircuitBreakerEvent.StateChanged;
import dev.seawall.circuitbreaker.CircuitBreakerEvent.TrialLost;
import dev.seawall.circuitbreaker.CircuitBreakerEvent.WouldHaveOpened;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Holds the current {@link BreakerState} and replaces it. What a state does is in its class. */
final class DefaultCircuitBreaker implements CircuitBreaker {

    private static final Logger LOG = LoggerFactory.getLogger(CircuitBreaker.class);
    private static final AtomicReferenceFieldUpdater<DefaultCircuitBreaker, BreakerState> STATE =
            AtomicReferenceFieldUpdater.newUpdater(DefaultCircuitBreaker.class, BreakerState.class, "state");
    private static final long FALLBACK_DELAY_NANOS = Durations.toNanos(Duration.ofSeconds(30));

    /** Orders changes of the configuration; never held while user code runs. */
    final ReentrantLock control = new ReentrantLock();

    private final String name;
    private final ResilienceRuntime runtime;
    private final EventPublisher<CircuitBreakerEvent> events = new EventPublisher<>();
    private volatile BreakerState state; // changed by CAS only
    private volatile CircuitBreakerConfig config;

    DefaultCircuitBreaker(String name, CircuitBreakerConfig config, ResilienceRuntime runtime) {
        this.name = Require.name(name);
        this.config = Objects.requireNonNull(config, "config");
        this.runtime = Objects.requireNonNull(runtime, "runtime");
        this.state = closed();
    }

    // ---- calls

    @Override
    public Layer link(Layer next, Scope scope) {
        scope.requireSameClock(name, runtime);
        return new CircuitBreakerLayer(next, scope, this);
    }

    /** Lets a call in, or throws. */
    Admission admit(@Nullable Scope scope, long now) {
        Admission admission = state.admit(scope, now);
        while (admission == null) {
            admission = state.admit(scope, Layer.UNREAD);
        }
        return admission;
    }

    /** Rejects a call that was let in a moment ago, if the breaker has opened since. */
    void rejectIfOpen(@Nullable Scope scope, long now) {
        if (state instanceof Open open) {
            throw open.rejection(scope, now);
        }
    }

    /** Tells listeners of a rejection that is about to be thrown. */
    CircuitOpenException rejected(CircuitOpenException rejection) {
        if (events.wants(CallRejected.class)) {
            events.publish(new CallRejected(name, rejection));
        }
        return rejection;
    }

    @Override
    public Permit acquire() {
        Admission admission = admit(null, Layer.UNREAD);
        long start = admission.timed() ? runtime.now() : Layer.UNREAD;
        return new Permit(admission, start, start == Layer.UNREAD ? Admission.NO_PLACE : admission.enter(null, start));
    }

    @Override
    public Optional<Permit> tryAcquire() {
        try {
            return Optional.of(acquire());
        } catch (CircuitOpenException rejection) {
            return Optional.empty();
        }
    }

    /** Tells listeners that a call has been counted. */
    void settled(Outcome outcome, long start) {
        if (events.wants(CallSettled.class)) {
            Duration duration = start == Layer.UNREAD ? null : Duration.ofNanos(runtime.now() - start);
            events.publish(new CallSettled(name, outcome, duration));
        }
    }

    // ---- transitions

    /** Opens from a state, unless the breaker has left it. */
    void open(
            BreakerState from,
            int openingsBefore,
            long delayBefore,
            String reason,
            @Nullable Scope scope,
            @Nullable Object result,
            @Nullable Throwable failure) {
        CircuitBreakerConfig current = config;
        int openings = openingsBefore == Integer.MAX_VALUE ? openingsBefore : openingsBefore + 1;
        long delay = delayNanos(current, openings, delayBefore);
        RetryAfter reader = current.retryAfter();
        long hint = scope == null ? 0 : scope.retryAfterNanos(reader, result, failure);
        replace(from, new Open(this, Math.max(delay, hint), openings, delay, reason), reason);
    }

    private long delayNanos(CircuitBreakerConfig current, int openings, long delayBefore) {
        try {
            return current.openDelay().delayNanos(openings, delayBefore, runtime.random());
        } catch (RuntimeException broken) {
            LOG.warn("circuit breaker '{}': the open delay's function threw; 30 s hold", name, broken);
            return FALLBACK_DELAY_NANOS;
        }
    }

    /** An empty closed state. */
    Counting closed() {
        return new Counting(this, false, Judge.of(config));
    }

    /** The state after enough trials have succeeded. */
    BreakerState recovered(int openings, long delayNanos) {
        CircuitBreakerConfig current = config;
        long ramp = Durations.toNanos(current.recoveryRamp());
        return ramp == 0 ? closed() : new Recovering(this, Judge.of(current), ramp, ramp, openings, delayNanos);
    }

    /** Goes from one state object to another, unless the breaker has left it. */
    boolean replace(BreakerState from, BreakerState to, String reason) {
        if (!STATE.compareAndSet(this, from, to)) {
            return false;
        }
        from.left();
        to.entered();
        to.configure(); // it may have changed after the new state was made, when it could not be told yet
        if (events.wants(StateChanged.class)) {
            events.publish(new StateChanged(name, from.kind(), to.kind(), to.openTime(), reason));
        }
        return true;
    }

    boolean isIn(BreakerState candidate) {
        return state.equals(candidate);
    }

    void trialLost() {
        if (events.wants(TrialLost.class)) {
            events.publish(new TrialLost(name));
        }
    }

    void wouldHaveOpened(String reason) {
        if (events.wants(WouldHaveOpened.class)) {
            events.publish(new WouldHaveOpened(name, reason));
        }
    }

    // ---- orders

    @Override
    public void reset() {
        order(closed(), "it was reset by hand");
    }

    @Override
    public void forceOpen() {
        order(new Forced(this, true), "it was opened by hand");
    }

    @Override
    public void disable() {
        order(new Forced(this, false), "it was disabled by hand");
    }

    @Override
    public void shadow() {
        order(new Counting(this, true, Judge.of(config)), "it was put in shadow by hand");
    }

    private void order(BreakerState to, String reason) {
        boolean done = false;
        while (!done) {
            done = replace(state, to, reason);
        }
    }

    @Override
    public void configure(CircuitBreakerConfig changed) {
        Objects.requireNonNull(changed, "config");
        control.lock();
        try {
            config = changed;
            state.configure();
        } finally {
            control.unlock();
        }
        if (events.wants(ConfigChanged.class)) {
            events.publish(new ConfigChanged(name, changed));
        }
    }

    @Override
    public void restore(CircuitBreakerSnapshot snapshot) {
        String reason = "it was restored from a snapshot";
        switch (snapshot.state()) {
            case CLOSED, SHADOW -> {
                order(new Counting(this, snapshot.state() == State.SHADOW, restored(snapshot)), reason);
            }
            case OPEN -> {
                long left = Durations.toNanos(snapshot.timeToNextTrial());
                order(new Open(this, left, snapshot.openings(), left, reason), reason);
            }
            case HALF_OPEN -> {
                HalfOpen halfOpen = new HalfOpen(this, snapshot.openings(), 0);
                halfOpen.restore(snapshot.trialSuccesses(), snapshot.trialFailures());
                order(halfOpen, reason);
                halfOpen.decide(null, null, null);
            }
            case RECOVERING -> {
                long ramp = Durations.toNanos(config.recoveryRamp());
                long left = Math.min(ramp, Durations.toNanos(snapshot.timeToFullLoad()));
                Recovering recovering = new Recovering(this, restored(snapshot), ramp, left, snapshot.openings(), 0);
                order(recovering, reason);
                if (left == 0) {
                    recovering.goOn();
                }
            }
            case FORCED_OPEN -> forceOpen();
            case DISABLED -> disable();
        }
    }

    private Judge restored(CircuitBreakerSnapshot snapshot) {
        return Judge.of(config).restored(snapshot.window(), snapshot.results(), runtime.now());
    }

    // ---- looking in

    @Override
    public String name() {
        return name;
    }

    @Override
    public State state() {
        return state.kind();
    }

    @Override
    public CircuitBreakerConfig config() {
        return config;
    }

    @Override
    public CircuitBreakerSnapshot snapshot() {
        return state.snapshot(config.window());
    }

    @Override
    public <E extends CircuitBreakerEvent> Subscription on(Class<E> type, Consumer<? super E> listener) {
        return events.subscribe(type, listener);
    }

    @Override
    public Set<Trait> traits() {
        return Set.of(Trait.JUDGES);
    }

    @Override
    public boolean isIdle() {
        return state instanceof Counting counting && counting.isClean();
    }

    ResilienceRuntime runtime() {
        return runtime;
    }

    /** Uses an earlier reading of the clock if there is one. */
    long now(long now) {
        return now == Layer.UNREAD ? runtime.now() : now;
    }

    @Override
    public String toString() {
        return "circuit breaker '" + name + "' (" + state() + ")";
    }
}
