package dev.seawall.outbox;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;

/**
 * Where a producer adds messages, in its own transaction: they are published if and only if that commits.
 *
 * <p>Nothing but the {@link Connection} is needed, so it works in the transactions of every framework. Adding is one insert, with
 * no lock that others wait for.
 *
 * <p><b>Order:</b> messages of one key are published in the order in which they were added by transactions one after another. Of
 * transactions at the same time, those that lock the aggregate before they add, as an update of its row does, add in the order
 * in which they got that lock.
 *
 * <p><b>Threads:</b> safe for any number of threads, each with a connection of its own.
 */
public interface Outbox {

    /**
     * Adds a message.
     *
     * @param connection in a transaction of the caller, who commits it
     * @param message what to publish
     * @return the message's id, which stays the same however often it is published
     * @throws SQLException if the database refuses; the transaction must be rolled back
     * @throws dev.seawall.payload.PayloadException if the payload cannot be encoded or is too large; nothing was sent to the
     *     database
     * @throws OutboxFullException if more messages wait than the outbox was told to let wait
     * @throws IllegalStateException if the connection commits each statement by itself
     */
    default String add(Connection connection, Message message) throws SQLException {
        return addAll(connection, List.of(message)).get(0);
    }

    /**
     * Adds several messages, in their order and in one round trip if possible.
     *
     * @param connection in a transaction of the caller, who commits it
     * @param messages what to publish
     * @return their ids, in the same order
     * @throws SQLException if the database refuses; the transaction must be rolled back
     * @throws dev.seawall.payload.PayloadException if a payload cannot be encoded or is too large; nothing was sent to the
     *     database
     * @throws OutboxFullException if more messages wait than the outbox was told to let wait
     * @throws IllegalStateException if the connection commits each statement by itself
     */
    List<String> addAll(Connection connection, Collection<Message> messages) throws SQLException;
}
