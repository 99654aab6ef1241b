package dev.seawall.jdbc;

import org.jspecify.annotations.Nullable;

/**
 * The connection failed while a transaction was committed: it may be committed or not, and only the database knows. Whoever
 * repeats the work must first look, or be able to do it twice.
 */
public final class CommitOutcomeUnknownException extends DatabaseException {

    private static final long serialVersionUID = 1L;

    CommitOutcomeUnknownException(@Nullable Throwable cause) {
        super(
                "the connection failed during commit: the transaction may be committed or not. Look at the database before "
                        + "doing the work again",
                cause);
    }
}
