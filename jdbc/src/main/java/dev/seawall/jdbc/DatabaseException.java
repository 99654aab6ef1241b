package dev.seawall.jdbc;

import dev.seawall.ResilienceException;
import org.jspecify.annotations.Nullable;

/** A database could not do what Seawall asked of it. */
public class DatabaseException extends ResilienceException {

    private static final long serialVersionUID = 1L;

    /**
     * A database did not do what it was asked.
     *
     * @param message what was asked, and what to do
     * @param cause what the database said
     */
    public DatabaseException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
