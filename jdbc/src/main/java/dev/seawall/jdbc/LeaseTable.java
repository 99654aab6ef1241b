package dev.seawall.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The statements of heartbeat and partitions. Each is committed by itself, needs no session and holds no lock afterwards, so a
 * node that stands still holds up nobody. They are the same in all dialects.
 */
final class LeaseTable {

    private static final int STATEMENT_SECONDS = 5;

    private final Tables tables;
    private final Dialect dialect;
    private final String work;

    LeaseTable(Tables tables, Dialect dialect, String work) {
        this.tables = tables;
        this.dialect = dialect;
        this.work = work;
    }

    /** Writes down how the work is shared, or checks it against what others wrote. */
    void agree(Connection connection, int partitions, String hash) throws SQLException {
        if (!agrees(connection, partitions, hash)) {
            insertOnce(
                    connection, "INSERT INTO {work} (work, partitions, hash) VALUES (?, ?, ?)", work, partitions, hash);
            agrees(connection, partitions, hash);
        }
        Map<Integer, Long> present =
                epochs(connection, "SELECT part, epoch FROM {partition} WHERE work = ? ORDER BY part", work);
        for (int part = 0; part < partitions; part++) {
            if (!present.containsKey(part)) {
                insertOnce(connection, "INSERT INTO {partition} (work, part) VALUES (?, ?)", work, part);
            }
        }
    }

    /** {@code false} if nobody has written anything yet. */
    private boolean agrees(Connection connection, int partitions, String hash) throws SQLException {
        try (PreparedStatement statement =
                        prepared(connection, "SELECT partitions, hash FROM {work} WHERE work = ?", work);
                ResultSet row = statement.executeQuery()) {
            if (!row.next()) {
                return false;
            }
            if (row.getInt(1) != partitions || !row.getString(2).equals(hash)) {
                throw new DatabaseException(
                        "the work '" + work + "' is shared in " + row.getInt(1) + " partitions by " + row.getString(2)
                                + " in this database, this node is set to " + partitions + " by " + hash
                                + ": all nodes must agree, or the order of keys is lost",
                        null);
            }
            return true;
        }
    }

    /** Unless another node was faster. Committed by itself, so that a duplicate ends no transaction. */
    private void insertOnce(Connection connection, String sql, Object... values) throws SQLException {
        try {
            update(connection, sql, values);
        } catch (SQLException refused) {
            if (!Dialect.isDuplicate(refused)) {
                throw refused;
            }
        }
    }

    void register(Connection connection, String id, String name, Duration ttl) throws SQLException {
        long micros = TimeUnit.NANOSECONDS.toMicros(ttl.toNanos());
        update(
                connection,
                "INSERT INTO {node} (id, name, work, ttl, lease_until) VALUES (?, ?, ?, ?, {now} + ?)",
                id,
                name,
                work,
                micros,
                micros);
    }

    /** Renews the heartbeat; {@code false} if it had expired, or was set to an absurd time. */
    boolean renew(Connection connection, String id) throws SQLException {
        return update(
                        connection,
                        "UPDATE {node} SET lease_until = {now} + ttl"
                                + " WHERE id = ? AND lease_until > {now} AND lease_until <= {now} + 2 * ttl",
                        id)
                == 1;
    }

    void unregister(Connection connection, String id) throws SQLException {
        update(connection, "UPDATE {partition} SET owner = NULL WHERE work = ? AND owner = ?", work, id);
        update(connection, "DELETE FROM {node} WHERE id = ?", id);
    }

    /** The ids of all nodes that share the work at this moment, in order. */
    List<String> liveNodes(Connection connection) throws SQLException {
        List<String> ids = new ArrayList<>();
        try (PreparedStatement statement = prepared(
                        connection,
                        "SELECT id FROM {node} WHERE work = ? AND lease_until > {now} AND lease_until <= {now} + 2 * ttl ORDER BY id",
                        work);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                ids.add(row.getString(1));
            }
        }
        return ids;
    }

    /** The epochs of the partitions that a node owns. */
    Map<Integer, Long> owned(Connection connection, String id) throws SQLException {
        return epochs(
                connection, "SELECT part, epoch FROM {partition} WHERE work = ? AND owner = ? ORDER BY part", work, id);
    }

    private static final String FREE = "(owner IS NULL OR NOT EXISTS (SELECT 1 FROM {node} n WHERE n.id = owner"
            + " AND n.lease_until > {now} AND n.lease_until <= {now} + 2 * n.ttl))";

    /** The epochs of partitions that nobody alive owns. */
    Map<Integer, Long> free(Connection connection) throws SQLException {
        return epochs(
                connection, "SELECT part, epoch FROM {partition} WHERE work = ? AND " + FREE + " ORDER BY part", work);
    }

    /** Takes a partition over if it is still free and nobody else has had it since. */
    boolean take(Connection connection, String id, int part, long epoch) throws SQLException {
        return update(
                        connection,
                        "UPDATE {partition} SET owner = ?, epoch = epoch + 1 WHERE work = ? AND part = ? AND epoch = ? AND "
                                + FREE,
                        id,
                        work,
                        part,
                        epoch)
                == 1;
    }

    /** Hands partitions back, all at once: others wait for each of them. */
    void release(Connection connection, String id, Map<Integer, Long> epochs) throws SQLException {
        List<Object> values = new ArrayList<>(List.of(work, id));
        epochs.forEach((part, epoch) -> {
            values.add(part);
            values.add(epoch);
        });
        String any = "(part = ? AND epoch = ?) OR ".repeat(epochs.size() - 1) + "(part = ? AND epoch = ?)";
        update(
                connection,
                "UPDATE {partition} SET owner = NULL WHERE work = ? AND owner = ? AND (" + any + ")",
                values.toArray());
    }

    /** Forgets nodes that are long dead. */
    void bury(Connection connection) throws SQLException {
        update(connection, "DELETE FROM {node} WHERE lease_until < {now} - 10 * ttl OR lease_until > {now} + 10 * ttl");
    }

    private Map<Integer, Long> epochs(Connection connection, String sql, Object... values) throws SQLException {
        Map<Integer, Long> epochs = new TreeMap<>();
        try (PreparedStatement statement = prepared(connection, sql, values);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                epochs.put(row.getInt(1), row.getLong(2));
            }
        }
        return epochs;
    }

    private int update(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = prepared(connection, sql, values)) {
            return statement.executeUpdate();
        }
    }

    private PreparedStatement prepared(Connection connection, String sql, Object... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(tables.in(sql, dialect));
        statement.setQueryTimeout(STATEMENT_SECONDS);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }
}
