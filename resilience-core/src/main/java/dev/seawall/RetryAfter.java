package dev.seawall;

import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads from a failed call when the other side wants to be asked again, such as an HTTP {@code Retry-After} header. A retry
 * waits at least that long; a circuit breaker stays open at least that long.
 *
 * <p>Implementations must be safe for any number of threads. One that throws is logged, and there is no hint.
 */
@FunctionalInterface
public interface RetryAfter {

    /**
     * Looks for a hint.
     *
     * @param result what the call returned, if it did
     * @param failure what the call threw, if it did
     * @return how long to stay away; {@code null}, zero or negative if the call does not tell
     */
    @Nullable
    Duration hint(@Nullable Object result, @Nullable Throwable failure);

    /**
     * Reads the hint of {@linkplain CallRejectedException#retryAfter() rejections}, such as those of a nested pipeline.
     *
     * @return the default of policies that take hints
     */
    static RetryAfter fromRejections() {
        return fromException(
                CallRejectedException.class, rejection -> rejection.retryAfter().orElse(null));
    }

    /**
     * Reads a hint from results of a type.
     *
     * @param type the type, subtypes included
     * @param reader finds the hint; may return {@code null}
     * @param <R> the type
     * @return a reader that knows nothing of other results
     */
    static <R> RetryAfter fromResult(Class<R> type, Function<? super R, ? extends @Nullable Duration> reader) {
        return (result, failure) -> type.isInstance(result) ? reader.apply(type.cast(result)) : null;
    }

    /**
     * Reads a hint from exceptions of a type.
     *
     * @param type the type, subtypes included
     * @param reader finds the hint; may return {@code null}
     * @param <E> the type
     * @return a reader that knows nothing of other exceptions
     */
    static <E extends Throwable> RetryAfter fromException(
            Class<E> type, Function<? super E, ? extends @Nullable Duration> reader) {
        return (result, failure) -> type.isInstance(failure) ? reader.apply(type.cast(failure)) : null;
    }

    /**
     * Asks another reader where this one finds nothing.
     *
     * @param other asked second
     * @return both, in this order
     */
    default RetryAfter or(RetryAfter other) {
        return (result, failure) -> {
            Duration hint = hint(result, failure);
            return hint != null ? hint : other.hint(result, failure);
        };
    }
}
