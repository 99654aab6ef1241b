package dev.seawall;

import org.jspecify.annotations.Nullable;

/**
 * Where an asynchronous call ends. Called exactly once.
 *
 * @param <T> what the call answers with
 */
@FunctionalInterface
public interface Done<T extends @Nullable Object> {

    /**
     * Takes the end of the call. Must not throw.
     *
     * @param result the result; {@code null} if the call failed
     * @param failure why the call failed; {@code null} if it did not
     */
    void end(@Nullable T result, @Nullable Throwable failure);
}
