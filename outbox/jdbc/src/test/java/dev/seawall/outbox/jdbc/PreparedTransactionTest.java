package dev.seawall.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.seawall.jdbc.DatabaseException;
import dev.seawall.jdbc.SchemaInstaller;
import dev.seawall.jdbc.Transactions;
import dev.seawall.outbox.Message;
import dev.seawall.testdatabases.Database;
import dev.seawall.testdatabases.Server;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What PostgreSQL has that others have not, and that a mark must not be misled by. */
@Timeout(180)
final class PreparedTransactionTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int LOOKS = 6; // more than it takes for a mark to rise twice

    private final Database database = Server.POSTGRESQL.create();
    private final RecordingPublisher publisher = new RecordingPublisher();
    private final JdbcOutbox outbox = JdbcOutbox.builder().build();
    private final AtomicInteger looks = new AtomicInteger();

    @BeforeEach
    void install() {
        SchemaInstaller.of(database).install(JdbcOutbox.SCHEMA);
    }

    @AfterEach
    void drop() {
        database.close();
    }

    private OutboxRelay relay() {
        SteeredDataSource.Witness probes = new SteeredDataSource.Witness() {
            @Override
            public void after(String sql) {
                if (sql.contains("FROM pg_locks")) {
                    looks.incrementAndGet();
                }
            }
        };
        return OutboxRelay.builder(new SteeredDataSource(database, UnaryOperator.identity(), probes))
                .publisher(publisher)
                .workers(1)
                .build();
    }

    private void add(String text) throws SQLException {
        Transactions.of(database).inTransaction(connection -> outbox.add(connection, Message.of("orders", "a", text)));
    }

    private void awaitLooks() {
        int before = looks.get();
        await().atMost(LONG).until(() -> looks.get() >= before + LOOKS);
    }

    @Test
    void message_ofATransactionThatIsPrepared_isNotPassedOver() throws Exception {
        try (OutboxRelay relay = relay().start()) {
            add("before");
            assertThat(relay.drain(LONG)).isTrue();
            awaitLooks();
            try (Connection connection = database.getConnection();
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                outbox.add(connection, Message.of("orders", "a", "prepared"));
                awaitLooks(); // it is known to be open
                statement.execute("PREPARE TRANSACTION 'seawall'");
            }
            add("after");
            await().atMost(LONG).until(() -> publisher.texts().contains("after"));
            awaitLooks();
            assertThat(publisher.texts()).containsExactly("before", "after");

            database.execute("COMMIT PREPARED 'seawall'");

            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(publisher.texts()).containsExactly("before", "after", "prepared"));
        }
    }

    @Test
    void start_onADatabaseThatTakesNoWrites_isRefused() {
        database.execute("ALTER DATABASE " + database.name() + " SET default_transaction_read_only = on");

        try (OutboxRelay relay = relay()) {
            assertThatThrownBy(relay::start)
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("connect to the primary");
        }
    }
}
