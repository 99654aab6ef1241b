package dev.seawall.outbox.jdbc;

import dev.seawall.outbox.jdbc.Row.KeyName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The statements on failing keys, parked messages, paused topics and delayed messages. All changes are made with the fence held. */
final class Blocks {

    private static final int LONGEST_ERROR = 2_000;
    private static final int MOST_AT_ONCE = 500;
    private static final String BODY =
            "part, topic, msg_key, keyed, type, version, content_type, headers, payload, created_at";

    private final Messages messages;

    Blocks(Messages messages) {
        this.messages = messages;
    }

    /** Keys that may be tried again, by the clock of the database. */
    List<Block> due(Connection connection, Collection<Integer> parts) throws SQLException {
        List<Block> due = new ArrayList<>();
        String sql = "SELECT block_id, part, topic, msg_key, from_seq, attempts FROM {outbox_blocked}"
                + " WHERE next_at <= {now} AND part IN (" + Messages.list(parts.size()) + ") ORDER BY next_at LIMIT "
                + MOST_AT_ONCE;
        try (PreparedStatement statement = messages.prepared(connection, sql)) {
            bindAll(statement, 0, parts);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    KeyName key = new KeyName(row.getString("topic"), messages.dialect.text(row, "msg_key"));
                    due.add(new Block(
                            row.getLong("block_id"),
                            row.getInt("part"),
                            key,
                            row.getLong("from_seq"),
                            row.getInt("attempts")));
                }
            }
        }
        return due;
    }

    /** Blocks the key of a row, or blocks it anew; for good if there is no delay. */
    void block(Connection connection, Row row, KeyName key, int attempts, @Nullable Long delayMicros, String error)
            throws SQLException {
        String next = delayMicros == null ? "NULL" : "{now} + " + delayMicros;
        String update = "UPDATE {outbox_blocked} SET attempts = ?, next_at = " + next
                + ", error = ?, changed_at = {now} WHERE part = ? AND topic = ? AND msg_key = ?";
        try (PreparedStatement statement = messages.prepared(connection, update)) {
            statement.setInt(1, attempts);
            statement.setString(2, shortened(error));
            bindKey(statement, 3, row.part, key);
            if (statement.executeUpdate() > 0) {
                return;
            }
        }
        String insert =
                "INSERT INTO {outbox_blocked} (attempts, next_at, error, part, topic, msg_key, from_seq, changed_at)"
                        + " VALUES (?, " + next + ", ?, ?, ?, ?, ?, {now})";
        try (PreparedStatement statement = messages.prepared(connection, insert)) {
            statement.setInt(1, attempts);
            statement.setString(2, shortened(error));
            bindKey(statement, 3, row.part, key);
            statement.setLong(6, row.seq);
            statement.executeUpdate();
        }
    }

    void unblock(Connection connection, int part, KeyName key) throws SQLException {
        try (PreparedStatement statement = messages.prepared(
                connection, "DELETE FROM {outbox_blocked} WHERE part = ? AND topic = ? AND msg_key = ?")) {
            bindKey(statement, 1, part, key);
            statement.executeUpdate();
        }
    }

    /** Lifts the block of a key of which no message is left. */
    boolean unblockIfEmpty(Connection connection, int part, KeyName key) throws SQLException {
        String sql = "DELETE FROM {outbox_blocked} WHERE part = ? AND topic = ? AND msg_key = ?"
                + " AND NOT EXISTS (SELECT 1 FROM {outbox_message} m WHERE m.part = ? AND m.topic = ? AND m.msg_key = ?)";
        try (PreparedStatement statement = messages.prepared(connection, sql)) {
            bindKey(statement, 1, part, key);
            bindKey(statement, 4, part, key);
            return statement.executeUpdate() > 0;
        }
    }

    /** The clock is read in a query of its own: a function of changing result is compared row by row, not by index. */
    boolean isAnyDue(Connection connection, Collection<Integer> parts) throws SQLException {
        String sql = "SELECT 1 FROM {outbox_delayed} WHERE due_at <= (SELECT {now}) AND part IN ("
                + Messages.list(parts.size()) + ") LIMIT 1";
        try (PreparedStatement statement = messages.prepared(connection, sql)) {
            bindAll(statement, 0, parts);
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }

    /** Takes a message out of the way; the rest of its key goes on. */
    void park(Connection connection, Row row, KeyName key, int attempts, String error) throws SQLException {
        String sql = "INSERT INTO {outbox_parked} (id, " + BODY + ", attempts, error, parked_at) SELECT id, " + BODY
                + ", ?, ?, {now} FROM {outbox_message} WHERE part = ? AND seq = ?";
        try (PreparedStatement statement = messages.prepared(connection, sql)) {
            statement.setInt(1, attempts);
            statement.setString(2, shortened(error));
            statement.setInt(3, row.part);
            statement.setLong(4, row.seq);
            statement.executeUpdate();
        }
        messages.delete(connection, List.of(row));
        unblock(connection, row.part, key);
    }

    Set<String> pausedTopics(Connection connection) throws SQLException {
        Set<String> topics = new TreeSet<>();
        try (PreparedStatement statement = messages.prepared(connection, "SELECT topic FROM {outbox_paused}");
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                topics.add(row.getString(1));
            }
        }
        return topics;
    }

    /**
     * Gives messages that are due their place in the order of their key. Called with the fence held, so that no two nodes do it
     * at once and the order of those that are due stays.
     */
    int release(Connection connection, Collection<Integer> parts) throws SQLException {
        return release(connection, parts, "");
    }

    /** The same without a fence, and so in no order: passes over what another node is giving its place. */
    int releaseUnlocked(Connection transaction, Collection<Integer> parts) throws SQLException {
        return release(transaction, parts, " FOR UPDATE SKIP LOCKED");
    }

    private int release(Connection connection, Collection<Integer> parts, String lock) throws SQLException {
        List<Object> ids = new ArrayList<>();
        String due = "SELECT id FROM {outbox_delayed} WHERE due_at <= (SELECT {now}) AND part IN ("
                + Messages.list(parts.size()) + ") ORDER BY due_at, id LIMIT " + MOST_AT_ONCE + lock;
        try (PreparedStatement statement = messages.prepared(connection, due)) {
            bindAll(statement, 0, parts);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    ids.add(row.getObject(1));
                }
            }
        }
        if (ids.isEmpty()) {
            return 0;
        }
        String list = Messages.list(ids.size());
        change(
                connection,
                "INSERT INTO {outbox_message} (id, " + BODY + ") SELECT id, " + BODY
                        + " FROM {outbox_delayed} WHERE id IN (" + list + ") ORDER BY due_at, id",
                ids);
        change(connection, "DELETE FROM {outbox_delayed} WHERE id IN (" + list + ")", ids);
        return ids.size();
    }

    private void change(Connection connection, String sql, List<Object> values) throws SQLException {
        try (PreparedStatement statement = messages.prepared(connection, sql)) {
            for (int i = 0; i < values.size(); i++) {
                statement.setObject(i + 1, values.get(i));
            }
            statement.executeUpdate();
        }
    }

    private static void bindAll(PreparedStatement statement, int before, Collection<Integer> values)
            throws SQLException {
        int index = before;
        for (int value : values) {
            statement.setInt(++index, value);
        }
    }

    private static void bindKey(PreparedStatement statement, int first, int part, KeyName key) throws SQLException {
        statement.setInt(first, part);
        statement.setString(first + 1, key.topic());
        statement.setString(first + 2, key.key());
    }

    private static String shortened(String error) {
        String visible = error.replaceAll("\\p{Cc}", " ");
        return visible.length() <= LONGEST_ERROR ? visible : visible.substring(0, LONGEST_ERROR);
    }
}
