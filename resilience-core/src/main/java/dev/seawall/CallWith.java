package dev.seawall;

import org.jspecify.annotations.Nullable;

/**
 * A call that is told its subject: the request, the key, the customer it is made for.
 *
 * <p>Written as a lambda that captures nothing, it costs no allocation, and policies can read the subject to choose a
 * time limit or a key for this call.
 *
 * @param <S> what the call is about
 * @param <T> what it returns
 * @param <X> what it may throw
 */
@FunctionalInterface
public interface CallWith<S extends @Nullable Object, T extends @Nullable Object, X extends Exception> {

    /**
     * Does the work.
     *
     * @param subject what the call is about
     * @return the result
     * @throws X if the work fails
     */
    T call(S subject) throws X;
}
