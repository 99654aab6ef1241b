package dev.seawall.jdbc;

import dev.seawall.Require;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Deletes rows whose time has come. */
record OldRows(Tables tables, String table, String column, Duration age) implements Chore {

    private static final Duration LONGEST = Duration.ofDays(36_500);

    OldRows {
        Objects.requireNonNull(tables, "tables");
        Tables.requireIdentifier("table", table);
        Tables.requireIdentifier("column", column);
        Require.check(
                Require.notNegative("age", age).compareTo(LONGEST) <= 0, "age must be at most 36500 days, was %s", age);
    }

    @Override
    public String name() {
        return "old rows of " + tables.prefix() + table;
    }

    @Override
    public int run(Connection connection) throws SQLException {
        Dialect dialect = Dialect.of(connection);
        try (PreparedStatement statement = connection.prepareStatement(tables.in(sql(dialect), dialect))) {
            statement.setLong(1, TimeUnit.NANOSECONDS.toMicros(age.toNanos()));
            return statement.executeUpdate();
        }
    }

    /** The clock is read in a query of its own on PostgreSQL: a function of changing result is compared row by row, not by index. */
    private String sql(Dialect dialect) {
        String rows = "{" + table + "}";
        String due = " WHERE " + column + " < {now} - ?";
        return switch (dialect) {
            case POSTGRESQL ->
                "DELETE FROM " + rows + " WHERE ctid = ANY (ARRAY(SELECT ctid FROM " + rows + " WHERE " + column
                        + " < (SELECT {now} - ?) ORDER BY " + column + " LIMIT 1000))";
            case MARIADB -> "DELETE FROM " + rows + due + " ORDER BY " + column + " LIMIT 1000";
            case H2 -> "DELETE FROM " + rows + due + " LIMIT 1000";
        };
    }
}
