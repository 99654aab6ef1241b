package dev.seawall.saga.jdbc;

import dev.seawall.saga.SagaCounts;
import dev.seawall.saga.SagaKey;
import dev.seawall.saga.SagaLogEntry;
import dev.seawall.saga.SagaQuery;
import dev.seawall.saga.SagaRecord;
import dev.seawall.saga.SagaSignal;
import dev.seawall.saga.SagaStatus;
import dev.seawall.saga.SagaStore.InUse;
import dev.seawall.saga.SagaVersion;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Looks at sagas without a lock. What has not ended is found without looking at what has. */
final class Queries {

    private static final String NOT_ENDED = Arrays.stream(SagaStatus.values())
            .filter(status -> !status.isEnd())
            .map(status -> "'" + status + "'")
            .collect(Collectors.joining(", ", "status IN (", ")"));

    private final Database database;

    Queries(Database database) {
        this.database = database;
    }

    Optional<SagaRecord> find(SagaKey key) {
        return database.ask("look at " + key, (connection, sql) -> new SagaRows(sql).find(connection, key));
    }

    List<SagaSignal> signals(SagaKey key) {
        return database.ask(
                "look for signals of " + key,
                (connection, sql) -> sql.query(
                        connection,
                        "SELECT number, name, payload_type, payload_version, content_type, payload FROM {saga_signal}"
                                + Sql.OF_SAGA + " AND used_rev IS NULL ORDER BY number",
                        new SagaRows(sql)::signal,
                        key.definition(),
                        key.id().value()));
    }

    List<SagaLogEntry> history(SagaKey key) {
        return database.ask(
                "tell the history of " + key,
                (connection, sql) -> sql.query(
                        connection,
                        "SELECT rev, at, node, epoch, step, kind, attempt, text FROM {saga_log}" + Sql.OF_SAGA
                                + " ORDER BY rev, CASE WHEN line = 0 THEN 1 ELSE 0 END, line",
                        new SagaRows(sql)::logEntry,
                        key.definition(),
                        key.id().value()));
    }

    List<SagaRecord> find(SagaQuery query) {
        return database.ask("list sagas", (connection, sql) -> {
            Optional<Long> from = Optional.empty();
            SagaKey after = query.after();
            if (after != null) {
                from = createdAt(connection, sql, after);
                if (from.isEmpty()) {
                    return List.of(); // nobody can tell any more where it was
                }
            }
            return list(connection, sql, query, from.orElse(0L));
        });
    }

    private static Optional<Long> createdAt(Connection connection, Sql sql, SagaKey key) throws SQLException {
        return sql
                .query(
                        connection,
                        "SELECT created_at FROM {saga}" + Sql.KEY,
                        row -> row.getLong(1),
                        key.definition(),
                        key.id().value())
                .stream()
                .findFirst();
    }

    /** One range of the index for each status, of which the first ones are merged. */
    private static List<SagaRecord> list(Connection connection, Sql sql, SagaQuery query, long from)
            throws SQLException {
        Collection<SagaStatus> statuses =
                query.statuses().isEmpty() ? EnumSet.allOf(SagaStatus.class) : query.statuses();
        SagaKey after = query.after();
        String one = "SELECT " + SagaRows.COLUMNS + " FROM {saga} WHERE status = ? AND created_at >= ?"
                + (query.olderThan().isZero() ? "" : " AND created_at <= (SELECT {now} - ?)")
                + (query.definition() == null ? "" : " AND definition = ?")
                + (after == null ? "" : " AND (created_at > ? OR definition > ? OR (definition = ? AND id > ?))")
                + " ORDER BY created_at, definition, id LIMIT ?";
        List<String> ranges = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        for (SagaStatus status : statuses) {
            ranges.add("(" + one + ")");
            values.add(status.name());
            values.add(from);
            if (!query.olderThan().isZero()) {
                values.add(Sql.micros(query.olderThan()));
            }
            if (query.definition() != null) {
                values.add(query.definition());
            }
            if (after != null) {
                values.addAll(List.of(
                        from, after.definition(), after.definition(), after.id().value()));
            }
            values.add(query.most());
        }
        values.add(query.most());
        return sql.query(
                connection,
                "SELECT * FROM (" + String.join(" UNION ALL ", ranges)
                        + ") ranges ORDER BY created_at, definition, id LIMIT ?",
                new SagaRows(sql)::saga,
                values.toArray());
    }

    SagaCounts counts() {
        return database.ask("count sagas", (connection, sql) -> {
            Map<SagaStatus, Long> byStatus = new EnumMap<>(SagaStatus.class);
            sql.query(
                    connection,
                    "SELECT status, COUNT(*) FROM {saga} WHERE " + NOT_ENDED + " GROUP BY status",
                    row -> byStatus.put(SagaStatus.valueOf(row.getString(1)), row.getLong(2)));
            long waiting = sql.query(
                            connection,
                            "SELECT COUNT(due_at) FROM {saga} WHERE due_at IS NOT NULL",
                            row -> row.getLong(1))
                    .get(0);
            return new SagaCounts(byStatus, waiting, oldest(connection, sql));
        });
    }

    private static Duration oldest(Connection connection, Sql sql) throws SQLException {
        long oldest = 0;
        for (SagaStatus status : SagaStatus.values()) {
            if (status.isActive()) {
                oldest = Math.max(
                        oldest,
                        sql.query(
                                        connection,
                                        "SELECT {now} - MIN(created_at) FROM {saga} WHERE status = ?",
                                        row -> row.getLong(1),
                                        status.name())
                                .get(0));
            }
        }
        return Sql.ofMicros(oldest);
    }

    List<InUse> inUse() {
        return database.ask(
                "tell which versions are in use",
                (connection, sql) -> sql.query(
                        connection,
                        "SELECT definition, version, step, COUNT(*) AS sagas FROM {saga} WHERE " + NOT_ENDED
                                + " GROUP BY definition, version, step ORDER BY definition, version, step",
                        row -> new InUse(
                                new SagaVersion(sql.dialect().text(row, "definition"), row.getInt("version")),
                                row.getString("step"),
                                row.getLong("sagas"))));
    }
}
