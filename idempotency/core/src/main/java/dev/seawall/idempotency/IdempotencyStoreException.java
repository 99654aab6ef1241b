package dev.seawall.idempotency;

import dev.seawall.ResilienceException;
import org.jspecify.annotations.Nullable;

/** A store could not do what it was asked. {@link #workDone()} says whether the work has run. An HTTP server answers 503. */
public final class IdempotencyStoreException extends ResilienceException {

    private static final long serialVersionUID = 1L;

    private final boolean workDone;

    /**
     * For stores.
     *
     * @param message what was asked; must not show keys, tenants or answers
     * @param cause why it could not be done
     */
    public IdempotencyStoreException(String message, @Nullable Throwable cause) {
        this(message, cause, false);
    }

    IdempotencyStoreException(String message, @Nullable Throwable cause, boolean workDone) {
        super(message, cause);
        this.workDone = workDone;
    }

    /**
     * Whether the work, or a phase of it, was done and only its result could not be stored.
     *
     * @return {@code false} if nothing was run
     */
    public boolean workDone() {
        return workDone;
    }
}
