package dev.seawall.ratelimiter;

import dev.seawall.Layer;
import dev.seawall.Require;
import dev.seawall.Scope;
import dev.seawall.Subscription;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds the limiter of a call. */
final class DefaultKeyedRateLimiter implements KeyedRateLimiter {

    private final Shared shared;
    private final Function<@Nullable Object, @Nullable String> key;
    private final Keys limiters;
    private final DefaultRateLimiter withoutKey;
    private final DefaultRateLimiter overflow;
    private volatile Plan plan;

    DefaultKeyedRateLimiter(
            Shared shared, Function<@Nullable Object, @Nullable String> key, RateLimiterConfig perKey, int maxKeys) {
        this.shared = shared;
        this.key = key;
        Plan first = shared.plan(perKey);
        this.plan = first;
        this.withoutKey = new DefaultRateLimiter(shared, first);
        this.overflow = new DefaultRateLimiter(shared, first);
        this.limiters = new Keys(maxKeys, shared.runtime, this::make);
    }

    private DefaultRateLimiter make(String key) {
        Plan current = plan;
        return new DefaultRateLimiter(shared, current, key, current.meter(false));
    }

    DefaultRateLimiter limiterOf(@Nullable Object subject) {
        String found = BySubject.askKey(shared.name, key, subject);
        return found == null ? upToDate(withoutKey) : limiter(found);
    }

    @Override
    public DefaultRateLimiter limiter(String key) {
        DefaultRateLimiter limiter;
        try {
            limiter = limiters.get(key);
        } catch (IllegalArgumentException notAName) {
            return upToDate(withoutKey);
        }
        return upToDate(limiter == null ? overflow : limiter);
    }

    private DefaultRateLimiter upToDate(DefaultRateLimiter limiter) {
        limiter.give(plan);
        return limiter;
    }

    @Override
    public int keys() {
        return limiters.size();
    }

    @Override
    public RateLimiterConfig config() {
        return plan.config;
    }

    @Override
    public void configure(RateLimiterConfig perKey) {
        Objects.requireNonNull(perKey, "perKey");
        shared.control.lock();
        try {
            plan = plan.changed(perKey, shared.runtime.now());
        } finally {
            shared.control.unlock();
        }
        shared.tellChanged(perKey);
    }

    /** Calls go on meanwhile, unless they must be given a changed configuration first. */
    @Override
    public SavedLimiter save() {
        shared.control.lock();
        try {
            SavedLimiter.Writing writing = new SavedLimiter.Writing(shared, plan, true);
            writing.withoutKey(upToDate(withoutKey));
            writing.overflow(upToDate(overflow));
            for (DefaultRateLimiter limiter : limiters.all()) {
                if (upToDate(limiter).isWorthSaving(plan)) {
                    writing.key(limiter);
                }
            }
            return writing.end();
        } finally {
            shared.control.unlock();
        }
    }

    @Override
    public void restore(SavedLimiter saved) {
        Require.check(
                saved.keys() <= limiters.most(),
                "the saved limiter must have at most %s keys, had %s",
                limiters.most(),
                saved.keys());
        shared.control.lock();
        try {
            SavedLimiter.Reading reading = new SavedLimiter.Reading(saved, shared, plan, true);
            Restored restored = new Restored(reading.plan());
            reading.read(false, restored::take);
            plan = reading.plan();
            limiters.replace(restored.keys.values());
            restored.others.forEach((limiter, meter) -> limiter.goOnWith(plan, meter));
        } finally {
            shared.control.unlock();
        }
    }

    /** What was read so far. */
    private final class Restored {

        private final Plan plan;
        private final Map<String, DefaultRateLimiter> keys = new HashMap<>();
        private final Map<DefaultRateLimiter, Meter> others = new HashMap<>();

        Restored(Plan plan) {
            this.plan = plan;
        }

        void take(@Nullable String key, boolean ofOverflow, Meter meter) {
            if (key == null) {
                others.put(ofOverflow ? overflow : withoutKey, meter);
            } else {
                keys.put(key, new DefaultRateLimiter(shared, plan, key, meter));
            }
        }
    }

    @Override
    public <E extends RateLimiterEvent> Subscription on(Class<E> type, Consumer<? super E> listener) {
        return shared.events.subscribe(type, listener);
    }

    @Override
    public String name() {
        return shared.name;
    }

    @Override
    public Layer link(Layer next, Scope scope) {
        scope.requireSameClock(shared.name, shared.runtime);
        return new RateLimiterLayer(next, scope, withoutKey, this);
    }

    @Override
    public Set<Trait> traits() {
        return Set.of(Trait.LIMITS_RATE);
    }

    @Override
    public boolean isIdle() {
        return keys() == 0 && withoutKey.isIdle() && overflow.isIdle();
    }

    @Override
    public String toString() {
        return withoutKey + " for each of " + keys() + " keys";
    }
}
