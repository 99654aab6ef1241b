package dev.seawall.idempotency.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.Call;
import dev.seawall.CallInterruptedException;
import dev.seawall.idempotency.Outcome.Executed;
import dev.seawall.idempotency.Outcome.InProgress;
import dev.seawall.idempotency.Outcome.Replayed;
import dev.seawall.testdatabases.Server;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The suite, and what holds on PostgreSQL alone. */
final class JdbcIdempotencyOnPostgreSqlTest extends JdbcIdempotencyTck {

    JdbcIdempotencyOnPostgreSqlTest() {
        super(Server.POSTGRESQL);
    }

    private static Connection begun(Connection connection, int isolation) throws SQLException {
        connection.setTransactionIsolation(isolation);
        connection.setAutoCommit(false);
        return connection;
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void execute_repeatableReadThatBeganBefore_isASerializationFailureAfterTheWork() throws Exception {
        try (Connection late = begun(database.getConnection(), Connection.TRANSACTION_REPEATABLE_READ)) {
            run(late, "SELECT 1 FROM effect"); // takes the snapshot
            pay("first");

            assertThatThrownBy(() -> idempotency.execute(late, key, REQUEST, () -> "second"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            failure -> assertThat(failure.getSQLState()).isEqualTo("40001"));
            late.rollback();

            assertThat(idempotency.execute(late, key, REQUEST, () -> "third")).isEqualTo(new Replayed<>("first"));
        }
    }

    @Test
    void execute_otherKeyWithTheSameLock_isDelayedAndNoMore() throws Exception {
        JdbcIdempotency impatient =
                JdbcIdempotency.builder().maxWait(Duration.ofMillis(20)).build();
        try (Connection other = begun(database.getConnection(), Connection.TRANSACTION_READ_COMMITTED)) {
            run(
                    other,
                    "SELECT pg_advisory_xact_lock("
                            + ByteBuffer.wrap(key.hash()).getLong() + ")");

            assertThat(pay(impatient, "early")).isInstanceOf(InProgress.class);
            other.rollback();
        }

        assertThat(pay(impatient, "late")).isEqualTo(new Executed<>("late"));
    }

    @Test
    void execute_replayWhileAnotherHoldsTheLock_doesNotWait() throws Exception {
        pay("first");
        JdbcIdempotency impatient =
                JdbcIdempotency.builder().maxWait(Duration.ZERO).build();
        try (Connection replaying = begun(database.getConnection(), Connection.TRANSACTION_READ_COMMITTED)) {
            idempotency.execute(replaying, key, REQUEST, () -> "never");

            assertThat(pay(impatient, "second")).isEqualTo(new Replayed<>("first"));
        }
    }

    @Test
    void execute_interruptedWhileItWaits_throwsAndKeepsTheInterrupt() throws Exception {
        try (Connection other = begun(database.getConnection(), Connection.TRANSACTION_READ_COMMITTED)) {
            idempotency.execute(other, key, REQUEST, () -> "first");

            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> pay("second")).isInstanceOf(CallInterruptedException.class);

            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void execute_sessionKilledInTheWork_leavesNothing() throws Exception {
        try (Connection doomed = begun(database.getConnection(), Connection.TRANSACTION_READ_COMMITTED)) {
            assertThatThrownBy(() -> idempotency.execute(doomed, key, REQUEST, (Call<String, SQLException>) () -> {
                        effect(doomed, "lost");
                        kill(doomed);
                        return "lost";
                    }))
                    .isInstanceOf(SQLException.class);
        }

        assertThat(effects()).isZero();
        assertThat(pay("second")).isEqualTo(new Executed<>("second"));
    }

    private void kill(Connection doomed) throws SQLException {
        try (var statement = doomed.createStatement();
                var row = statement.executeQuery("SELECT pg_backend_pid()")) {
            row.next();
            database.execute("SELECT pg_terminate_backend(" + row.getInt(1) + ")");
        }
    }
}
