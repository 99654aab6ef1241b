package dev.seawall.ratelimiter;

import dev.seawall.Layer;
import dev.seawall.Registry;
import dev.seawall.Scope;
import dev.seawall.Subscription;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds the limiter of a call. */
final class DefaultKeyedRateLimiter implements KeyedRateLimiter {

    private static final int LOOKS = 2; // one clears an entry's mark, a second forgets it: as many go as come

    private final Shared shared;
    private final Function<@Nullable Object, @Nullable String> key;
    private final Registry<DefaultRateLimiter> limiters;
    private final DefaultRateLimiter withoutKey;
    private volatile Plan plan;

    DefaultKeyedRateLimiter(
            Shared shared, Function<@Nullable Object, @Nullable String> key, RateLimiterConfig perKey, int maxKeys) {
        this.shared = shared;
        this.key = key;
        Plan first = new Plan(Objects.requireNonNull(perKey, "perKey"), shared.runtime.now());
        this.plan = first;
        this.withoutKey = new DefaultRateLimiter(shared, first);
        this.limiters = registry(maxKeys, first);
    }

    /** The factory is asked once before {@code this} is there. */
    private Registry<DefaultRateLimiter> registry(int maxKeys, Plan first) {
        return Registry.of(maxKeys, name -> new DefaultRateLimiter(shared, first));
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
        if (limiter.isNew()) {
            limiters.evictIdle(LOOKS);
        }
        return upToDate(limiter);
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
        return keys() == 0 && withoutKey.isIdle();
    }

    @Override
    public String toString() {
        return withoutKey + " for each of " + keys() + " keys";
    }
}
