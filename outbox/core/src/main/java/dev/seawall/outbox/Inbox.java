package dev.seawall.outbox;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Recognises messages that a consumer has had before, in the transaction of its work, so that a message that comes twice has its
 * effect once.
 *
 * <p>The id is written in the caller's transaction, with the effect. If that rolls back, the id is free again. Of two copies at
 * the same time, on one node or two, one waits until the transaction of the other has ended, and then is a duplicate or runs.
 *
 * <p><b>How long:</b> an id is remembered for the inbox's retention, which must be longer than the broker may take to deliver a
 * message again. What the work does outside the transaction is not undone by a rollback.
 *
 * <p><b>Threads:</b> safe for any number of threads, each with a connection of its own.
 */
public interface Inbox {

    /**
     * Does something once for a message.
     *
     * @param connection in a transaction of the caller, who commits it. Where a duplicate key ends the transaction, as in
     *     PostgreSQL, none is provoked
     * @param messageId the message's id, 1 to 200 characters; compared byte for byte
     * @param consumer who consumes it, 1 to 100 characters: each consumer has each message once
     * @param work the effect, on the same connection
     * @param <X> what the work may throw
     * @return {@code true} if the work ran, {@code false} if the message was a duplicate
     * @throws SQLException if the database refuses; the transaction must be rolled back
     * @throws X what the work threw; the transaction must be rolled back
     * @throws IllegalStateException if the connection commits each statement by itself
     */
    <X extends Exception> boolean once(Connection connection, String messageId, String consumer, Work<X> work)
            throws SQLException, X;

    /**
     * The effect of a message.
     *
     * @param <X> what it may throw
     */
    @FunctionalInterface
    interface Work<X extends Exception> {

        /**
         * Does it.
         *
         * @throws X if it cannot be done
         */
        void run() throws X;
    }
}
