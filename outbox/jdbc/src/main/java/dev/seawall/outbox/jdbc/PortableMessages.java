package dev.seawall.outbox.jdbc;

import dev.seawall.jdbc.Dialect;
import dev.seawall.jdbc.Tables;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What MariaDB, MySQL and H2 have in common: a query for each partition that has rows, and a transaction to acknowledge. */
final class PortableMessages extends Messages {

    PortableMessages(Tables tables, Dialect dialect, boolean archiving) {
        super(tables, dialect, archiving);
    }

    @Override
    List<Row> read(Connection connection, List<Range> ranges, Filter filter) throws SQLException {
        Set<Integer> withRows = partitionsWithRows(connection);
        List<Row> rows = new ArrayList<>();
        for (Range range : ranges) {
            if (withRows.contains(range.part())) {
                read(connection, range, filter, rows);
            }
        }
        return rows;
    }

    /** A skip along the primary key: costs as much as there are partitions, not rows. */
    private Set<Integer> partitionsWithRows(Connection connection) throws SQLException {
        Set<Integer> parts = new TreeSet<>();
        try (PreparedStatement statement = prepared(connection, "SELECT DISTINCT part FROM {outbox_message}");
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                parts.add(row.getInt(1));
            }
        }
        return parts;
    }

    private void read(Connection connection, Range range, Filter filter, List<Row> rows) throws SQLException {
        String open = filter.openBlocks().isEmpty()
                ? ""
                : " AND b.block_id NOT IN (" + list(filter.openBlocks().size()) + ")";
        String paused = filter.pausedTopics().isEmpty()
                ? ""
                : " AND m.topic NOT IN (" + list(filter.pausedTopics().size()) + ")";
        String sql = "SELECT " + COLUMNS + ", octet_length(payload) AS bytes,"
                + " CASE WHEN octet_length(payload) <= ? THEN payload END AS payload"
                + " FROM {outbox_message} m WHERE part = ? AND seq > ?" + paused
                + " AND NOT EXISTS (SELECT 1 FROM {outbox_blocked} b WHERE b.part = m.part AND b.topic = m.topic"
                + " AND b.msg_key = m.msg_key" + open + ") ORDER BY seq LIMIT ?";
        try (PreparedStatement statement = prepared(connection, sql)) {
            int index = 0;
            statement.setInt(++index, filter.largestPayload());
            statement.setInt(++index, range.part());
            statement.setLong(++index, range.low());
            for (String topic : filter.pausedTopics()) {
                statement.setString(++index, topic);
            }
            for (Long block : filter.openBlocks()) {
                statement.setLong(++index, block);
            }
            statement.setInt(++index, range.most());
            long bytes = 0;
            try (ResultSet row = statement.executeQuery()) {
                while (bytes < range.mostBytes() && row.next()) {
                    Row read = row(row);
                    rows.add(read);
                    bytes += read.size();
                }
            }
        }
    }

    @Override
    Set<Integer> acknowledge(Connection connection, String node, Map<Integer, Long> epochs, Collection<Row> published)
            throws SQLException {
        Map<Integer, List<Row>> byPart = new TreeMap<>();
        for (Row row : published) {
            byPart.computeIfAbsent(row.part, part -> new ArrayList<>()).add(row);
        }
        return fenced(connection, node, epochs, (fence, owned) -> {
            for (int part : owned) {
                remove(fence, part, byPart.getOrDefault(part, List.of()));
            }
        });
    }

    @Override
    SettleProbe probe() {
        return SettleProbe.NONE;
    }
}
