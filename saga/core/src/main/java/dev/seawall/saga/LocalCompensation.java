package dev.seawall.saga;

import java.sql.Connection;

/**
 * Undoes what a step did, on the database that keeps the sagas, in one transaction with the note that it is undone.
 *
 * @param <S> the saga's state
 */
@FunctionalInterface
public interface LocalCompensation<S> {

    /**
     * Undoes it.
     *
     * @param state as it was when compensation began
     * @param connection in a transaction; must not be committed, rolled back or closed
     * @throws Exception if it failed: the transaction is rolled back
     */
    void undo(S state, Connection connection) throws Exception;
}
