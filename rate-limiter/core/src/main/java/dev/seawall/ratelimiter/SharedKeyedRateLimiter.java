package dev.seawall.ratelimiter;

import dev.seawall.ResilienceRuntime;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A {@link SharedRateLimiter} for each key of its calls. Like {@link KeyedRateLimiter}, but what a key has used is known to all
 * processes; the objects kept here hold only what is under way and what was last heard. So forgetting one costs no more than a
 * round trip, and how many are kept is a question of memory alone. {@link #save()} and {@link #restore} throw an
 * {@link UnsupportedOperationException}: what was used outlives this process where it is kept.
 */
public sealed interface SharedKeyedRateLimiter extends KeyedRateLimiter permits DefaultSharedKeyedRateLimiter {

    /**
     * A limiter for each key on a store. For those who write one.
     *
     * @param name appears in exceptions and events
     * @param type which subjects have a key, subtypes included
     * @param key the key of a subject; {@code null} for none
     * @param perKey what holds for each key
     * @param maxKeys how many keys are kept in this process, at least 1
     * @param runtime whose clock measures waits
     * @param stores makes the store for a key, {@code null} for the calls that have none, and a configuration
     * @param <S> type of the subject
     * @return a new policy
     */
    static <S> SharedKeyedRateLimiter of(
            String name,
            Class<S> type,
            Function<? super S, ? extends @Nullable String> key,
            RateLimiterConfig perKey,
            int maxKeys,
            ResilienceRuntime runtime,
            BiFunction<? super @Nullable String, ? super RateLimiterConfig, ? extends PermitStore> stores) {
        return new DefaultSharedKeyedRateLimiter(
                new Shared(name, runtime, false), BySubject.key(type, key), perKey, maxKeys, stores);
    }

    @Override
    SharedRateLimiter limiter(String key);
}
