package dev.seawall.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.seawall.Backoff;
import dev.seawall.jdbc.Housekeeping;
import dev.seawall.jdbc.SchemaInstaller;
import dev.seawall.jdbc.Transactions;
import dev.seawall.outbox.Message;
import dev.seawall.outbox.PoisonMessageException;
import dev.seawall.testdatabases.Connections;
import dev.seawall.testdatabases.Database;
import dev.seawall.testdatabases.Server;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The script of rights gives each role what it needs, and no role more. */
final class GrantsTest {

    private final Database database = Server.POSTGRESQL.create();
    private final RecordingPublisher publisher = new RecordingPublisher();

    @BeforeEach
    void install() throws IOException {
        SchemaInstaller.of(database).install(JdbcOutbox.SCHEMA, JdbcInbox.SCHEMA);
        for (String role : new String[] {"shop_app", "shop_relay", "shop_admin"}) {
            database.execute("CREATE ROLE " + role + " LOGIN");
        }
        try (InputStream script = JdbcOutbox.class.getResourceAsStream("/META-INF/seawall/grants.sql")) {
            String sql = new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
            database.execute(sql.split(";\\s*\\n"));
        }
    }

    @AfterEach
    void drop() {
        for (String role : new String[] {"shop_app", "shop_relay", "shop_admin"}) {
            database.execute("DROP OWNED BY " + role, "DROP ROLE " + role);
        }
        database.close();
    }

    private Connections as(String role) {
        return new Connections() {
            @Override
            public Connection getConnection() throws SQLException {
                return DriverManager.getConnection(database.url().replaceAll("user=\\w+", "user=" + role));
            }
        };
    }

    private void add(String key, String text) throws SQLException {
        JdbcOutbox outbox =
                JdbcOutbox.builder().backlogLimit(as("shop_app"), 1_000).build();
        Transactions.of(as("shop_app"))
                .inTransaction(connection -> outbox.add(connection, Message.of("orders", key, text)));
    }

    @Test
    void grants_ofEachRole_sufficeForItsWork() throws Exception {
        AtomicBoolean failed = new AtomicBoolean();
        publisher.answering(message -> switch (RecordingPublisher.text(message)) {
            case "bad" -> RecordingPublisher.failure(new PoisonMessageException("bad", null));
            case "fails at first" ->
                failed.getAndSet(true) ? null : RecordingPublisher.failure(new IllegalStateException("once"));
            default -> null;
        });
        add("a", "good");
        add("b", "bad");
        add("c", "fails at first");
        try (OutboxRelay relay = OutboxRelay.builder(as("shop_relay"))
                .publisher(publisher)
                .retry(5, Backoff.fixed(Duration.ofMillis(10)))
                .build()
                .start()) {
            ParkedMessages admin = ParkedMessages.of(as("shop_admin"));
            await().atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(admin.list(10)).hasSize(1));
            admin.pause("other", "ada");
            admin.resume("other", "ada");
            assertThat(admin.discard(admin.list(10).get(0).messageId(), "ada")).isTrue();

            assertThat(relay.drain(Duration.ofSeconds(20))).isTrue();
            assertThat(relay.backlog().parked()).isZero();
        }
        boolean first = Transactions.of(as("shop_app"))
                .inTransaction(connection -> JdbcInbox.create().once(connection, "m", "c", () -> {}));

        assertThat(first).isTrue();
        assertThat(publisher.texts()).containsExactlyInAnyOrder("good", "fails at first");
    }

    @Test
    void grants_ofTheRelay_sufficeWithoutOrderAndForHousekeeping() throws Exception {
        add("a", "good");
        JdbcOutbox outbox = JdbcOutbox.builder().build();
        try (OutboxRelay relay = OutboxRelay.builder(as("shop_relay"))
                        .publisher(publisher)
                        .unordered()
                        .archivePublished()
                        .build()
                        .start();
                Housekeeping housekeeping = Housekeeping.builder(as("shop_relay"))
                        .every(Duration.ofMillis(10), outbox.forgettingPublished(Duration.ZERO))
                        .every(Duration.ofMillis(10), JdbcInbox.create().forgetting(Duration.ofDays(1)))
                        .build()
                        .start()) {
            assertThat(relay.drain(Duration.ofSeconds(60))).isTrue();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> housekeeping.snapshot().get(0).rows() == 1
                            && housekeeping.snapshot().get(1).sinceLastRun() != null);
            assertThat(housekeeping.snapshot()).allMatch(chore -> chore.lastFailure() == null);
        }
        assertThat(publisher.texts()).containsExactly("good");
    }

    @Test
    void grants_ofTheProducer_letItDeleteNothing() throws Exception {
        add("a", "good");

        assertThatThrownBy(() -> Transactions.of(as("shop_app")).autocommitted(connection -> {
                    try (var statement = connection.createStatement()) {
                        return statement.executeUpdate("DELETE FROM seawall_outbox_message");
                    }
                }))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("permission denied");
    }
}
