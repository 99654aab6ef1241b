package dev.seawall;

import org.jspecify.annotations.Nullable;

/**
 * A {@link Call} without a result.
 *
 * @param <X> what it may throw
 */
@FunctionalInterface
public interface Action<X extends Exception> extends Call<@Nullable Void, X> {

    /**
     * Does the work.
     *
     * @throws X if the work fails
     */
    void run() throws X;

    /**
     * Does the work and returns {@code null}.
     *
     * @return {@code null}
     * @throws X if the work fails
     */
    @Override
    default @Nullable Void call() throws X {
        run();
        return null;
    }
}
