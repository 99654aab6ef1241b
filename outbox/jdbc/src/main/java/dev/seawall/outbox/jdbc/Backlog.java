package dev.seawall.outbox.jdbc;

import dev.seawall.CallInterruptedException;
import dev.seawall.Durations;
import dev.seawall.ResilienceRuntime;
import dev.seawall.jdbc.DatabaseException;
import dev.seawall.jdbc.Dialect;
import dev.seawall.jdbc.Tables;
import dev.seawall.jdbc.Transactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/** The queries on what waits. */
final class Backlog {

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final String PUBLISHABLE =
            "SELECT COUNT(*) FROM (SELECT 1 FROM {outbox_message} m WHERE NOT EXISTS (SELECT 1 FROM {outbox_blocked} b"
                    + " WHERE b.part = m.part AND b.topic = m.topic AND (b.msg_key = m.msg_key OR b.from_seq = m.seq))"
                    + " AND NOT EXISTS (SELECT 1 FROM {outbox_paused} p WHERE p.topic = m.topic) LIMIT 1) the_first";

    private final Transactions transactions;
    private final Tables tables;

    Backlog(DataSource dataSource, Tables tables) {
        this.transactions = Transactions.of(dataSource);
        this.tables = tables;
    }

    /** Whether more messages wait than so many; looks at no more than that. */
    boolean exceeds(long limit) {
        return asked(connection -> number(
                        connection,
                        "SELECT COUNT(*) FROM (SELECT 1 FROM {outbox_message} LIMIT " + (limit + 1) + ") the_first")
                > limit);
    }

    boolean awaitEmpty(ResilienceRuntime runtime, Duration most) {
        long until = Durations.plus(runtime.now(), Durations.toNanos(most));
        return asked(connection -> {
            while (number(connection, PUBLISHABLE) > 0) {
                if (runtime.now() >= until || !slept(runtime)) {
                    return false;
                }
            }
            return true;
        });
    }

    private static boolean slept(ResilienceRuntime runtime) {
        try {
            return runtime.sleep(LOOK_NANOS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CallInterruptedException("outbox relay", "the outbox to be empty", interrupted);
        }
    }

    OutboxBacklog look() {
        return asked(connection -> {
            Map<Integer, Long> partitions = new TreeMap<>();
            long pending = 0;
            long oldest = 0;
            String sql = "SELECT part, COUNT(*), {now} - MIN(created_at) FROM {outbox_message} GROUP BY part";
            try (PreparedStatement statement = prepared(connection, sql);
                    ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    partitions.put(row.getInt(1), row.getLong(2));
                    pending += row.getLong(2);
                    oldest = Math.max(oldest, row.getLong(3));
                }
            }
            return new OutboxBacklog(
                    pending,
                    Duration.of(oldest, ChronoUnit.MICROS),
                    number(connection, "SELECT COUNT(*) FROM {outbox_delayed}"),
                    number(connection, "SELECT COUNT(*) FROM {outbox_blocked} WHERE next_at IS NOT NULL"),
                    number(connection, "SELECT COUNT(*) FROM {outbox_blocked} WHERE next_at IS NULL"),
                    number(connection, "SELECT COUNT(*) FROM {outbox_parked}"),
                    partitions);
        });
    }

    /** One probe of the primary key for each partition. */
    Map<Integer, Duration> lag() {
        String sql = "SELECT p.part, {now} - (SELECT m.created_at FROM {outbox_message} m WHERE m.part = p.part"
                + " ORDER BY m.seq LIMIT 1) FROM {partition} p WHERE p.work = ?";
        return asked(connection -> {
            Map<Integer, Duration> lag = new TreeMap<>();
            try (PreparedStatement statement = prepared(connection, sql)) {
                statement.setString(1, Partitioning.WORK);
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        long micros = row.getLong(2);
                        if (!row.wasNull()) {
                            lag.put(row.getInt(1), Duration.of(Math.max(0, micros), ChronoUnit.MICROS));
                        }
                    }
                }
            }
            return lag;
        });
    }

    private <T> T asked(Transactions.Work<T, RuntimeException> work) {
        try {
            return transactions.autocommitted(work);
        } catch (SQLException refused) {
            throw new DatabaseException("the outbox's tables cannot be read", refused);
        }
    }

    private long number(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = prepared(connection, sql);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    private PreparedStatement prepared(Connection connection, String sql) throws SQLException {
        return connection.prepareStatement(tables.in(sql, Dialect.of(connection)));
    }
}
