package dev.seawall.examples.outbox;

import com.rabbitmq.client.ConnectionFactory;
import dev.seawall.jdbc.SchemaInstaller;
import dev.seawall.outbox.jdbc.JdbcInbox;
import dev.seawall.outbox.jdbc.JdbcOutbox;
import dev.seawall.test.ChildJvm;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A shop takes orders, and writes for each an event into its outbox. A relay in a process of its own brings them to an AMQP broker,
 * and is killed again and again, in the middle of its work. An invoicing service, with an inbox, must in the end have written one
 * invoice for each order, in the order of each customer.
 */
public final class OutboxExample {

    private static final Duration BETWEEN_KILLS = Duration.ofMillis(1_500);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private OutboxExample() {}

    /** Takes {@code --fast} for fewer orders and kills; ends with 1 if an invoice is missing, doubled or out of order. */
    public static void main(String[] args) throws Exception {
        boolean fast = args.length > 0 && args[0].equals("--fast");
        System.exit(run(fast ? 400 : 2_000, fast ? 2 : 6, System.out) ? 0 : 1);
    }

    static boolean run(int orders, int kills, PrintStream out) throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                        .setServerConfig("synchronous_commit", "on")
                        .start();
                EmbeddedBroker broker = EmbeddedBroker.start()) {
            String url = postgres.getJdbcUrl("postgres", "postgres");
            PGSimpleDataSource database = new PGSimpleDataSource();
            database.setUrl(url);
            SchemaInstaller.of(database).install(JdbcOutbox.SCHEMA, JdbcInbox.SCHEMA);
            ConnectionFactory brokers = broker.factory();
            Invoicing.declareQueue(brokers);

            Shop shop = new Shop(database);
            try (Invoicing invoicing = Invoicing.start(database, brokers)) {
                out.printf(
                        "%d orders, 1 in 10 of them cancelled before its commit; the relay is killed %d times%n",
                        orders, kills);
                CompletableFuture<Void> selling = CompletableFuture.runAsync(() -> shop.sell(orders));
                killAgainAndAgain(url, broker.port(), kills, out);
                selling.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                try (ChildJvm last = relay(url, broker.port())) {
                    return Summary.await(database, invoicing, last, PATIENCE).print(out);
                }
            }
        }
    }

    private static void killAgainAndAgain(String url, int brokerPort, int kills, PrintStream out) throws Exception {
        for (int kill = 1; kill <= kills; kill++) {
            try (ChildJvm relay = relay(url, brokerPort)) {
                relay.awaitLine("publishing"::equals, PATIENCE);
                relay.exited()
                        .completeOnTimeout(0, BETWEEN_KILLS.toMillis(), TimeUnit.MILLISECONDS)
                        .join();
                relay.kill();
                out.printf("  relay %d of %d is dead: kill -9 %d%n", kill, kills, relay.pid());
            }
        }
    }

    private static ChildJvm relay(String url, int brokerPort) {
        return ChildJvm.of(RelayProcess.class)
                .args(url, Integer.toString(brokerPort))
                .jvmOptions(List.of("-Xmx128m", "-XX:+UseSerialGC").toArray(String[]::new))
                .start();
    }
}
