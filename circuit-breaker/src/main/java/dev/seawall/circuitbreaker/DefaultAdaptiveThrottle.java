package dev.seawall.circuitbreaker;

import dev.seawall.Durations;
import dev.seawall.EventPublisher;
import dev.seawall.Layer;
import dev.seawall.Outcome;
import dev.seawall.Require;
import dev.seawall.ResilienceRuntime;
import dev.seawall.Scope;
import dev.seawall.Subscription;
import dev.seawall.circuitbreaker.AdaptiveThrottleEvent.CallRejected;
import dev.seawall.circuitbreaker.AdaptiveThrottleEvent.ConfigChanged;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Counts calls in slots of time: a request is a call, one that was not accepted a failure, one that was rejected here also a slow
 * call. While nothing was refused lately no call is weighed, and none needs the time to be admitted.
 */
final class DefaultAdaptiveThrottle implements AdaptiveThrottle {

    /** What calls are weighed by; replaced as a whole. */
    private static final class Scales {

        final AdaptiveThrottleConfig config;
        final TimeResults traffic;

        Scales(AdaptiveThrottleConfig config, TimeResults traffic) {
            this.config = config;
            this.traffic = traffic;
        }
    }

    private final String name;
    private final ResilienceRuntime runtime;
    private final EventPublisher<AdaptiveThrottleEvent> events = new EventPublisher<>();
    private final ReentrantLock control = new ReentrantLock(); // orders changes of the configuration
    private volatile Scales scales;

    DefaultAdaptiveThrottle(String name, AdaptiveThrottleConfig config, ResilienceRuntime runtime) {
        this.name = Require.name(name);
        this.scales = new Scales(Objects.requireNonNull(config, "config"), new TimeResults(config.slots()));
        this.runtime = Objects.requireNonNull(runtime, "runtime");
    }

    @Override
    public Layer link(Layer next, Scope scope) {
        scope.requireSameClock(name, runtime);
        return new AdaptiveThrottleLayer(next, scope, this);
    }

    /** Lets a call in, or throws. Returns what is now known of the time. */
    long admit(Scope scope, long now) {
        Scales current = scales;
        return current.traffic.isSpotless() ? now : weigh(current, scope, scope.now(now));
    }

    private long weigh(Scales current, Scope scope, long now) {
        long requests = current.traffic.calls(now);
        long accepts = accepts(current, requests, now);
        double probability = current.config.rejectionProbability(requests, accepts);
        if (probability > 0 && runtime.random().nextDouble() < probability) {
            current.traffic.count(true, true, now);
            throw rejected(new ThrottledException(name, scope, current.config, requests, accepts));
        }
        return now;
    }

    /** The two counters are read one after the other; others count in between. */
    private static long accepts(Scales current, long requests, long now) {
        return Math.max(0, requests - current.traffic.failures(now));
    }

    private ThrottledException rejected(ThrottledException rejection) {
        if (events.wants(CallRejected.class)) {
            events.publish(new CallRejected(name, rejection));
        }
        return rejection;
    }

    /** Counts a call that was let in and has ended. */
    void settle(Outcome outcome) {
        if (outcome != Outcome.NEUTRAL) {
            scales.traffic.count(outcome == Outcome.FAILURE, false, runtime.now());
        }
    }

    @Override
    public void configure(AdaptiveThrottleConfig changed) {
        Objects.requireNonNull(changed, "config");
        control.lock();
        try {
            scales = new Scales(changed, traffic(scales, changed));
        } finally {
            control.unlock();
        }
        if (events.wants(ConfigChanged.class)) {
            events.publish(new ConfigChanged(name, changed));
        }
    }

    private TimeResults traffic(Scales before, AdaptiveThrottleConfig changed) {
        if (changed.window().equals(before.config.window())) {
            return before.traffic;
        }
        long now = runtime.now();
        TimeResults traffic = new TimeResults(changed.slots());
        traffic.fill(before.traffic.list(now), now);
        return traffic;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public AdaptiveThrottleConfig config() {
        return scales.config;
    }

    @Override
    public AdaptiveThrottleSnapshot snapshot() {
        Scales current = scales;
        long now = runtime.now();
        long requests = current.traffic.calls(now);
        long accepts = accepts(current, requests, now);
        long rejections = Math.min(requests - accepts, current.traffic.slowCalls(now));
        double probability = current.config.rejectionProbability(requests, accepts);
        return new AdaptiveThrottleSnapshot(name, requests, accepts, rejections, probability);
    }

    @Override
    public <E extends AdaptiveThrottleEvent> Subscription on(Class<E> type, Consumer<? super E> listener) {
        return events.subscribe(type, listener);
    }

    @Override
    public Set<Trait> traits() {
        return Set.of(Trait.JUDGES);
    }

    @Override
    public boolean isIdle() {
        return scales.traffic.isClean(runtime.now());
    }

    @Override
    public String toString() {
        AdaptiveThrottleConfig current = config();
        return "adaptive throttle '" + name + "' (multiplier " + current.multiplier() + ", last "
                + Durations.format(current.window()) + ")";
    }
}
