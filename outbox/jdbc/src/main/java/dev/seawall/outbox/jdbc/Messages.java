package dev.seawall.outbox.jdbc;

import dev.seawall.jdbc.Dialect;
import dev.seawall.jdbc.Tables;
import dev.seawall.outbox.jdbc.Row.KeyName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The statements on the table of messages. Reading takes no locks; acknowledging deletes what was published, and only where this
 * node still owns the partition in the same epoch.
 */
abstract class Messages {

    static final String COLUMNS =
            "part, seq, topic, msg_key, keyed, id, type, version, content_type, headers, created_at";

    static final String ARCHIVED = COLUMNS + ", payload";
    private static final int MOST_IN_A_STATEMENT = 500;
    private static final Duration LONGEST_STANDSTILL = Duration.ofSeconds(2);

    final Tables tables;
    final Dialect dialect;
    final boolean archiving;

    Messages(Tables tables, Dialect dialect, boolean archiving) {
        this.tables = tables;
        this.dialect = dialect;
        this.archiving = archiving;
    }

    static Messages of(RelaySettings settings, Dialect dialect) {
        return dialect == Dialect.POSTGRESQL
                ? new PostgreSqlMessages(settings.tables(), settings.archiving())
                : new PortableMessages(settings.tables(), dialect, settings.archiving());
    }

    /**
     * A piece of a partition: up to {@code most} rows above {@code low}, and no more once {@code mostBytes} of payload are
     * exceeded.
     */
    record Range(int part, long low, int most, long mostBytes) {}

    /**
     * What is not to be seen: keys with a block, except those that this node has opened, and paused topics. Both are as this node
     * knows them, not as they are in this moment: what appears behind its back might lie below the mark.
     */
    record Filter(Set<Long> openBlocks, Set<String> pausedTopics, int largestPayload) {}

    /** The first rows of each range in order of their sequence, without those that the filter hides. */
    abstract List<Row> read(Connection connection, List<Range> ranges, Filter filter) throws SQLException;

    /**
     * Has the next read and the next acknowledgement planned anew. A plan that was made when the table was empty can be a very bad
     * one later, and a server keeps it for a prepared statement.
     */
    void planAnew() {}

    /**
     * Deletes what was published, and keeps it in the archive if there is to be one.
     *
     * @param epochs of the partitions that the rows are in
     * @return the partitions that this node still owned; in the others nothing was changed
     */
    abstract Set<Integer> acknowledge(
            Connection connection, String node, Map<Integer, Long> epochs, Collection<Row> published)
            throws SQLException;

    /** Makes what tells the worker how far it need not look back. */
    abstract SettleProbe probe();

    final PreparedStatement prepared(Connection connection, String sql) throws SQLException {
        return connection.prepareStatement(tables.in(sql, dialect));
    }

    final Row row(ResultSet row) throws SQLException {
        return new Row(
                row.getInt("part"),
                row.getLong("seq"),
                new KeyName(row.getString("topic"), dialect.text(row, "msg_key")),
                row.getBoolean("keyed"),
                dialect.id(row, "id"),
                row.getString("type"),
                row.getInt("version"),
                row.getString("content_type"),
                row.getString("headers"),
                row.getBytes("payload"),
                row.getLong("bytes"),
                row.getLong("created_at"));
    }

    // ---- changes that take several statements

    /** What is done with the fence held. */
    @FunctionalInterface
    interface Change {
        void on(Connection connection, Set<Integer> owned) throws SQLException;
    }

    /**
     * Changes something in a transaction that holds the rows of the partitions, so that none changes hands meanwhile. It is kept
     * short, and a client that stands still in the middle of it is cut off before its time to live is over.
     *
     * @return the partitions that this node still owned
     */
    final Set<Integer> fenced(Connection connection, String node, Map<Integer, Long> epochs, Change change)
            throws SQLException {
        return inTransaction(connection, fence -> {
            Set<Integer> owned = lock(fence, node, epochs);
            change.on(fence, owned);
            return owned;
        });
    }

    /** What is done in a transaction. */
    @FunctionalInterface
    interface Step<T, X extends Exception> {
        T on(Connection transaction) throws SQLException, X;
    }

    final <T, X extends Exception> T inTransaction(Connection connection, Step<T, X> step) throws SQLException, X {
        connection.setAutoCommit(false);
        T result;
        try {
            result = step.on(connection);
            connection.commit();
        } catch (Throwable failure) {
            undo(connection, failure);
            throw failure;
        }
        connection.setAutoCommit(true);
        return result;
    }

    private static void undo(Connection connection, Throwable failure) {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException broken) {
            failure.addSuppressed(broken); // whoever has the connection drops it
        }
    }

    private Set<Integer> lock(Connection connection, String node, Map<Integer, Long> epochs) throws SQLException {
        dialect.limitIdleness(connection, LONGEST_STANDSTILL);
        String share = switch (dialect) {
            case POSTGRESQL -> " FOR SHARE";
            case MARIADB -> " LOCK IN SHARE MODE";
            case H2 -> " FOR UPDATE";
        };
        Set<Integer> owned = new TreeSet<>();
        String sql = "SELECT part, epoch FROM {partition} WHERE work = ? AND owner = ? AND part IN ("
                + list(epochs.size()) + ") ORDER BY part" + share;
        try (PreparedStatement statement = prepared(connection, sql)) {
            int index = 0;
            statement.setString(++index, Partitioning.WORK);
            statement.setString(++index, node);
            for (int part : epochs.keySet()) {
                statement.setInt(++index, part);
            }
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Long epoch = epochs.get(row.getInt(1));
                    if (epoch != null && epoch == row.getLong(2)) {
                        owned.add(row.getInt(1));
                    }
                }
            }
        }
        return owned;
    }

    /** Deletes messages one by one: for a list, MariaDB may look at rows beside it, and wait for those who hold them. */
    final void delete(Connection connection, Collection<Row> rows) throws SQLException {
        try (PreparedStatement statement =
                prepared(connection, "DELETE FROM {outbox_message} WHERE part = ? AND seq = ?")) {
            for (Row row : rows) {
                statement.setInt(1, row.part);
                statement.setLong(2, row.seq);
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /** Deletes published messages of a partition, with the fence held, and keeps them in the archive if there is to be one. */
    final void remove(Connection fence, int part, List<Row> published) throws SQLException {
        for (int from = 0; from < published.size(); from += MOST_IN_A_STATEMENT) {
            List<Row> rows = published.subList(from, Math.min(published.size(), from + MOST_IN_A_STATEMENT));
            if (archiving) {
                archive(fence, part, rows);
            }
            change(fence, "DELETE" + these(rows), part, rows);
        }
    }

    private static String these(List<Row> rows) {
        return " FROM {outbox_message} WHERE part = ? AND seq IN (" + list(rows.size()) + ")";
    }

    /** Copies messages of a partition that are about to be deleted. */
    final void archive(Connection transaction, int part, List<Row> rows) throws SQLException {
        change(
                transaction,
                "INSERT INTO {outbox_archive} (" + ARCHIVED + ", published_at) SELECT " + ARCHIVED + ", {now}"
                        + these(rows),
                part,
                rows);
    }

    private void change(Connection fence, String sql, int part, List<Row> rows) throws SQLException {
        try (PreparedStatement statement = prepared(fence, sql)) {
            int index = 0;
            statement.setInt(++index, part);
            for (Row row : rows) {
                statement.setLong(++index, row.seq);
            }
            statement.executeUpdate();
        }
    }

    static String list(int many) {
        return "?, ".repeat(many - 1) + "?";
    }
}
