package dev.seawall.ratelimiter;

import dev.seawall.Policy;
import dev.seawall.ResilienceRuntime;
import dev.seawall.Subscription;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A rate limiter for each key of its calls, such as a customer or a host, in bounded memory.
 *
 * <p>The limiter of a key is made when the key is first seen. Whenever one is made, up to two others that should be idle by now
 * are looked at, and forgotten if they are {@linkplain Policy#isIdle() idle} and were not asked for lately: forgetting a limiter
 * that has all its permits changes nothing. So memory follows the keys that are in use, without a timer. When there are
 * {@code maxKeys}, a new one takes the place of an idle one, which is found without a search however many there are; a limiter
 * that is in debt, or in whose queue calls wait, is never forgotten. If none is idle, new keys share one limiter until there is
 * room.
 *
 * <p>A key is in use until its permits have come back: with a {@linkplain Limit.CalendarQuota monthly quota} to the end of the
 * month. So {@code maxKeys} must have room for the keys of the longest period.
 *
 * <p><b>Calls without a key</b> share one limiter with the same limits, so that leaving out the key is no way round it: calls
 * whose subject is not of the type, for which the function answers {@code null} or throws (which is logged), or whose key no
 * {@linkplain dev.seawall.Registry registry} takes, because it is blank, longer than 200 characters or has control characters.
 *
 * <p>Keys are often secrets: they appear in no exception, event or log line. All limiters have the name of this policy, and share
 * its listeners and counters.
 *
 * <p><b>Threads</b> and <b>Time:</b> as {@link RateLimiter}. Asking for the limiter of a known key takes no lock.
 */
public sealed interface KeyedRateLimiter extends Policy permits DefaultKeyedRateLimiter, SharedKeyedRateLimiter {

    /**
     * A limiter for each key, on the shared runtime.
     *
     * @param name appears in exceptions and events
     * @param type which subjects have a key, subtypes included
     * @param key the key of a subject; {@code null} for none
     * @param perKey what holds for each key
     * @param maxKeys how many keys are kept, at least 1
     * @param <S> type of the subject
     * @return a new policy
     */
    static <S> KeyedRateLimiter of(
            String name,
            Class<S> type,
            Function<? super S, ? extends @Nullable String> key,
            RateLimiterConfig perKey,
            int maxKeys) {
        return of(name, type, key, perKey, maxKeys, ResilienceRuntime.shared());
    }

    /**
     * A limiter for each key.
     *
     * @param name appears in exceptions and events
     * @param type which subjects have a key, subtypes included
     * @param key the key of a subject; {@code null} for none
     * @param perKey what holds for each key
     * @param maxKeys how many keys are kept, at least 1
     * @param runtime whose clock measures the periods
     * @param <S> type of the subject
     * @return a new policy
     */
    static <S> KeyedRateLimiter of(
            String name,
            Class<S> type,
            Function<? super S, ? extends @Nullable String> key,
            RateLimiterConfig perKey,
            int maxKeys,
            ResilienceRuntime runtime) {
        return new DefaultKeyedRateLimiter(new Shared(name, runtime, false), BySubject.key(type, key), perKey, maxKeys);
    }

    /**
     * The limiter of a key, made now if there is none. Ask anew each time: it may be forgotten when it is idle. What is
     * configured on it holds for this key alone, and keeps it from being forgotten.
     *
     * @param key the key
     * @return its limiter, or one shared with other keys if there is no room or no registry takes the key
     */
    RateLimiter limiter(String key);

    /**
     * How many keys are known at this moment.
     *
     * @return never more than {@code maxKeys}
     */
    int keys();

    /**
     * What holds for each key.
     *
     * @return the current configuration
     */
    RateLimiterConfig config();

    /**
     * Changes the configuration for all keys, those that were configured by themselves included. It takes effect for a key when
     * that is next asked for, as {@link RateLimiter#configure(RateLimiterConfig)} says.
     *
     * @param perKey the new configuration
     */
    void configure(RateLimiterConfig perKey);

    /**
     * Writes down what is used by each key that has used something, to go on with after a restart. Not those that were
     * configured by themselves. Calls go on meanwhile; those made while it is written may be in it or not.
     *
     * @return what {@link #restore} takes; it holds the keys, which are often secrets
     */
    SavedLimiter save();

    /**
     * Goes on with what was used of the limiters of keys with the same limits, and forgets what was taken from these: restore them
     * before the first call. As {@link RateLimiter#restore} says.
     *
     * @param saved by {@link #save()}
     * @throws IllegalArgumentException if it was saved by limiters of other limits or without keys, has more keys than this
     *     limiter can keep, or says what cannot be; nothing has changed
     */
    void restore(SavedLimiter saved);

    /**
     * Subscribes to the events of all keys.
     *
     * @param type which events, subtypes included; {@code RateLimiterEvent.class} for all
     * @param listener told each of them
     * @param <E> the type
     * @return ends the subscription when closed
     * @throws IllegalStateException if there are {@value dev.seawall.EventPublisher#MOST_LISTENERS} listeners already
     */
    <E extends RateLimiterEvent> Subscription on(Class<E> type, Consumer<? super E> listener);
}
