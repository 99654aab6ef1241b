package dev.seawall.outbox.jdbc;

import dev.seawall.outbox.jdbc.Row.KeyName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The statements of a relay that keeps no order: messages are locked in a transaction, which others pass over, and what is not
 * deleted in it is free again when it ends, however it ends. Blocks are of single messages, under their id in place of a key.
 */
final class Claims {

    private static final int ROWS_AT_A_TIME = 32;

    private final Messages messages;
    private final Blocks blocks;

    Claims(Messages messages, Blocks blocks) {
        this.messages = messages;
        this.blocks = blocks;
    }

    static KeyName blockName(Row row) {
        return new KeyName(row.key.topic(), row.id.toString());
    }

    /** Locks messages that nobody else has, from a partition on. */
    List<Row> take(Connection transaction, int fromPart, int most, long mostBytes, Set<String> paused, int largest)
            throws SQLException {
        String topics = paused.isEmpty() ? "" : " AND m.topic NOT IN (" + Messages.list(paused.size()) + ")";
        String sql = "SELECT " + Messages.COLUMNS + ", octet_length(payload) AS bytes,"
                + " CASE WHEN octet_length(payload) <= ? THEN payload END AS payload"
                + " FROM {outbox_message} m WHERE part >= ?" + topics
                + " AND NOT EXISTS (SELECT 1 FROM {outbox_blocked} b WHERE b.part = m.part AND b.from_seq = m.seq"
                + " AND (b.next_at IS NULL OR b.next_at > (SELECT {now})))"
                + " ORDER BY part, seq LIMIT ? FOR UPDATE SKIP LOCKED";
        List<Row> rows = new ArrayList<>();
        try (PreparedStatement statement = messages.prepared(transaction, sql)) {
            statement.setFetchSize(ROWS_AT_A_TIME); // no more than these in memory beside what is taken
            int index = 0;
            statement.setInt(++index, largest);
            statement.setInt(++index, fromPart);
            for (String topic : paused) {
                statement.setString(++index, topic);
            }
            statement.setInt(++index, most);
            long bytes = 0;
            try (ResultSet row = statement.executeQuery()) {
                while (bytes < mostBytes && row.next()) {
                    Row taken = messages.row(row);
                    rows.add(taken);
                    bytes += taken.size();
                }
            }
        }
        return rows;
    }

    /** How often messages have been tried before, by sequence. */
    Map<Long, Integer> attempts(Connection transaction, List<Row> rows) throws SQLException {
        Map<Long, Integer> attempts = new HashMap<>();
        String sql = "SELECT from_seq, attempts FROM {outbox_blocked} WHERE from_seq IN (" + Messages.list(rows.size())
                + ")";
        try (PreparedStatement statement = messages.prepared(transaction, sql)) {
            int index = 0;
            for (Row row : rows) {
                statement.setLong(++index, row.seq);
            }
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    attempts.merge(row.getLong(1), row.getInt(2), Math::max);
                }
            }
        }
        return attempts;
    }

    void remove(Connection transaction, List<Row> published) throws SQLException {
        if (messages.archiving) {
            Map<Integer, List<Row>> byPart = new TreeMap<>();
            published.forEach(row ->
                    byPart.computeIfAbsent(row.part, part -> new ArrayList<>()).add(row));
            for (Map.Entry<Integer, List<Row>> part : byPart.entrySet()) {
                messages.archive(transaction, part.getKey(), part.getValue());
            }
        }
        messages.delete(transaction, published);
    }

    /** Forgets that a message has failed. */
    void unblock(Connection transaction, int part, long seq) throws SQLException {
        try (PreparedStatement statement =
                messages.prepared(transaction, "DELETE FROM {outbox_blocked} WHERE part = ? AND from_seq = ?")) {
            statement.setInt(1, part);
            statement.setLong(2, seq);
            statement.executeUpdate();
        }
    }

    /** Lifts blocks of messages that somebody has discarded. Looks before it deletes, to wait for nobody who holds a message. */
    void liftEmptyBlocks(Connection connection) throws SQLException {
        String sql = "SELECT part, from_seq FROM {outbox_blocked} b WHERE NOT EXISTS"
                + " (SELECT 1 FROM {outbox_message} m WHERE m.part = b.part AND m.seq = b.from_seq) LIMIT 100";
        try (PreparedStatement statement = messages.prepared(connection, sql);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                unblock(connection, row.getInt(1), row.getLong(2));
            }
        }
    }

    Blocks blocks() {
        return blocks;
    }
}
