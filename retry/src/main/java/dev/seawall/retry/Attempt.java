package dev.seawall.retry;

import dev.seawall.Require;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a call, and how the one before it failed. Of {@code lastFailure} and {@code lastResult} at most one is set:
 * none at the first attempt, and none if the last attempt failed by returning {@code null}.
 *
 * @param number from 1
 * @param lastFailure what the attempt before threw, if it threw
 * @param lastResult what the attempt before returned, if it returned
 */
public record Attempt(
        int number,
        @Nullable Throwable lastFailure,
        @Nullable Object lastResult) {

    static final Attempt FIRST = new Attempt(1, null, null);

    /**
     * Checks the number.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public Attempt {
        Require.atLeast("number", number, 1);
    }

    /**
     * Names number and types, no contents: a result may hold what must not reach a log.
     *
     * @return such as {@code attempt 2 after java.io.IOException}
     */
    @Override
    public String toString() {
        return number == 1 ? "attempt 1" : "attempt " + number + " after " + kind(lastResult, lastFailure);
    }

    /** What an end looks like in a log. */
    static String kind(@Nullable Object result, @Nullable Throwable failure) {
        if (failure != null) {
            return failure.getClass().getName();
        }
        return result == null
                ? "a null result"
                : "a result of type " + result.getClass().getName();
    }
}
