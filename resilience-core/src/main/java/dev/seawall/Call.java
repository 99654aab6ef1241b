package dev.seawall;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A unit of work that a {@link Pipeline} runs, perhaps more than once, perhaps not at all.
 *
 * <p>The type of what it throws is part of its type, so that a pipeline throws exactly what the call throws. A lambda that
 * throws nothing checked is a {@code Call<T, RuntimeException>}; one that throws two unrelated checked types needs their
 * common supertype.
 *
 * @param <T> what the call returns
 * @param <X> what it may throw
 */
@FunctionalInterface
public interface Call<T extends @Nullable Object, X extends Exception>
        extends CallWith<@Nullable Object, T, X>, Callable<T> {

    /**
     * Does the work.
     *
     * @return the result
     * @throws X if the work fails
     */
    @Override
    T call() throws X;

    /**
     * Does the work; the subject is ignored.
     *
     * @param subject ignored
     * @return the result
     * @throws X if the work fails
     */
    @Override
    default T call(@Nullable Object subject) throws X {
        return call();
    }
}
