package dev.seawall.outbox;

import java.sql.Connection;

/** What a consumer does with a message. */
@FunctionalInterface
public interface MessageHandler {

    /**
     * Does the work of a message, in a transaction that the caller commits if this returns and rolls back if it throws.
     *
     * @param connection in the transaction in which the message's id is remembered. Must not be committed, rolled back or closed
     * @param message the message
     * @throws PoisonMessageException if it can never be handled, to have it set aside at once
     * @throws Exception if it cannot be handled now; it comes again
     */
    void handle(Connection connection, Envelope message) throws Exception;
}
