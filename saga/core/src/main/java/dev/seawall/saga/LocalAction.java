package dev.seawall.saga;

import java.sql.Connection;

/**
 * What a step does on the database that keeps the sagas, in one transaction with the note that it is done: it takes effect once.
 *
 * @param <S> the saga's state
 */
@FunctionalInterface
public interface LocalAction<S> {

    /**
     * Does it.
     *
     * @param state as it is; must not be changed
     * @param connection in a transaction; must not be committed, rolled back or closed
     * @return the new state
     * @throws Exception if it failed: the transaction is rolled back
     */
    S run(S state, Connection connection) throws Exception;
}
