package dev.seawall;

import org.jspecify.annotations.Nullable;

/** The root of all exceptions that Seawall itself throws. What the user's own code throws is never wrapped in one. */
public abstract class ResilienceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * An ordinary exception with a stack trace.
     *
     * @param message who, what, the deciding numbers, what to do
     * @param cause what led to it
     */
    protected ResilienceException(@Nullable String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * An exception without a stack trace, for ends that are frequent and expected.
     *
     * @param cause what led to it
     */
    ResilienceException(@Nullable Throwable cause) {
        super(null, cause, false, false);
    }
}
