package dev.seawall.examples.outbox;

import dev.seawall.test.ChildJvm;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/** What has become of the orders. */
record Summary(long orders, long received, long invoices, long missing, long twice, long outOfOrder) {

    private static final Duration LOOK = Duration.ofMillis(100);

    /** Waits until the outbox is empty and everything was invoiced, or patience is at its end. */
    static Summary await(DataSource database, Invoicing invoicing, ChildJvm relay, Duration patience)
            throws SQLException {
        long looks = patience.dividedBy(LOOK);
        Summary now = look(database, invoicing);
        while (looks-- > 0 && now.missing() > 0) {
            relay.exited()
                    .completeOnTimeout(0, LOOK.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
            now = look(database, invoicing);
        }
        return now;
    }

    private static Summary look(DataSource database, Invoicing invoicing) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            return new Summary(
                    number(statement, "SELECT count(*) FROM orders"),
                    invoicing.received(),
                    number(statement, "SELECT count(*) FROM invoices"),
                    number(
                            statement,
                            "SELECT count(*) FROM orders o WHERE NOT EXISTS"
                                    + " (SELECT FROM invoices i WHERE i.order_id = o.id)"),
                    number(statement, "SELECT count(*) - count(DISTINCT order_id) FROM invoices"),
                    number(
                            statement,
                            "SELECT count(*) FROM (SELECT order_id, lag(order_id) OVER"
                                    + " (PARTITION BY customer ORDER BY number) AS before FROM invoices) i WHERE before > order_id"));
        }
    }

    private static long number(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Whether all is well. */
    boolean print(PrintStream out) {
        out.printf("%n%,8d orders were committed%n", orders);
        out.printf("%,8d messages arrived, %,d of them again%n", received, Math.max(0, received - invoices));
        out.printf("%,8d invoices were written%n", invoices);
        out.printf("%,8d orders without an invoice%n", missing);
        out.printf("%,8d invoices too many%n", twice);
        out.printf("%,8d invoices before those of an earlier order of the same customer%n", outOfOrder);
        boolean well = missing == 0 && twice == 0 && outOfOrder == 0 && invoices == orders;
        out.println(well ? "Nothing was lost, doubled or swapped." : "SOMETHING WENT WRONG.");
        return well;
    }
}
