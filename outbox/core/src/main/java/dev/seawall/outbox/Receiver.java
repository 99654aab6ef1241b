package dev.seawall.outbox;

import dev.seawall.Require;
import dev.seawall.jdbc.Transactions;
import java.util.Objects;
import javax.sql.DataSource;

/**
 * Has a message handled once, in a transaction of its own: what the consumers of all brokers share.
 *
 * <p><b>Threads:</b> safe for any number of threads if the handler is.
 */
public final class Receiver {

    private final Transactions transactions;
    private final Inbox inbox;
    private final String consumer;
    private final MessageHandler handler;

    private Receiver(DataSource dataSource, Inbox inbox, String consumer, MessageHandler handler) {
        this.transactions = Transactions.of(dataSource);
        this.inbox = Objects.requireNonNull(inbox, "inbox");
        this.consumer = Require.name(consumer);
        this.handler = Objects.requireNonNull(handler, "handler");
    }

    /**
     * A receiver.
     *
     * @param dataSource whose connections see the inbox's table and what the handler changes
     * @param inbox recognises duplicates
     * @param consumer who consumes: each consumer has each message once
     * @param handler does the work
     * @return a new receiver
     */
    public static Receiver of(DataSource dataSource, Inbox inbox, String consumer, MessageHandler handler) {
        return new Receiver(dataSource, inbox, consumer, handler);
    }

    /**
     * Who consumes.
     *
     * @return the name under which messages are remembered
     */
    public String consumer() {
        return consumer;
    }

    /**
     * Has a message handled. When this returns it is safe to acknowledge the message; when it throws it must come again. If the
     * outcome of the commit is unknown, that too is thrown: the message comes again and the inbox knows.
     *
     * @param message the message
     * @return {@code false} if it was a duplicate
     * @throws Exception what the handler threw, or a {@link java.sql.SQLException}
     */
    public boolean receive(Envelope message) throws Exception {
        return transactions.inTransaction(connection ->
                inbox.once(connection, message.id(), consumer, () -> handler.handle(connection, message)));
    }

    @Override
    public String toString() {
        return "receiver '" + consumer + "'";
    }
}
