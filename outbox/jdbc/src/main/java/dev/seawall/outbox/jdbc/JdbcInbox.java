package dev.seawall.outbox.jdbc;

import dev.seawall.Durations;
import dev.seawall.Require;
import dev.seawall.jdbc.Chore;
import dev.seawall.jdbc.Dialect;
import dev.seawall.jdbc.SchemaPart;
import dev.seawall.jdbc.Tables;
import dev.seawall.outbox.Inbox;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An inbox in a table of the application's database: one small row for each message and consumer.
 *
 * <p>Of two copies at the same time, the second waits for the end of the first one's transaction, as long as the database lets a
 * statement wait for a lock. Above READ COMMITTED, PostgreSQL may answer it with a serialization failure instead, which means to
 * come again.
 */
public final class JdbcInbox implements Inbox {

    /** The table of the inbox, for {@link dev.seawall.jdbc.SchemaInstaller}. */
    public static final SchemaPart SCHEMA = new SchemaPart("inbox", 3, 1, JdbcInbox.class);

    private static final int LONGEST_ID = 200;
    private static final int LONGEST_CONSUMER = 100;

    private final Tables tables;
    private volatile @Nullable Dialect dialect;

    private JdbcInbox(Tables tables) {
        this.tables = Objects.requireNonNull(tables, "tables");
    }

    /**
     * An inbox in tables with the usual names.
     *
     * @return a new inbox
     */
    public static JdbcInbox create() {
        return of(Tables.standard());
    }

    /**
     * An inbox.
     *
     * @param tables what the tables are called
     * @return a new inbox
     */
    public static JdbcInbox of(Tables tables) {
        return new JdbcInbox(tables);
    }

    @Override
    public <X extends Exception> boolean once(Connection connection, String messageId, String consumer, Work<X> work)
            throws SQLException, X {
        Require.between("length of messageId", messageId.length(), 1, LONGEST_ID);
        Require.between("length of consumer", consumer.length(), 1, LONGEST_CONSUMER);
        if (connection.getAutoCommit()) {
            throw new IllegalStateException(
                    "a message is remembered in the transaction of its effect, and this connection commits each statement "
                            + "by itself: call setAutoCommit(false) first");
        }
        if (!remember(connection, messageId, consumer)) {
            return false;
        }
        work.run();
        return true;
    }

    private boolean remember(Connection connection, String messageId, String consumer) throws SQLException {
        Dialect dialect = dialect(connection);
        String sql = "INSERT INTO {inbox} (consumer, message_id, received_at) VALUES (?, ?, {now})"
                + (dialect == Dialect.POSTGRESQL ? " ON CONFLICT DO NOTHING" : "");
        try (PreparedStatement statement = connection.prepareStatement(tables.in(sql, dialect))) {
            statement.setString(1, consumer);
            statement.setString(2, messageId);
            return statement.executeUpdate() == 1;
        } catch (SQLException refused) {
            if (dialect != Dialect.POSTGRESQL && Dialect.isDuplicate(refused)) {
                return false; // ends no transaction there
            }
            throw refused;
        }
    }

    /**
     * Forgets messages, for {@link dev.seawall.jdbc.Housekeeping}.
     *
     * @param olderThan longer than the broker may take to deliver a message again, from 1 minute to 100 years
     * @return a chore
     */
    public Chore forgetting(Duration olderThan) {
        Require.check(
                olderThan.compareTo(Duration.ofMinutes(1)) >= 0,
                "olderThan must be at least 1 min, was %s",
                Durations.format(olderThan));
        return Chore.deleting(tables, "inbox", "received_at", olderThan);
    }

    private Dialect dialect(Connection connection) throws SQLException {
        Dialect known = dialect;
        if (known == null) {
            known = Dialect.of(connection);
            dialect = known;
        }
        return known;
    }

    @Override
    public String toString() {
        return "inbox in " + tables;
    }
}
