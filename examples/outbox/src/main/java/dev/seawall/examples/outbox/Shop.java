package dev.seawall.examples.outbox;

import dev.seawall.outbox.Message;
import dev.seawall.outbox.jdbc.JdbcOutbox;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** Takes orders: a row in a table and a message in the outbox, in one transaction. */
final class Shop {

    private static final int CUSTOMERS = 20;

    private final DataSource database;
    private final JdbcOutbox outbox = JdbcOutbox.builder().build();

    Shop(DataSource database) throws SQLException {
        this.database = database;
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE orders (id integer PRIMARY KEY, customer text NOT NULL)");
        }
    }

    void sell(int orders) {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            for (int id = 0; id < orders; id++) {
                String customer = "customer-" + id % CUSTOMERS;
                insert(connection, id, customer);
                outbox.add(connection, Message.of("orders", customer, Integer.toString(id)));
                if (id % 10 == 9) {
                    connection.rollback(); // the customer has changed his mind: no order, no message
                } else {
                    connection.commit();
                }
            }
        } catch (SQLException failure) {
            throw new IllegalStateException("the shop cannot write its orders", failure);
        }
    }

    private static void insert(Connection connection, int id, String customer) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO orders VALUES (?, ?)")) {
            statement.setInt(1, id);
            statement.setString(2, customer);
            statement.executeUpdate();
        }
    }
}
