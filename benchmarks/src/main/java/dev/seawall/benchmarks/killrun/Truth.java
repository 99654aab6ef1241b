package dev.seawall.benchmarks.killrun;

import dev.seawall.jdbc.Dialect;
import dev.seawall.jdbc.Tables;
import dev.seawall.test.HistoryCheck;
import dev.seawall.test.HistoryEvent.Added;
import dev.seawall.test.HistoryEvent.Applied;
import dev.seawall.test.HistoryEvent.Commit;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;

/** The tables of the run's own: what was committed, by the word of the database, and what consumers made of it. */
final class Truth {

    static final String CONSUMER = "ledger";

    private static final int FETCH = 10_000;

    private static final List<String> DIAGNOSES = List.of(
            "SELECT count(*) || ' messages wait' FROM {outbox_message}",
            "SELECT count(*) || ' keys are blocked, until ' || max(next_at - {now}) || ' us from now' FROM {outbox_blocked}",
            "SELECT count(*) || ' partitions of ' || coalesce(n.name, 'nobody') || ', for ' || (n.lease_until - {now}) || ' us'"
                    + " FROM {partition} p LEFT JOIN {node} n ON n.id = p.owner GROUP BY n.name, n.lease_until",
            "SELECT pid || ' ' || application_name || ' ' || coalesce(state, '') || ' ' || coalesce(wait_event, '') || ' '"
                    + " || coalesce((clock_timestamp() - state_change)::text, '') || ' behind ' || pg_blocking_pids(pid)::text"
                    + " || ': ' || left(regexp_replace(query, '\\s+', ' ', 'g'), 100)"
                    + " FROM pg_stat_activity WHERE datname = current_database() ORDER BY 1");

    private Truth() {}

    static void create(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE aggregate (id text PRIMARY KEY, messages bigint NOT NULL) WITH (fillfactor = 50)");
            statement.execute("INSERT INTO aggregate SELECT 'key-' || n, 0 FROM generate_series(0, " + (Plan.KEYS - 1)
                    + ") AS n");
            statement.execute("CREATE TABLE added (id text NOT NULL, key text NOT NULL, seq bigint NOT NULL)");
            statement.execute("CREATE TABLE effect (id text NOT NULL)"); // no key: what comes twice is to be seen
        }
    }

    /** In the transaction of the messages. */
    static void insert(Connection connection, List<Added> added) throws SQLException {
        String rows = ", (?, ?, ?)".repeat(added.size()).substring(2);
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO added VALUES " + rows)) {
            int index = 0;
            for (Added one : added) {
                statement.setString(++index, one.messageId());
                statement.setString(++index, one.key());
                statement.setLong(++index, one.producerSequence());
            }
            statement.executeUpdate();
        }
    }

    static void apply(Connection connection, String id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO effect VALUES (?)")) {
            statement.setString(1, id);
            statement.executeUpdate();
        }
    }

    /** What was committed and not told so, because the answer was lost; and all effects. */
    static void tell(Connection connection, HistoryCheck check) throws SQLException {
        connection.setAutoCommit(false); // so that rows come in pieces
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(FETCH);
            try (ResultSet row = statement.executeQuery("SELECT id, key, seq FROM added")) {
                while (row.next()) {
                    check.add(new Added(row.getString(1), row.getString(2), row.getLong(3), Commit.COMMITTED));
                }
            }
            try (ResultSet row = statement.executeQuery("SELECT id FROM effect")) {
                while (row.next()) {
                    check.add(new Applied(row.getString(1), CONSUMER));
                }
            }
        }
        connection.rollback();
    }

    /** How many effects there are of messages that no committed transaction added. */
    static long effectsOfNothing(Connection connection) throws SQLException {
        return number(
                connection, "SELECT count(*) FROM effect e WHERE NOT EXISTS (SELECT 1 FROM added a WHERE a.id = e.id)");
    }

    static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** What the database is at, for a look when nothing arrives. */
    static String diagnosis(DataSource connections) {
        StringBuilder text = new StringBuilder("nothing has arrived for a while:\n");
        try (Connection connection = connections.getConnection()) {
            for (String sql : DIAGNOSES) {
                try (Statement statement = connection.createStatement();
                        ResultSet row = statement.executeQuery(Tables.standard().in(sql, Dialect.POSTGRESQL))) {
                    while (row.next()) {
                        text.append("  ").append(row.getString(1)).append('\n');
                    }
                }
            }
        } catch (SQLException down) {
            text.append("  ").append(down.getMessage()).append('\n');
        }
        return text.toString();
    }
}
