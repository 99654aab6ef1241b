package dev.seawall.saga.jdbc;

import dev.seawall.payload.EncodedPayload;
import dev.seawall.saga.SagaId;
import dev.seawall.saga.SagaKey;
import dev.seawall.saga.SagaLogEntry;
import dev.seawall.saga.SagaRecord;
import dev.seawall.saga.SagaSignal;
import dev.seawall.saga.SagaStatus;
import dev.seawall.saga.SagaWrite;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Rows of the tables as objects. */
final class SagaRows {

    static final String COLUMNS =
            "definition, id, version, input_hash, status, state_type, state_version, content_type,"
                    + " state, progress, step, reason, owner, epoch, rev, recoveries, cancel_requested, created_at, deadline_at,"
                    + " due_at, {now} AS read_at";

    private final Sql sql;

    SagaRows(Sql sql) {
        this.sql = sql;
    }

    Optional<SagaRecord> find(Connection connection, SagaKey key) throws SQLException {
        return find(connection, key, "");
    }

    /** Waits for the end of whatever changes it, and keeps others from changing it. */
    Optional<SagaRecord> locked(Connection connection, SagaKey key) throws SQLException {
        return find(connection, key, " FOR UPDATE");
    }

    Optional<SagaRecord> find(Connection connection, SagaKey key, String lock) throws SQLException {
        List<SagaRecord> rows = sql.query(
                connection,
                "SELECT " + COLUMNS + " FROM {saga}" + Sql.KEY + lock,
                this::saga,
                key.definition(),
                key.id().value());
        return rows.stream().findFirst();
    }

    SagaRecord saga(ResultSet row) throws SQLException {
        long now = row.getLong("read_at");
        Duration age = Sql.ofMicros(Math.max(0, now - row.getLong("created_at"))); // the clock may have been set back
        return new SagaRecord(
                key(row, "id"),
                row.getInt("version"),
                row.getString("input_hash"),
                SagaStatus.valueOf(row.getString("status")),
                payload(row, "state_type", "state_version", "state"),
                row.getString("progress"),
                row.getString("step"),
                row.getString("reason"),
                row.getString("owner"),
                row.getLong("epoch"),
                row.getLong("rev"),
                row.getInt("recoveries"),
                row.getBoolean("cancel_requested"),
                age,
                until(row, "deadline_at", now),
                until(row, "due_at", now));
    }

    SagaKey key(ResultSet row, String id) throws SQLException {
        return new SagaKey(
                sql.dialect().text(row, "definition"), SagaId.of(sql.dialect().text(row, id)));
    }

    private static @Nullable Duration until(ResultSet row, String column, long now) throws SQLException {
        long at = row.getLong(column);
        return row.wasNull() ? null : Sql.ofMicros(at - now);
    }

    private static EncodedPayload payload(ResultSet row, String type, String version, String bytes)
            throws SQLException {
        return EncodedPayload.of(
                row.getString(type), row.getInt(version), row.getString("content_type"), row.getBytes(bytes));
    }

    SagaSignal signal(ResultSet row) throws SQLException {
        return new SagaSignal(
                row.getLong("number"),
                row.getString("name"),
                payload(row, "payload_type", "payload_version", "payload"));
    }

    SagaLogEntry logEntry(ResultSet row) throws SQLException {
        return new SagaLogEntry(
                row.getLong("rev"),
                Instant.EPOCH.plus(row.getLong("at"), ChronoUnit.MICROS),
                row.getString("node"),
                row.getLong("epoch"),
                new SagaWrite.Entry(
                        row.getString("step"), row.getString("kind"), row.getInt("attempt"), row.getString("text")));
    }

    /** Adds a line to a history, outside of what owners write. */
    void note(
            Connection connection,
            SagaKey key,
            long rev,
            int line,
            @Nullable String node,
            long epoch,
            SagaWrite.Entry entry)
            throws SQLException {
        sql.update(
                connection,
                "INSERT INTO {saga_log} (definition, saga_id, rev, line, at, node, epoch, step, kind, attempt, text)"
                        + " VALUES (?, ?, ?, ?, {now}, ?, ?, ?, ?, ?, ?)",
                key.definition(),
                key.id().value(),
                rev,
                line,
                node,
                epoch,
                entry.step(),
                entry.kind(),
                entry.attempt(),
                Sql.printable(entry.text()));
    }
}
