package dev.seawall.benchmarks.throughput;

import dev.seawall.benchmarks.throughput.Contender.Role;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/** What a producer pays: an order and a message, beside an order and a plain row of the same shape. No relay runs. */
final class OutboxCost {

    private static final int THREADS = 4;
    private static final String ORDER = "INSERT INTO shop_order (customer, amount) VALUES (?, ?)";
    private static final String ROW = "INSERT INTO " + OutboxTables.PLAIN
            + " (part, topic, msg_key, keyed, id, type, version, content_type, headers, payload, created_at)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
            + " (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)";

    /** What goes along with the order. */
    @FunctionalInterface
    private interface Second {
        void add(Connection connection, long number) throws SQLException;
    }

    private final OutboxTables tables;

    OutboxCost(OutboxTables tables) {
        this.tables = tables;
    }

    Contest contest() {
        return new Contest(
                "an order and a message, no relay",
                THREADS,
                1,
                List.of(
                        new Contender("Seawall", Role.OWN, operation(this::message)),
                        new Contender("plain insert", Role.PEER, operation(OutboxCost::row))));
    }

    private Operation operation(Second second) {
        return (thread, number) -> {
            try (Connection connection = tables.pool().getConnection()) {
                connection.setAutoCommit(false);
                try (PreparedStatement order = connection.prepareStatement(ORDER)) {
                    order.setString(1, "customer-" + thread);
                    order.setLong(2, number);
                    order.executeUpdate();
                }
                second.add(connection, number);
                connection.commit();
                return true;
            } catch (SQLException refused) {
                throw new IllegalStateException(refused);
            }
        };
    }

    private void message(Connection connection, long number) throws SQLException {
        tables.outbox().add(connection, OutboxTables.message(number, new byte[OutboxTables.PAYLOAD_BYTES]));
    }

    private static void row(Connection connection, long number) throws SQLException {
        try (PreparedStatement row = connection.prepareStatement(ROW)) {
            row.setInt(1, (int) (number % 64));
            row.setString(2, "orders");
            row.setString(3, "key-" + number % OutboxTables.KEYS);
            row.setBoolean(4, true);
            row.setObject(5, UUID.randomUUID());
            row.setString(6, "bytes");
            row.setInt(7, 1);
            row.setString(8, "application/octet-stream");
            row.setString(9, null);
            row.setBytes(10, new byte[OutboxTables.PAYLOAD_BYTES]);
            row.executeUpdate();
        }
    }
}
