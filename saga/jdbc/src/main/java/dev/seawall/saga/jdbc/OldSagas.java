package dev.seawall.saga.jdbc;

import dev.seawall.Require;
import dev.seawall.jdbc.Chore;
import dev.seawall.jdbc.Dialect;
import dev.seawall.jdbc.Tables;
import dev.seawall.saga.SagaKey;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Deletes sagas that ended long ago, with all that belongs to them. */
record OldSagas(Tables tables, Duration age) implements Chore {

    private static final int MOST = 100; // each has a history
    private static final Duration LONGEST = Duration.ofDays(36_500);

    OldSagas {
        Objects.requireNonNull(tables, "tables");
        Require.check(
                Require.notNegative("age", age).compareTo(LONGEST) <= 0, "age must be at most 36500 days, was %s", age);
    }

    @Override
    public String name() {
        return "ended sagas of " + tables.prefix();
    }

    /** In one short transaction: an operator may take up a saga that has ended, and then it is all there or gone. */
    @Override
    public int run(Connection connection) throws SQLException {
        Sql sql = new Sql(tables, Dialect.of(connection));
        connection.setAutoCommit(false);
        try {
            List<SagaKey> old = old(connection, sql);
            for (String table : List.of("{saga_log}", "{saga_signal}")) {
                sql.updateAll(connection, "DELETE FROM " + table + Sql.OF_SAGA, keys(old));
            }
            sql.updateAll(connection, "DELETE FROM {saga}" + Sql.KEY, keys(old));
            connection.commit();
            return old.size();
        } catch (Throwable failure) {
            connection.rollback();
            throw failure;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private List<SagaKey> old(Connection connection, Sql sql) throws SQLException {
        SagaRows rows = new SagaRows(sql);
        return sql.query(
                connection,
                "SELECT definition, id FROM {saga} WHERE ended_at < (SELECT {now} - ?) ORDER BY ended_at LIMIT " + MOST
                        + " FOR UPDATE SKIP LOCKED",
                row -> rows.key(row, "id"),
                Sql.micros(age));
    }

    private static List<@Nullable Object[]> keys(List<SagaKey> keys) {
        return keys.stream()
                .map(key -> new @Nullable Object[] {key.definition(), key.id().value()})
                .toList();
    }
}
