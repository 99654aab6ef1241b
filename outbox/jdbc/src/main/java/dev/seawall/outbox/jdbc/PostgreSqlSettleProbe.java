package dev.seawall.outbox.jdbc;

import dev.seawall.jdbc.Dialect;
import dev.seawall.jdbc.Tables;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Who inserts holds a lock on the table (ROW EXCLUSIVE) from before it takes a sequence value until its transaction ends. So when
 * none of those who held that lock after the last value was read holds it any more, nothing up to that value is under way. A
 * prepared transaction changes its id, so while there is one, nothing is settled.
 */
final class PostgreSqlSettleProbe implements SettleProbe {

    private static final String PREPARED = "prepared";

    private final Tables tables;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile long settled;
    private final AtomicInteger restarts = new AtomicInteger();

    // guarded by lock
    private @Nullable String sequence;
    private long candidate; // settled when all of suspects have ended
    private Set<String> suspects = Set.of();

    PostgreSqlSettleProbe(Tables tables) {
        this.tables = tables;
    }

    @Override
    public long settled() {
        return settled;
    }

    @Override
    public int restarts() {
        return restarts.get();
    }

    @Override
    public void forget() {
        lock.lock();
        try {
            startAnew();
        } finally {
            lock.unlock();
        }
    }

    private void startAnew() {
        settled = 0;
        candidate = 0;
        suspects = Set.of();
        restarts.incrementAndGet();
    }

    /** Two statements, in this order, each with a snapshot of its own. */
    @Override
    public void look(Connection connection) throws SQLException {
        if (!lock.tryLock()) {
            return; // another worker is looking
        }
        try {
            long last = lastValue(connection);
            if (last < settled) {
                startAnew(); // somebody has set the sequence back
            }
            Set<String> writers = writers(connection);
            if (suspects.stream().noneMatch(writers::contains) && !writers.contains(PREPARED)) {
                settled = Math.max(settled, candidate);
                candidate = last;
                suspects = writers;
                if (writers.isEmpty()) {
                    settled = Math.max(settled, last);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private long lastValue(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM " + sequence(connection))) {
            row.next();
            return row.getLong(1);
        }
    }

    private String sequence(Connection connection) throws SQLException {
        String known = sequence;
        if (known != null) {
            return known;
        }
        try (PreparedStatement statement = connection.prepareStatement("SELECT pg_get_serial_sequence(?, 'seq')")) {
            statement.setString(1, table());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                String found = row.getString(1); // quoted by the server
                sequence = found;
                return found;
            }
        }
    }

    private String table() {
        return tables.name("outbox_message", Dialect.POSTGRESQL);
    }

    private Set<String> writers(Connection connection) throws SQLException {
        Set<String> writers = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT virtualtransaction, pid FROM pg_locks
                WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND granted AND relation = ?::regclass
                  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())""")) {
            statement.setString(1, table());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    writers.add(row.getObject(2) == null ? PREPARED : row.getString(1));
                }
            }
        }
        return writers;
    }
}
