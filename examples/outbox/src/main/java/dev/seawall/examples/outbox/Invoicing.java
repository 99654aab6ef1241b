package dev.seawall.examples.outbox;

import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConnectionFactory;
import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.Inbox;
import dev.seawall.outbox.Receiver;
import dev.seawall.outbox.jdbc.JdbcInbox;
import dev.seawall.outbox.rabbitmq.RabbitInboxConsumer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/** Writes an invoice for each order it hears of, once, however often it hears of it. */
final class Invoicing implements AutoCloseable {

    private static final String QUEUE = "invoicing";

    private final AtomicLong received = new AtomicLong();
    private final RabbitInboxConsumer consumer;

    private Invoicing(DataSource database, ConnectionFactory brokers) {
        Inbox inbox = new Counting(JdbcInbox.create(), received);
        Receiver receiver = Receiver.of(database, inbox, QUEUE, Invoicing::invoice);
        this.consumer = RabbitInboxConsumer.of(brokers, QUEUE, receiver);
    }

    static Invoicing start(DataSource database, ConnectionFactory brokers) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE invoices (number bigint GENERATED ALWAYS AS IDENTITY, order_id integer NOT NULL,"
                            + " customer text NOT NULL)"); // no key on the order: only the inbox keeps it from being
            // invoiced twice
        }
        Invoicing invoicing = new Invoicing(database, brokers);
        invoicing.consumer.start();
        return invoicing;
    }

    static void declareQueue(ConnectionFactory brokers) throws IOException, TimeoutException {
        try (com.rabbitmq.client.Connection connection = brokers.newConnection();
                Channel channel = connection.createChannel()) {
            channel.exchangeDeclare("orders", BuiltinExchangeType.FANOUT, true);
            channel.queueDeclare(QUEUE, true, false, false, null);
            channel.queueBind(QUEUE, "orders", "");
        }
    }

    /** In the transaction in which the inbox remembers the message. */
    private static void invoice(Connection connection, Envelope message) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("INSERT INTO invoices (order_id, customer) VALUES (?, ?)")) {
            statement.setInt(1, Integer.parseInt(new String(message.payload().bytes(), StandardCharsets.UTF_8)));
            statement.setString(2, message.key());
            statement.executeUpdate();
        }
    }

    /** How many messages came, duplicates among them. */
    long received() {
        return received.get();
    }

    @Override
    public void close() {
        consumer.close();
    }

    /** An inbox that also counts what it is asked. */
    private record Counting(Inbox inbox, AtomicLong asked) implements Inbox {

        @Override
        public <X extends Exception> boolean once(
                Connection connection, String messageId, String consumer, Inbox.Work<X> work) throws SQLException, X {
            asked.incrementAndGet();
            return inbox.once(connection, messageId, consumer, work);
        }
    }
}
