package dev.seawall.saga.jdbc;

import dev.seawall.Durations;
import dev.seawall.jdbc.Dialect;
import dev.seawall.jdbc.Tables;
import dev.seawall.saga.SagaKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Statements in the dialect of a database, on tables with the names they have there. */
final class Sql {

    /** Which row; its parameters are a definition and an id. */
    static final String KEY = " WHERE definition = ? AND id = ?";

    /** The same of tables that belong to a saga. */
    static final String OF_SAGA = " WHERE definition = ? AND saga_id = ?";

    private final Tables tables;
    private final Dialect dialect;

    Sql(Tables tables, Dialect dialect) {
        this.tables = tables;
        this.dialect = dialect;
    }

    Dialect dialect() {
        return dialect;
    }

    /** Makes one row of a result. */
    @FunctionalInterface
    interface RowMapper<T> {
        T of(ResultSet row) throws SQLException;
    }

    PreparedStatement prepared(Connection connection, String sql, @Nullable Object... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(tables.in(sql, dialect));
        try {
            bind(statement, values);
        } catch (SQLException | RuntimeException unusable) {
            statement.close();
            throw unusable;
        }
        return statement;
    }

    void bind(PreparedStatement statement, @Nullable Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            bind(statement, i + 1, values[i]);
        }
    }

    private static void bind(PreparedStatement statement, int index, @Nullable Object value) throws SQLException {
        if (value instanceof byte[] bytes) {
            statement.setBytes(index, bytes);
        } else {
            statement.setObject(index, value);
        }
    }

    int update(Connection connection, String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = prepared(connection, sql, values)) {
            return statement.executeUpdate();
        }
    }

    /** The same statement for many rows, in one or few round trips. How many rows it has changed, not every driver tells. */
    void updateAll(Connection connection, String sql, List<@Nullable Object[]> rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = prepared(connection, sql)) {
            for (@Nullable Object[] row : rows) {
                bind(statement, row);
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /** A value and then the parameters of {@link #KEY}. */
    static @Nullable Object[] keyAfter(Object value, SagaKey key) {
        return new @Nullable Object[] {value, key.definition(), key.id().value()};
    }

    <T> List<T> query(Connection connection, String sql, RowMapper<T> mapper, @Nullable Object... values)
            throws SQLException {
        List<T> rows = new ArrayList<>();
        try (PreparedStatement statement = prepared(connection, sql, values);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                rows.add(mapper.of(row));
            }
        }
        return rows;
    }

    static String marks(int many) {
        return String.join(", ", Collections.nCopies(many, "?"));
    }

    /** Points in time and lengths of it are whole microseconds. */
    static long micros(Duration duration) {
        return TimeUnit.NANOSECONDS.toMicros(
                duration.isNegative() ? -Durations.toNanos(duration.negated()) : Durations.toNanos(duration));
    }

    static Duration ofMicros(long micros) {
        return Duration.of(micros, ChronoUnit.MICROS);
    }

    /** Text for people as every database takes it: errors of strangers may have anything in them. */
    static @Nullable String printable(@Nullable String text) {
        return text == null || text.indexOf('\0') < 0 ? text : text.replace('\0', '?');
    }

    @Override
    public String toString() {
        return dialect + " " + tables;
    }
}
