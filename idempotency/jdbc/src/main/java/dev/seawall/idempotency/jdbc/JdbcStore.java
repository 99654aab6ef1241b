package dev.seawall.idempotency.jdbc;

import dev.seawall.Require;
import dev.seawall.idempotency.Fingerprint;
import dev.seawall.idempotency.IdempotencyStore;
import dev.seawall.idempotency.IdempotencyStoreException;
import dev.seawall.idempotency.Key;
import dev.seawall.idempotency.StoredAnswer;
import dev.seawall.jdbc.DatabaseException;
import dev.seawall.jdbc.Dialect;
import dev.seawall.jdbc.Tables;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Claims and answers in a table. Each statement is committed by itself, so that no lock outlives it. One that the database gives up
 * for the sake of others (a deadlock, a serialization failure) had no effect and is asked again.
 */
final class JdbcStore implements IdempotencyStore {

    private static final int MOST_TRIES = 50;
    private static final String HELD = " WHERE key_hash = ? AND token = ? AND answer IS NULL AND expires_at > {now}";

    /** The statements, for one dialect. */
    private static final class Statements {

        private final Dialect dialect;
        private final Claiming claiming;
        private final String extend;
        private final String save;
        private final String complete;
        private final String delete;
        private final String free;

        Statements(Table table) {
            boolean postgreSql = table.dialect == Dialect.POSTGRESQL;
            this.dialect = table.dialect;
            this.claiming = postgreSql ? new PostgreSqlClaiming(table) : new PortableClaiming(table);
            this.extend = table.sql("UPDATE {idempotency} SET claimed_until = {now} + ?, "
                    + "expires_at = GREATEST(expires_at, {now} + ?)" + HELD);
            this.save = table.sql("UPDATE {idempotency} SET points = " + appended(table.dialect) + HELD);
            this.complete = table.sql(
                    "UPDATE {idempotency} SET "
                            + "expires_at = CASE WHEN answer IS NULL THEN {now} + ? ELSE expires_at END, "
                            + "answer = COALESCE(answer, ?), points = NULL WHERE key_hash = ? AND token = ? AND expires_at > {now}");
            this.delete = table.sql("DELETE FROM {idempotency}" + HELD + " AND points IS NULL");
            this.free = table.sql(
                    "UPDATE {idempotency} SET token = NULL, claimed_until = 0" + HELD + " AND points IS NOT NULL");
        }
    }

    private static String appended(Dialect dialect) {
        return switch (dialect) {
            case POSTGRESQL -> "COALESCE(points, ''::bytea) || ?";
            case MARIADB -> "CONCAT(COALESCE(points, ''), ?)";
            case H2 -> "COALESCE(points, X'') || CAST(? AS varbinary(100000000))";
        };
    }

    /** Something to do on a connection; {@code null} if it must be tried again. */
    @FunctionalInterface
    private interface Step<R> {
        @Nullable
        R on(Connection connection, Statements statements) throws SQLException;
    }

    private final DataSource dataSource;
    private final Tables tables;
    private final Planned<Statements> statements;

    JdbcStore(DataSource dataSource, Tables tables) {
        this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
        this.tables = Objects.requireNonNull(tables, "tables");
        this.statements = new Planned<>(tables, Statements::new);
    }

    @Override
    public Claim claim(Key key, Fingerprint fingerprint, UUID token, Duration claimFor, Duration keepFor) {
        Claiming.Wish wish = new Claiming.Wish(key, fingerprint, token, claimFor, keepFor);
        return run("claim", key, (connection, sql) -> sql.claiming.claim(connection, wish));
    }

    @Override
    public boolean extend(Key key, UUID token, Duration claimFor) {
        return run("extend", key, (connection, sql) -> {
            try (PreparedStatement statement = connection.prepareStatement(sql.extend)) {
                statement.setLong(1, Table.micros(claimFor));
                statement.setLong(2, Table.micros(claimFor));
                return asHolder(sql, statement, 3, key, token);
            }
        });
    }

    @Override
    public boolean save(Key key, UUID token, String point, StoredAnswer result) {
        byte[] written = Points.written(point, result);
        return run("save", key, (connection, sql) -> {
            try (PreparedStatement statement = connection.prepareStatement(sql.save)) {
                statement.setBytes(1, written);
                return asHolder(sql, statement, 2, key, token);
            }
        });
    }

    @Override
    public boolean complete(Key key, UUID token, StoredAnswer answer, Duration keepFor) {
        return run("complete", key, (connection, sql) -> {
            try (PreparedStatement statement = connection.prepareStatement(sql.complete)) {
                statement.setLong(1, Table.micros(keepFor));
                statement.setBytes(2, answer.bytes());
                return asHolder(sql, statement, 3, key, token);
            }
        });
    }

    @Override
    public boolean release(Key key, UUID token) {
        return run("release", key, (connection, sql) -> {
            try (PreparedStatement delete = connection.prepareStatement(sql.delete)) {
                if (asHolder(sql, delete, 1, key, token)) {
                    return true;
                }
            }
            try (PreparedStatement free = connection.prepareStatement(sql.free)) {
                return asHolder(sql, free, 1, key, token);
            }
        });
    }

    private static boolean asHolder(Statements sql, PreparedStatement statement, int from, Key key, UUID token)
            throws SQLException {
        statement.setBytes(from, key.hash());
        sql.dialect.setId(statement, from + 1, token);
        return statement.executeUpdate() == 1;
    }

    @Override
    public int purge(int most) {
        Purge purge = new Purge(tables, Require.atLeast("most", most, 1));
        return run("purge", null, (connection, sql) -> purge.run(connection));
    }

    private <R> R run(String what, @Nullable Key key, Step<R> step) {
        SQLException last = null;
        for (int i = 0; i < MOST_TRIES; i++) {
            try {
                R done = autocommitted(step);
                if (done != null) {
                    return done;
                }
            } catch (SQLException refused) {
                if (!isGivenUp(refused)) {
                    throw failure(what, key, refused);
                }
                last = refused;
            } catch (DatabaseException | IllegalArgumentException unusable) {
                throw failure(what, key, unusable);
            }
        }
        throw failure(what + " (tried " + MOST_TRIES + " times)", key, last);
    }

    private static IdempotencyStoreException failure(String what, @Nullable Key key, @Nullable Exception cause) {
        return new IdempotencyStoreException("the database could not " + what + (key == null ? "" : " " + key), cause);
    }

    /** Class 40 is a transaction rolled back for others; H2 calls it a concurrent update. */
    private static boolean isGivenUp(SQLException refused) {
        String state = refused.getSQLState();
        return state != null && ((state.startsWith("40") && !state.equals("40003")) || state.equals("90131"));
    }

    private <R> @Nullable R autocommitted(Step<R> step) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            boolean before = connection.getAutoCommit();
            if (!before) {
                connection.setAutoCommit(true);
            }
            try {
                return step.on(connection, statements.on(connection));
            } finally {
                if (!before) {
                    connection.setAutoCommit(false);
                }
            }
        }
    }

    @Override
    public String toString() {
        return "idempotency store in " + tables;
    }
}
