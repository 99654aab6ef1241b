package dev.seawall.saga;

import dev.seawall.ResilienceException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown by a step's code: it failed for good and had no effect. It is not tried again; the saga is compensated, or parked if its
 * pivot is done.
 */
public final class SagaStepFailedException extends ResilienceException {

    private static final long serialVersionUID = 1;

    /**
     * Makes one.
     *
     * @param message why, for the saga's history
     */
    public SagaStepFailedException(String message) {
        this(message, null);
    }

    /**
     * Makes one.
     *
     * @param message why, for the saga's history
     * @param cause what led to it
     */
    public SagaStepFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
