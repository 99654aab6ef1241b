package dev.seawall.outbox.jdbc;

import dev.seawall.Require;
import dev.seawall.jdbc.DatabaseException;
import dev.seawall.jdbc.Dialect;
import dev.seawall.jdbc.Tables;
import dev.seawall.jdbc.Transactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * What humans do with an outbox: look at messages that were given up, try or discard them, hold back topics. Each change writes
 * who did it into a table, in the same transaction. Relays follow within half a second.
 *
 * <p><b>Threads:</b> safe for any number of threads.
 */
public final class ParkedMessages {

    private static final int MOST = 10_000;

    // A message that holds its key is still in the table of messages; one that does not is in a table of its own.
    private static final String LIST =
            "SELECT m.id, m.topic, m.msg_key, m.keyed, m.type, b.attempts, b.error, b.changed_at AS parked_at,"
                    + " CASE WHEN m.keyed AND b.msg_key = m.msg_key THEN 1 ELSE 0 END AS holds"
                    + " FROM {outbox_blocked} b JOIN {outbox_message} m ON m.part = b.part AND m.seq = b.from_seq"
                    + " WHERE b.next_at IS NULL"
                    + " UNION ALL SELECT id, topic, msg_key, keyed, type, attempts, error, parked_at, 0 AS holds"
                    + " FROM {outbox_parked} ORDER BY parked_at LIMIT ?";

    private static final String COLUMNS =
            "part, topic, msg_key, keyed, id, type, version, content_type, headers, payload, created_at";

    private final Transactions transactions;
    private final Tables tables;

    private ParkedMessages(DataSource dataSource, Tables tables) {
        this.transactions = Transactions.of(dataSource);
        this.tables = Objects.requireNonNull(tables, "tables");
    }

    /**
     * The parked messages of tables with the usual names.
     *
     * @param dataSource of the outbox's database
     * @return a way to them
     */
    public static ParkedMessages of(DataSource dataSource) {
        return of(dataSource, Tables.standard());
    }

    /**
     * The parked messages.
     *
     * @param dataSource of the outbox's database
     * @param tables what the tables are called
     * @return a way to them
     */
    public static ParkedMessages of(DataSource dataSource, Tables tables) {
        return new ParkedMessages(dataSource, tables);
    }

