package dev.seawall.benchmarks.throughput;

import dev.seawall.jdbc.SchemaInstaller;
import dev.seawall.outbox.Message;
import dev.seawall.outbox.Publisher;
import dev.seawall.outbox.jdbc.JdbcOutbox;
import dev.seawall.outbox.jdbc.OutboxRelay;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.IntStream;
import javax.sql.DataSource;

/** Seawall's tables in the database of a run, and a table of the same shape that is nobody's outbox. */
final class OutboxTables {

    static final int KEYS = 10_000;
    static final int PAYLOAD_BYTES = 300;
    static final int WORKERS = 2;
    static final String PLAIN = "plain_message";

    private static final String TOPIC = "orders";
    private static final int IN_A_TRANSACTION = 1_000;

    private final DataSource pool;
    private final JdbcOutbox outbox = JdbcOutbox.builder().build();

    OutboxTables(DataSource pool) throws SQLException {
        this.pool = pool;
        SchemaInstaller.of(pool).install(JdbcOutbox.SCHEMA);
        execute(
                "CREATE TABLE " + PLAIN + " (LIKE seawall_outbox_message INCLUDING ALL)",
                "CREATE TABLE shop_order (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer text NOT NULL,"
                        + " amount bigint NOT NULL)");
    }

    DataSource pool() {
        return pool;
    }

    JdbcOutbox outbox() {
        return outbox;
    }

    static Message message(long number, byte[] payload) {
        return Message.of(TOPIC, "key-" + number % KEYS, payload);
    }

    /** Commits messages that nobody publishes yet. */
    void fill(int messages) throws SQLException {
        byte[] payload = new byte[PAYLOAD_BYTES];
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            for (int from = 0; from < messages; from += IN_A_TRANSACTION) {
                List<Message> some = IntStream.range(from, Math.min(messages, from + IN_A_TRANSACTION))
                        .mapToObj(i -> message(i, payload))
                        .toList();
                outbox.addAll(connection, some);
                connection.commit();
            }
        }
    }

    /** What would otherwise happen at a moment of its own choosing, in the middle of a round. */
    void tidy() throws SQLException {
        execute("VACUUM ANALYZE seawall_outbox_message", "VACUUM ANALYZE " + PLAIN, "CHECKPOINT");
    }

    void empty() throws SQLException {
        execute("TRUNCATE seawall_outbox_message, " + PLAIN + ", shop_order");
    }

    OutboxRelay relay(Publisher publisher) {
        return OutboxRelay.builder(pool)
                .publisher(publisher)
                .workers(WORKERS)
                .build()
                .start();
    }

    void execute(String... statements) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
