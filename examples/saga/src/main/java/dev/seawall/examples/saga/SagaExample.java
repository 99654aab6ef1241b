package dev.seawall.examples.saga;

import dev.seawall.jdbc.SchemaInstaller;
import dev.seawall.saga.Saga;
import dev.seawall.saga.SagaEngine;
import dev.seawall.saga.SagaId;
import dev.seawall.saga.SagaKey;
import dev.seawall.saga.SagaResult;
import dev.seawall.saga.jdbc.JdbcSagaStore;
import dev.seawall.saga.jdbc.ParticipantGuard;
import dev.seawall.test.ChildJvm;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Orders are created by sagas: reserve the stock, take the payment, confirm, notify. The first worker is killed when a payment was
 * made and its answer has not come; the second one finds what it left, and brings every order to its end.
 */
public final class SagaExample {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> TABLES = List.of("reservation", "payment", "confirmed", "mail");

    private SagaExample() {}

    /** Takes {@code --fast} for fewer orders and {@code --fail STEP}; ends with 1 if something is wrong, 3 for wrong usage. */
    public static void main(String[] args) throws Exception {
        int orders = 8;
        String failing = "";
        for (int i = 0; i < args.length; i++) {
            if (args[i].equals("--fast")) {
                orders = 3;
            } else if (args[i].equals("--fail") && i + 1 < args.length && CreateOrder.STEPS.contains(args[i + 1])) {
                failing = args[++i];
            } else {
                System.err.println("Usage: examples/saga/run [--fast] [--fail STEP], a step being one of "
                        + String.join(", ", CreateOrder.STEPS));
                System.exit(3);
            }
        }
        System.exit(run(orders, failing, System.out) ? 0 : 1);
    }

    static boolean run(int orders, String failing, PrintStream out) throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                .setServerConfig("synchronous_commit", "on")
                .start()) {
            String url = postgres.getJdbcUrl("postgres", "postgres");
            PGSimpleDataSource database = new PGSimpleDataSource();
            database.setUrl(url);
            SchemaInstaller.of(database).install(JdbcSagaStore.SCHEMA, ParticipantGuard.SCHEMA);
            Services.create(database);
            Saga<Order> createOrder = CreateOrder.definition(new Services(database), failing);
            out.println(createOrder.mermaid());

            killInTheMiddle(url, failing, orders, out);
            try (ChildJvm second = worker("second", url, failing, orders)) {
                second.awaitLine("started"::equals, PATIENCE);
                out.println("the second worker has started, and takes over");
                return judge(database, createOrder, failing, orders, out);
            }
        }
    }

    private static void killInTheMiddle(String url, String failing, int orders, PrintStream out) throws Exception {
        try (ChildJvm first = worker("first", url, failing, orders)) {
            boolean pays = CreateOrder.STEPS.indexOf(failing) != 0 && CreateOrder.STEPS.indexOf(failing) != 1;
            first.awaitLine(line -> line.equals(pays ? WorkerProcess.PAID : "started"), PATIENCE);
            first.kill();
            out.printf(
                    "the first worker is dead%s: kill -9 %d%n",
                    pays ? ", a payment of order-1 was made and not noted" : "", first.pid());
        }
    }

    private static ChildJvm worker(String name, String url, String failing, int orders) {
        return ChildJvm.of(WorkerProcess.class)
                .args(name, url, failing, Integer.toString(orders))
                .jvmOptions(
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        WorkerProcess.hangsAt(name.equals("first") ? "order-1" : "none"))
                .start();
    }

    /** Waits for the end of each, and looks whether it did all or nothing. */
    private static boolean judge(
            DataSource database, Saga<Order> createOrder, String failing, int orders, PrintStream out)
            throws SQLException {
        boolean undone = !failing.isEmpty() && !failing.equals("notify");
        boolean well = true;
        SagaEngine engine = WorkerProcess.engine(database, "observer", createOrder); // not started: it only looks
        for (int i = 1; i <= orders; i++) {
            String id = "order-" + i;
            SagaResult<Order> result = engine.handle(createOrder, SagaId.of(id)).await(PATIENCE);
            Report.print(out, id, result, engine.admin().history(new SagaKey(createOrder.name(), SagaId.of(id))));
            boolean ended = undone
                    ? result instanceof SagaResult.Compensated<Order>
                    : result instanceof SagaResult.Completed<Order>;
            well &= ended && effects(database, id).equals(undone ? "0000" : "1111");
        }
        out.println();
        out.println(
                !well
                        ? "SOMETHING WENT WRONG."
                        : undone
                                ? "Each order was undone completely: nothing is reserved, paid or confirmed."
                                : "Each order was reserved, paid, confirmed and announced once.");
        return well;
    }

    /** How often each table has it. */
    private static String effects(DataSource database, String id) throws SQLException {
        StringBuilder counts = new StringBuilder();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            for (String table : TABLES) {
                try (ResultSet row =
                        statement.executeQuery("SELECT count(*) FROM " + table + " WHERE order_id = '" + id + "'")) {
                    row.next();
                    counts.append(row.getLong(1));
                }
            }
        }
        return counts.toString();
    }
}