    /**
     * Those that wait, the oldest first.
     *
     * @param most how many at most, from 1 to 10,000
     * @return a copy
     * @throws DatabaseException if the database cannot be asked
     */
    public List<ParkedMessage> list(int most) {
        Require.between("most", most, 1, MOST);
        return transacted((connection, sql) -> {
            List<ParkedMessage> parked = new ArrayList<>();
            try (PreparedStatement statement = sql.prepared(connection, LIST)) {
                statement.setInt(1, most);
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        parked.add(sql.parked(row));
                    }
                }
            }
            return parked;
        });
    }

    /**
     * Has a message tried again, with as many attempts as at first. One that holds its key is next in it; another comes after what
     * its key has now.
     *
     * @param messageId which message
     * @param who for the audit, 1 to 200 characters
     * @return {@code false} if it is not parked
     * @throws DatabaseException if the database refuses
     */
    public boolean retry(String messageId, String who) {
        return change(messageId, who, "retry", (connection, sql, id) -> {
            if (sql.update(connection, HELD, id, "SET next_at = {now}, attempts = 0, changed_at = {now}") > 0) {
                return true;
            }
            int moved = sql.updateById(
                    connection,
                    "INSERT INTO {outbox_message} (" + COLUMNS + ") SELECT " + COLUMNS
                            + " FROM {outbox_parked} WHERE id = ?",
                    id);
            sql.updateById(connection, "DELETE FROM {outbox_parked} WHERE id = ?", id);
            return moved > 0;
        });
    }

    /**
     * Deletes a message; if it held its key, the rest of that goes on.
     *
     * @param messageId which message
     * @param who for the audit, 1 to 200 characters
     * @return {@code false} if it is not parked
     * @throws DatabaseException if the database refuses
     */
    public boolean discard(String messageId, String who) {
        return change(messageId, who, "discard", (connection, sql, id) -> {
            // The block stays and is due: the relay looks at what stands behind it, and lifts it.
            if (sql.update(connection, HELD, id, "SET next_at = {now}, attempts = 0, changed_at = {now}") > 0) {
                sql.updateById(connection, "DELETE FROM {outbox_message} WHERE id = ?", id);
                return true;
            }
            return sql.updateById(connection, "DELETE FROM {outbox_parked} WHERE id = ?", id) > 0;
        });
    }

    private static final String HELD = " WHERE next_at IS NULL AND EXISTS (SELECT 1 FROM {outbox_message} m"
            + " WHERE m.part = {outbox_blocked}.part AND m.seq = {outbox_blocked}.from_seq AND m.id = ?)";

    /**
     * Holds back a topic on all nodes. Messages can still be added.
     *
     * @param topic which topic
     * @param who for the audit, 1 to 200 characters
     * @throws DatabaseException if the database refuses
     */
    public void pause(String topic, String who) {
        transacted((connection, sql) -> {
            sql.deletePause(connection, topic);
            try (PreparedStatement statement = sql.prepared(
                    connection, "INSERT INTO {outbox_paused} (topic, paused_at, paused_by) VALUES (?, {now}, ?)")) {
                statement.setString(1, topic);
                statement.setString(2, checked(who));
                statement.executeUpdate();
            }
            sql.audit(connection, who, "pause", topic);
            return true;
        });
    }

    /**
     * Lets a topic go on.
     *
     * @param topic which topic
     * @param who for the audit, 1 to 200 characters
     * @throws DatabaseException if the database refuses
     */
    public void resume(String topic, String who) {
        transacted((connection, sql) -> {
            sql.deletePause(connection, topic);
            sql.audit(connection, checked(who), "resume", topic);
            return true;
        });
    }

    private static String checked(String who) {
        return Require.name(who);
    }

    private interface Decision {
        boolean on(Connection connection, Sql sql, UUID id) throws SQLException;
    }

    private boolean change(String messageId, String who, String action, Decision decision) {
        checked(who);
        UUID id = UUID.fromString(messageId);
        return transacted((connection, sql) -> {
            boolean done = decision.on(connection, sql, id);
            if (done) {
                sql.audit(connection, who, action, messageId);
            }
            return done;
        });
    }

    private interface Task<T> {
        T on(Connection connection, Sql sql) throws SQLException;
    }

    private <T> T transacted(Task<T> task) {
        try {
            return transactions.inTransaction(
                    connection -> task.on(connection, new Sql(tables, Dialect.of(connection))));
        } catch (SQLException refused) {
            throw new DatabaseException("the outbox's tables could not be read or changed", refused);
        }
    }

    private record Sql(Tables tables, Dialect dialect) {

        PreparedStatement prepared(Connection connection, String sql) throws SQLException {
            return connection.prepareStatement(tables.in(sql, dialect));
        }

        int update(Connection connection, String where, UUID id, String set) throws SQLException {
            return updateById(connection, "UPDATE {outbox_blocked} " + set + where, id);
        }

        int updateById(Connection connection, String sql, UUID id) throws SQLException {
            try (PreparedStatement statement = prepared(connection, sql)) {
                dialect.setId(statement, 1, id);
                return statement.executeUpdate();
            }
        }

        void deletePause(Connection connection, String topic) throws SQLException {
            try (PreparedStatement statement = prepared(connection, "DELETE FROM {outbox_paused} WHERE topic = ?")) {
                statement.setString(1, topic);
                statement.executeUpdate();
            }
        }

        void audit(Connection connection, String who, String action, String subject) throws SQLException {
            try (PreparedStatement statement = prepared(
                    connection, "INSERT INTO {outbox_audit} (at, who, action, subject) VALUES ({now}, ?, ?, ?)")) {
                statement.setString(1, who);
                statement.setString(2, action);
                statement.setString(3, subject);
                statement.executeUpdate();
            }
        }

        ParkedMessage parked(ResultSet row) throws SQLException {
            String key = dialect.text(row, "msg_key");
            return new ParkedMessage(
                    dialect.id(row, "id").toString(),
                    row.getString("topic"),
                    row.getBoolean("keyed") ? key : null,
                    row.getString("type"),
                    row.getInt("attempts"),
                    String.valueOf(row.getString("error")),
                    Instant.EPOCH.plus(row.getLong("parked_at"), ChronoUnit.MICROS),
                    row.getInt("holds") == 1);
        }
    }
}
