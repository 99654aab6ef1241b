package dev.seawall.ratelimiter;

import dev.seawall.Layer;
import dev.seawall.Registry;
import dev.seawall.Scope;
import dev.seawall.Subscription;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds the shared limiter of a call. */
final class DefaultSharedKeyedRateLimiter implements SharedKeyedRateLimiter {

    private static final int LOOKS = 2; // one clears an entry's mark, a second forgets it: as many go as come

    private final Shared shared;
    private final Function<@Nullable Object, @Nullable String> key;
    private final DefaultSharedRateLimiter withoutKey;
    private final Registry<DefaultSharedRateLimiter> limiters;
    private volatile RateLimiterConfig perKey;

    DefaultSharedKeyedRateLimiter(
            Shared shared,
            Function<@Nullable Object, @Nullable String> key,
            RateLimiterConfig perKey,
            int maxKeys,
            BiFunction<? super @Nullable String, ? super RateLimiterConfig, ? extends PermitStore> stores) {
        this.shared = shared;
        this.key = key;
        this.perKey = Objects.requireNonNull(perKey, "perKey");
        Objects.requireNonNull(stores, "stores");
        this.withoutKey = new DefaultSharedRateLimiter(shared, perKey, config -> stores.apply(null, config));
        this.limiters = registry(shared, perKey, maxKeys, withoutKey, stores);
    }

    /** The factory is asked once in advance, for who finds no room: those share the limiter of the calls without a key. */
    private static Registry<DefaultSharedRateLimiter> registry(
            Shared shared,
            RateLimiterConfig perKey,
            int maxKeys,
            DefaultSharedRateLimiter withoutKey,
            BiFunction<? super @Nullable String, ? super RateLimiterConfig, ? extends PermitStore> stores) {
        boolean[] asked = {false}; // written before the registry is seen by another thread
        Registry<DefaultSharedRateLimiter> registry = Registry.of(
                maxKeys,
                name -> asked[0]
                        ? new DefaultSharedRateLimiter(shared, perKey, config -> stores.apply(name, config))
                        : withoutKey);
        asked[0] = true;
        return registry;
    }

    DefaultSharedRateLimiter limiterOf(@Nullable Object subject) {
        String found = BySubject.askKey(shared.name, key, subject);
        return found == null ? upToDate(withoutKey) : limiter(found);
    }

    @Override
    public DefaultSharedRateLimiter limiter(String key) {
        DefaultSharedRateLimiter limiter;
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

    private DefaultSharedRateLimiter upToDate(DefaultSharedRateLimiter limiter) {
        limiter.give(perKey);
        return limiter;
    }

    @Override
    public int keys() {
        return limiters.size();
    }

    @Override
    public RateLimiterConfig config() {
        return perKey;
    }

    @Override
    public void configure(RateLimiterConfig perKey) {
        withoutKey.give(perKey); // first: it refuses what the store cannot keep
        this.perKey = perKey;
        shared.tellChanged(perKey);
    }

    @Override
    public SavedLimiter save() {
        throw notHere();
    }

    @Override
    public void restore(SavedLimiter saved) {
        throw notHere();
    }

    private UnsupportedOperationException notHere() {
        return new UnsupportedOperationException(
                "the permits of '" + shared.name + "' are kept in its store, where they outlive this process");
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
        return new SharedLayer(next, scope, this::limiterOf);
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
