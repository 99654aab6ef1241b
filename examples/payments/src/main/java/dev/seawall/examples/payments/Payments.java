package dev.seawall.examples.payments;

import dev.seawall.idempotency.jdbc.JdbcIdempotency;
import dev.seawall.jdbc.SchemaInstaller;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * Customers pay over a network that loses one answer in three, to a server that breaks one transaction in ten before its commit. They
 * try again until they have an answer. In the end there must be one charge for each payment.
 */
public final class Payments {

    private Payments() {}

    /** Takes {@code --fast} for fewer payments; ends with 1 if one was charged twice or not at all. */
    public static void main(String[] args) throws Exception {
        boolean fast = args.length > 0 && args[0].equals("--fast");
        System.exit(run(fast ? 200 : 2_000, System.out) ? 0 : 1);
    }

    static boolean run(int payments, PrintStream out) throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
            DataSource database = postgres.getPostgresDatabase();
            SchemaInstaller.of(database).install(JdbcIdempotency.SCHEMA);
            createCharges(database);
            out.printf("%,d payments; one answer in 3 is lost, one transaction in 10 breaks%n", payments);
            try (PaymentServer server = new PaymentServer(database);
                    CuttingProxy network = new CuttingProxy(server.port())) {
                Customers customers = new Customers(network.port());
                customers.pay(payments);
                return print(out, payments, server, network, customers, database);
            }
        }
    }

    private static void createCharges(DataSource database) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE charges (number bigint GENERATED ALWAYS AS IDENTITY, payment text NOT NULL)");
        }
    }

    private static boolean print(
            PrintStream out,
            int payments,
            PaymentServer server,
            CuttingProxy network,
            Customers customers,
            DataSource database)
            throws SQLException {
        long charges = number(database, "SELECT count(*) FROM charges");
        long charged = number(database, "SELECT count(DISTINCT payment) FROM charges");
        out.printf("%n%,8d clicks on \"pay\"%n", customers.clicks.get());
        out.printf("%,8d requests reached the database%n", server.received());
        out.printf("%,8d answers were lost%n", network.cut());
        out.printf("%,8d transactions broke%n", server.broken());
        out.printf("%,8d retries%n", customers.retries.get());
        out.printf("%,8d clicks were answered with a stored answer%n", customers.replays.get());
        out.printf("%,8d clicks without an answer in the end%n", customers.unpaid.get());
        out.printf("%,8d charges%n", charges);
        out.printf("%,8d payments charged%n", charged);
        boolean well = charges == payments && charged == payments && customers.unpaid.get() == 0;
        out.println(well ? "Each payment was charged once." : "SOMETHING WENT WRONG.");
        return well;
    }

    private static long number(DataSource database, String query) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }
}
