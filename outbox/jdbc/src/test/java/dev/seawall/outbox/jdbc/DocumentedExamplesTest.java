package dev.seawall.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.seawall.jdbc.Housekeeping;
import dev.seawall.jdbc.SchemaInstaller;
import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.Message;
import dev.seawall.outbox.Receiver;
import dev.seawall.payload.PayloadCodec;
import dev.seawall.payload.PayloadTypes;
import dev.seawall.testdatabases.Database;
import dev.seawall.testdatabases.Server;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The examples of the page on the outbox, as they stand there. */
final class DocumentedExamplesTest {

    private record Order(String id) {}

    private record OrderCreated(String orderId) {

        byte[] bytes() {
            return orderId.getBytes(StandardCharsets.UTF_8);
        }

        static OrderCreated parse(byte[] bytes) {
            return new OrderCreated(new String(bytes, StandardCharsets.UTF_8));
        }
    }

    private final Database dataSource = Server.H2.create();
    private final RecordingPublisher publisher = new RecordingPublisher();
    private final Order order = new Order("o-1");

    @BeforeEach
    void install() {
        // spotless:off
        SchemaInstaller.of(dataSource).install(JdbcOutbox.SCHEMA, JdbcInbox.SCHEMA);
        // spotless:on
        dataSource.execute("CREATE TABLE orders (id varchar(20))", "CREATE TABLE invoices (order_id varchar(20))");
    }

    @AfterEach
    void drop() {
        dataSource.close();
    }

    @Test
    void page_producerRelayAndConsumer_haveOneEffectForOneCommit() throws Exception {
        // spotless:off
        JdbcOutbox outbox = JdbcOutbox.of(PayloadTypes.builder()
                .type("order-created", 1, OrderCreated.class, PayloadCodec.of("text/plain", OrderCreated::bytes, OrderCreated::parse))
                .build());

        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            insertOrder(connection, order);
            outbox.add(connection, Message.of("orders", order.id(), new OrderCreated(order.id())));
            connection.commit();
        }

        OutboxRelay relay = OutboxRelay.builder(dataSource)
                .publisher(publisher)
                .build()
                .start();
        // spotless:on
        assertThat(relay.drain(Duration.ofSeconds(20))).isTrue();
        Envelope envelope = publisher.published().get(0);
        // spotless:off
        Receiver receiver = Receiver.of(dataSource, JdbcInbox.create(), "invoicing", (connection, message) ->
                insertInvoice(connection, message.key()));

        boolean first = receiver.receive(envelope);       // false: it was a duplicate, and can be acknowledged as well
        // spotless:on
        boolean second = receiver.receive(envelope);
        relay.close();

        assertThat(first).isTrue();
        assertThat(second).isFalse();
        assertThat(dataSource.number("SELECT COUNT(*) FROM orders")).isEqualTo(1);
        assertThat(dataSource.number("SELECT COUNT(*) FROM invoices")).isEqualTo(1);
    }

    @Test
    void page_parkedMessages_areTriedAgain() {
        dataSource.execute(
                "INSERT INTO \"seawall_outbox_parked\" VALUES ('00000000-0000-7000-8000-000000000001', 0, 'orders',"
                        + " 'k', TRUE, 'text', 1, 'text/plain', NULL, X'41', 0, 3, 'why', 0)");
        // spotless:off
        ParkedMessages admin = ParkedMessages.of(dataSource);
        for (ParkedMessage parked : admin.list(100)) {
            admin.retry(parked.messageId(), "ada");
        }
        // spotless:on
        assertThat(admin.list(100)).isEmpty();
        assertThat(dataSource.number("SELECT COUNT(*) FROM \"seawall_outbox_message\""))
                .isEqualTo(1);
    }

    @Test
    void page_housekeeping_forgetsWhatIsOld() {
        dataSource.execute("INSERT INTO \"seawall_inbox\" VALUES ('invoicing', 'm', 0)");
        // spotless:off
        Housekeeping housekeeping = Housekeeping.builder(dataSource)
                .every(Duration.ofMinutes(1), JdbcInbox.create().forgetting(Duration.ofDays(30)))
                .build()
                .start();
        // spotless:on
        await().atMost(Duration.ofSeconds(60))
                .until(() -> dataSource.number("SELECT COUNT(*) FROM \"seawall_inbox\"") == 0);
        housekeeping.close();
    }

    private static void insertOrder(Connection connection, Order order) throws SQLException {
        insert(connection, "INSERT INTO orders VALUES (?)", order.id());
    }

    private static void insertInvoice(Connection connection, @Nullable String orderId) throws SQLException {
        insert(connection, "INSERT INTO invoices VALUES (?)", orderId);
    }

    private static void insert(Connection connection, String sql, @Nullable String id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, id);
            statement.executeUpdate();
        }
    }
}
