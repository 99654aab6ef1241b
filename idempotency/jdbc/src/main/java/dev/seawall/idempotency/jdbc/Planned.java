package dev.seawall.idempotency.jdbc;

import dev.seawall.jdbc.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Statements, found out on the first connection and made again after 100, 1,000 and more uses, up to a million. PostgreSQL keeps the
 * plan of a prepared statement until it gathers new statistics; one that was made for a table with no rows reads it as a whole, and
 * goes on so while it grows. Another text has another plan.
 *
 * <p><b>Threads:</b> safe for any number of threads.
 *
 * @param <T> what holds the statements
 */
final class Planned<T> {

    private static final int FIRST = 100;
    private static final int LAST = 1_000_000;

    private final Tables tables;
    private final Function<Table, T> maker;
    private final AtomicLong uses = new AtomicLong();
    private volatile @Nullable Table table;
    private volatile @Nullable T statements;

    Planned(Tables tables, Function<Table, T> maker) {
        this.tables = tables;
        this.maker = maker;
    }

    T on(Connection connection) throws SQLException {
        Table known = table;
        T current = statements;
        if (known == null || current == null) {
            return make(Table.on(connection, tables));
        }
        return isDue(uses.incrementAndGet()) ? make(known.planned(known.plan + 1)) : current;
    }

    private T make(Table on) {
        T fresh = maker.apply(on);
        statements = fresh;
        table = on;
        return fresh;
    }

    private static boolean isDue(long uses) {
        if (uses > LAST) {
            return false;
        }
        for (long due = FIRST; due <= uses; due *= 10) {
            if (due == uses) {
                return true;
            }
        }
        return false;
    }
}
