package dev.seawall.ratelimiter;

import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** User's functions of a call's subject, that know subjects of one type and cannot do harm. */
final class BySubject {

    private static final Logger LOG = LoggerFactory.getLogger(RateLimiter.class);

    private BySubject() {}

    static <S> ToLongFunction<@Nullable Object> permits(Class<S> type, ToLongFunction<? super S> function) {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(function, "function");
        return subject -> type.isInstance(subject) ? function.applyAsLong(type.cast(subject)) : 1;
    }

    static long askPermits(String limiter, ToLongFunction<@Nullable Object> function, @Nullable Object subject) {
        try {
            long permits = function.applyAsLong(subject);
            if (permits > 0) {
                return permits;
            }
            LOG.warn("rate limiter '{}': the function of permits answered {}; 1 was taken", limiter, permits);
        } catch (Throwable broken) {
            LOG.warn("rate limiter '{}': the function of permits threw; 1 was taken", limiter, broken);
        }
        return 1;
    }

    static <S> Function<@Nullable Object, @Nullable String> key(
            Class<S> type, Function<? super S, ? extends @Nullable String> function) {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(function, "function");
        return subject -> type.isInstance(subject) ? function.apply(type.cast(subject)) : null;
    }

    static @Nullable String askKey(
            String limiter, Function<@Nullable Object, @Nullable String> function, @Nullable Object subject) {
        try {
            return function.apply(subject);
        } catch (Throwable broken) {
            LOG.warn("rate limiter '{}': the function of the key threw; the call has none", limiter, broken);
            return null;
        }
    }
}
