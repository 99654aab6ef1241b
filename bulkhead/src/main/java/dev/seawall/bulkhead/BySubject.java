package dev.seawall.bulkhead;

import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A user's function of a call's subject, that knows subjects of one type and cannot do harm. */
final class BySubject {

    private static final Logger LOG = LoggerFactory.getLogger(Bulkhead.class);

    private BySubject() {}

    /** Answers with {@code otherwise} for what the function does not know. */
    static <S> ToIntFunction<@Nullable Object> of(Class<S> type, ToIntFunction<? super S> function, int otherwise) {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(function, "function");
        return subject -> type.isInstance(subject) ? function.applyAsInt(type.cast(subject)) : otherwise;
    }

    /** Asks a function that the user may have written, with or without {@link #of}. */
    static int ask(String bulkhead, ToIntFunction<@Nullable Object> function, @Nullable Object subject, int otherwise) {
        try {
            return function.applyAsInt(subject);
        } catch (Throwable broken) {
            LOG.warn(
                    "bulkhead '{}': a function of the call's subject threw; {} was taken", bulkhead, otherwise, broken);
            return otherwise;
        }
    }

    /** Asks whether the end of a call is a sign of overload. */
    static boolean test(String bulkhead, Predicate<@Nullable Object> overload, @Nullable Object end) {
        try {
            return overload.test(end);
        } catch (Throwable broken) {
            LOG.warn("bulkhead '{}': a sign of overload threw; the call's end was taken for none", bulkhead, broken);
            return false;
        }
    }

    /** Answers with {@code null} for what the function does not know. */
    static <S> Function<@Nullable Object, @Nullable String> name(
            Class<S> type, Function<? super S, ? extends @Nullable String> function) {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(function, "function");
        return subject -> type.isInstance(subject) ? function.apply(type.cast(subject)) : null;
    }

    /** Asks for the partition of a call. */
    static @Nullable String name(
            String bulkhead, Function<@Nullable Object, @Nullable String> function, @Nullable Object subject) {
        try {
            return function.apply(subject);
        } catch (Throwable broken) {
            LOG.warn("bulkhead '{}': the function of the partition threw; the call has none", bulkhead, broken);
            return null;
        }
    }
}
