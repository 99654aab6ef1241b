package dev.seawall.outbox.jdbc;

import dev.seawall.jdbc.Dialect;
import dev.seawall.jdbc.Tables;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** One statement to read, one to acknowledge. */
final class PostgreSqlMessages extends Messages {

    // One scan of the primary key for each partition: with "part = ANY (…) ORDER BY seq" the planner sorts the whole
    // table.
    private static final String READ = """
            SELECT m.part, m.seq, m.topic, m.msg_key, m.keyed, m.id, m.type, m.version, m.content_type, m.headers,
              m.created_at, m.bytes, CASE WHEN m.bytes <= ? THEN m.payload END AS payload
            FROM unnest(?::int2[], ?::int8[], ?::int4[], ?::int8[]) AS p(part, low, most, most_bytes)
            CROSS JOIN LATERAL (
              SELECT x.*, sum(x.bytes) OVER (ORDER BY x.seq) - x.bytes AS before FROM (
                SELECT r.*, octet_length(r.payload) AS bytes FROM {outbox_message} r
                WHERE r.part = p.part AND r.seq > p.low AND r.topic <> ALL (?::text[])
                  AND NOT EXISTS (SELECT 1 FROM {outbox_blocked} b WHERE b.part = r.part AND b.topic = r.topic
                    AND b.msg_key = r.msg_key AND b.block_id <> ALL (?::int8[]))
                ORDER BY r.seq LIMIT p.most) x) m
            WHERE m.before < p.most_bytes""";

    // Waits for a takeover that is under way, then leaves that partition alone.
    private static final String ACKNOWLEDGE = """
            WITH own AS MATERIALIZED (
              SELECT p.part FROM {partition} p
              JOIN unnest(?::int2[], ?::int8[]) AS e(part, epoch) ON p.part = e.part AND p.epoch = e.epoch
              WHERE p.work = ? AND p.owner = ? ORDER BY p.part FOR SHARE OF p),
            gone AS (
              DELETE FROM {outbox_message} m USING own, unnest(?::int2[], ?::int8[]) AS x(part, seq)
              WHERE m.part = own.part AND x.part = own.part AND m.seq = x.seq %s)
            SELECT part FROM own""";

    private static final String ACKNOWLEDGE_ONLY = ACKNOWLEDGE.formatted("");

    private static final String ACKNOWLEDGE_AND_KEEP = ACKNOWLEDGE.formatted("RETURNING m.*),"
            + " kept AS (INSERT INTO {outbox_archive} (" + ARCHIVED + ", published_at)"
            + " SELECT " + ARCHIVED + ", {now} FROM gone");

    private long plan; // of one worker's thread

    PostgreSqlMessages(Tables tables, boolean archiving) {
        super(tables, Dialect.POSTGRESQL, archiving);
    }

    @Override
    List<Row> read(Connection connection, List<Range> ranges, Filter filter) throws SQLException {
        List<Row> rows = new ArrayList<>();
        try (PreparedStatement statement = planned(connection, READ)) {
            bind(connection, statement, ranges, filter);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rows.add(row(row));
                }
            }
        }
        return rows;
    }

    /** Another text is another statement to driver and server. */
    @Override
    void planAnew() {
        plan++;
    }

    private PreparedStatement planned(Connection connection, String sql) throws SQLException {
        return prepared(connection, "/* " + plan + " */ " + sql);
    }

    private static void bind(Connection connection, PreparedStatement statement, List<Range> ranges, Filter filter)
            throws SQLException {
        statement.setInt(1, filter.largestPayload());
        statement.setArray(2, array(connection, "int2", ranges.stream().map(Range::part)));
        statement.setArray(3, array(connection, "int8", ranges.stream().map(Range::low)));
        statement.setArray(4, array(connection, "int4", ranges.stream().map(Range::most)));
        statement.setArray(5, array(connection, "int8", ranges.stream().map(Range::mostBytes)));
        statement.setArray(6, array(connection, "text", filter.pausedTopics().stream()));
        statement.setArray(7, array(connection, "int8", filter.openBlocks().stream()));
    }

    @Override
    Set<Integer> acknowledge(Connection connection, String node, Map<Integer, Long> epochs, Collection<Row> published)
            throws SQLException {
        List<Map.Entry<Integer, Long>> fence = List.copyOf(epochs.entrySet());
        try (PreparedStatement statement = planned(connection, archiving ? ACKNOWLEDGE_AND_KEEP : ACKNOWLEDGE_ONLY)) {
            statement.setArray(1, array(connection, "int2", fence.stream().map(Map.Entry::getKey)));
            statement.setArray(2, array(connection, "int8", fence.stream().map(Map.Entry::getValue)));
            statement.setString(3, Partitioning.WORK);
            statement.setString(4, node);
            statement.setArray(5, array(connection, "int2", published.stream().map(row -> row.part)));
            statement.setArray(6, array(connection, "int8", published.stream().map(row -> row.seq)));
            Set<Integer> owned = new TreeSet<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    owned.add(row.getInt(1));
                }
            }
            return owned;
        }
    }

    private static Array array(Connection connection, String type, Stream<?> values) throws SQLException {
        return connection.createArrayOf(type, values.toArray());
    }

    @Override
    SettleProbe probe() {
        return new PostgreSqlSettleProbe(tables);
    }
}
