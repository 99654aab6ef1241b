package dev.seawall.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.seawall.testdatabases.Database;
import dev.seawall.testdatabases.Server;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** For how long a client may stand still in a transaction. */
final class IdlenessTest {

    private final Database database = Server.POSTGRESQL.create();
    private Connection connection;

    @BeforeEach
    void begin() throws SQLException {
        connection = database.getConnection();
        connection.setAutoCommit(false);
    }

    @AfterEach
    void drop() throws SQLException {
        connection.close();
        database.close();
    }

    private String limit() throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("SHOW idle_in_transaction_session_timeout")) {
            row.next();
            return row.getString(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"PT90S, 90s", "PT2.5009S, 2500ms", "PT9999999H, 2147483647ms"})
    void limitIdleness_inATransaction_holdsUntilItsEnd(Duration longest, String setting) throws Exception {
        Dialect.POSTGRESQL.limitIdleness(connection, longest);
        assertThat(limit()).isEqualTo(setting);

        connection.commit();

        assertThat(limit()).isEqualTo("0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0.05S", "PT0S", "PT-1S"})
    void limitIdleness_clientStandsStill_othersGetWhatItHasLocked(Duration longest) throws Exception {
        database.execute("CREATE TABLE t (a integer)");
        try (var statement = connection.createStatement()) {
            statement.execute("LOCK TABLE t");
        }
        Dialect.POSTGRESQL.limitIdleness(connection, longest);

        await().atMost(Duration.ofSeconds(60))
                .until(() -> database.number("SELECT COUNT(*) FROM pg_locks"
                                + " WHERE relation = 't'::regclass AND database = (SELECT oid FROM pg_database"
                                + " WHERE datname = current_database())")
                        == 0);

        assertThatThrownBy(this::limit).isInstanceOf(SQLException.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"H2", "MARIADB"})
    void limitIdleness_databaseWithoutSuchASetting_leavesTheTransactionAlone(Dialect dialect) throws Exception {
        try (Database other = Server.valueOf(dialect.name()).create();
                Connection transaction = other.getConnection()) {
            transaction.setAutoCommit(false);

            dialect.limitIdleness(transaction, Duration.ofMillis(1));

            try (var statement = transaction.createStatement()) {
                assertThat(statement.execute("SELECT 1")).isTrue();
            }
            transaction.rollback();
        }
    }
}
