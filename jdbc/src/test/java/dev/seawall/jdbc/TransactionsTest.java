package dev.seawall.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.testdatabases.Connections;
import dev.seawall.testdatabases.Database;
import dev.seawall.testdatabases.Server;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TransactionsTest {

    private final Database database = Server.H2.create();
    private final Transactions transactions = Transactions.of(database);

    @BeforeEach
    void create() {
        database.execute("CREATE TABLE t (a integer PRIMARY KEY)");
    }

    @AfterEach
    void drop() {
        database.close();
    }

    private static int insert(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            return statement.executeUpdate("INSERT INTO t VALUES (1)");
        }
    }

    private long rows() {
        return database.number("SELECT COUNT(*) FROM t");
    }

    @Test
    void inTransaction_workThatReturns_isCommitted() throws Exception {
        int inserted = transactions.inTransaction(TransactionsTest::insert);

        assertThat(inserted).isEqualTo(1);
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void inTransaction_workThatThrows_isRolledBackAndThrownOn() {
        Error failure = new AssertionError("not a failure of the test");

        assertThatThrownBy(() -> transactions.inTransaction(connection -> {
                    insert(connection);
                    throw failure;
                }))
                .isSameAs(failure);
        assertThat(rows()).isZero();
    }

    @Test
    void inTransaction_connectionOfAPool_comesBackAsItWas() throws Exception {
        try (Connection pooled = database.getConnection()) {
            pooled.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            Transactions ofPool = Transactions.of(lending(pooled, "00000"));

            int isolation = ofPool.inTransaction(Connection::getTransactionIsolation);

            assertThat(isolation).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
            assertThat(pooled.getAutoCommit()).isTrue();
            assertThat(pooled.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"08006", "57P01", "40003", "HY000"})
    void inTransaction_connectionLostDuringCommit_isUnknown(String state) throws Exception {
        try (Connection connection = database.getConnection()) {
            assertThatThrownBy(
                            () -> Transactions.of(lending(connection, state)).inTransaction(TransactionsTest::insert))
                    .isInstanceOf(CommitOutcomeUnknownException.class)
                    .hasMessageContaining("Look at the database");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"23505", "40001", "40P01"})
    void inTransaction_commitThatTheServerRefuses_isNoUnknownOutcome(String state) throws Exception {
        try (Connection connection = database.getConnection()) {
            assertThatThrownBy(
                            () -> Transactions.of(lending(connection, state)).inTransaction(TransactionsTest::insert))
                    .isInstanceOf(SQLException.class)
                    .hasMessage("commit failed");
        }
        assertThat(rows()).isZero();
    }

    /** Lends one connection, whose commit fails with a state unless that means success. */
    private static Connections lending(Connection connection, String state) {
        Connection lent = (Connection) Proxy.newProxyInstance(
                TransactionsTest.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, args) -> {
                    if (method.getName().equals("close")) {
                        return null;
                    }
                    if (method.getName().equals("commit") && !state.equals("00000")) {
                        throw new SQLException("commit failed", state);
                    }
                    try {
                        return method.invoke(connection, args);
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                });
        return new Connections() {
            @Override
            public Connection getConnection() {
                return lent;
            }
        };
    }
}
