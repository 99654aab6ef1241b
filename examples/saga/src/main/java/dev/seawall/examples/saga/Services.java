package dev.seawall.examples.saga;

import dev.seawall.jdbc.Transactions;
import dev.seawall.saga.SagaContext;
import dev.seawall.saga.jdbc.ParticipantGuard;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * Stands for the stock, the payments and the mail of others. Each call may come more than once, and even after its compensation; the
 * guard lets it take effect once.
 */
final class Services {

    private final Transactions transactions;
    private final ParticipantGuard guard = ParticipantGuard.create();

    Services(DataSource database) {
        this.transactions = Transactions.of(database);
    }

    /** No keys: what is done twice is to be seen. */
    static void create(DataSource database) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            for (String table : new String[] {"reservation", "payment", "confirmed", "mail"}) {
                statement.execute("CREATE TABLE " + table + " (order_id text NOT NULL, what text NOT NULL)");
            }
        }
    }

    void reserve(Order order, SagaContext call) throws SQLException {
        once(call, "INSERT INTO reservation VALUES (?, ?)", order.id(), order.item());
    }

    void release(Order order, SagaContext call) throws SQLException {
        undo(call, "DELETE FROM reservation WHERE order_id = ?", order.id());
    }

    String pay(Order order, SagaContext call) throws SQLException {
        String number = "payment-of-" + order.id();
        once(call, "INSERT INTO payment VALUES (?, ?)", order.id(), number);
        return number;
    }

    void refund(Order order, SagaContext call) throws SQLException {
        undo(call, "DELETE FROM payment WHERE order_id = ?", order.id());
    }

    void mail(Order order, SagaContext call) throws SQLException {
        once(call, "INSERT INTO mail VALUES (?, ?)", order.id(), "your " + order.item() + " is on its way");
    }

    /** On the connection of the saga's own database. */
    static void confirm(Order order, Connection connection) throws SQLException {
        update(connection, "INSERT INTO confirmed VALUES (?, ?)", order.id(), order.payment());
    }

    private void once(SagaContext call, String sql, String... values) throws SQLException {
        transactions.inTransaction((Transactions.Work<Boolean, SQLException>)
                connection -> guard.act(connection, call.actionKey(), () -> update(connection, sql, values)));
    }

    private void undo(SagaContext call, String sql, String... values) throws SQLException {
        transactions.inTransaction((Transactions.Work<Boolean, SQLException>)
                connection -> guard.compensate(connection, call.actionKey(), () -> update(connection, sql, values)));
    }

    private static void update(Connection connection, String sql, String... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setString(i + 1, values[i]);
            }
            statement.executeUpdate();
        }
    }
}
