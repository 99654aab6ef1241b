package dev.seawall.saga.jdbc;

import dev.seawall.payload.EncodedPayload;
import dev.seawall.saga.CancelResult;
import dev.seawall.saga.SagaKey;
import dev.seawall.saga.SagaRecord;
import dev.seawall.saga.SagaStatus;
import dev.seawall.saga.SagaStore.Change;
import dev.seawall.saga.SagaStore.Intervention;
import dev.seawall.saga.SagaWrite;
import dev.seawall.saga.SignalResult;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What others than its owner want of a saga. Each locks the saga's row before it looks: a write of the owner that is under way at the
 * same time is either seen, or sees this.
 */
final class Wishes {

    private static final String WAKE =
            "UPDATE {saga} SET due_at = CASE WHEN due_at > {now} THEN {now} ELSE due_at END, ";
    private static final int FIRST_LINE = 1;
    private static final int LINE_OF_CANCEL = 0; // of nobody else: an owner's begin with 1

    private final Database database;

    Wishes(Database database) {
        this.database = database;
    }

    SignalResult signal(SagaKey key, String name, EncodedPayload payload) {
        String sender = UUID.randomUUID().toString();
        return database.settled("keep a signal for " + key, (connection, sql, inDoubt) -> {
            SagaRecord saga = new SagaRows(sql).locked(connection, key).orElse(null);
            if (saga == null) {
                return SignalResult.UNKNOWN;
            }
            if (inDoubt && isStored(connection, sql, key, sender)) {
                return SignalResult.ACCEPTED;
            }
            if (saga.status().isEnd()) {
                return SignalResult.TOO_LATE;
            }
            store(connection, sql, key, name, payload, sender);
            sql.update(
                    connection,
                    WAKE + "woken = TRUE" + Sql.KEY,
                    key.definition(),
                    key.id().value());
            return SignalResult.ACCEPTED;
        });
    }

    private static boolean isStored(Connection connection, Sql sql, SagaKey key, String sender) throws SQLException {
        return !sql.query(
                        connection,
                        "SELECT number FROM {saga_signal}" + Sql.OF_SAGA + " AND sender = ?",
                        row -> row.getLong(1),
                        key.definition(),
                        key.id().value(),
                        sender)
                .isEmpty();
    }

    private static void store(
            Connection connection, Sql sql, SagaKey key, String name, EncodedPayload payload, String sender)
            throws SQLException {
        long last = sql.query(
                        connection,
                        "SELECT COALESCE(MAX(number), 0) FROM {saga_signal}" + Sql.OF_SAGA,
                        row -> row.getLong(1),
                        key.definition(),
                        key.id().value())
                .get(0);
        sql.update(
                connection,
                "INSERT INTO {saga_signal} (definition, saga_id, number, name, payload_type, payload_version, content_type,"
                        + " payload, sender, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, {now})",
                key.definition(),
                key.id().value(),
                last + 1,
                name,
                payload.type(),
                payload.version(),
                payload.contentType(),
                payload.bytes(),
                sender);
    }

    CancelResult cancel(SagaKey key, String reason) {
        return database.settled("cancel " + key, (connection, sql, inDoubt) -> {
            SagaRows rows = new SagaRows(sql);
            SagaRecord saga = rows.locked(connection, key).orElse(null);
            CancelResult answer = answer(saga, inDoubt);
            if (saga != null && answer == CancelResult.ACCEPTED && !saga.cancelRequested()) {
                sql.update(
                        connection,
                        WAKE + "cancel_requested = TRUE" + Sql.KEY,
                        key.definition(),
                        key.id().value());
                rows.note(
                        connection,
                        key,
                        saga.rev(),
                        LINE_OF_CANCEL,
                        null,
                        saga.epoch(),
                        new SagaWrite.Entry(saga.step(), "cancel-requested", 0, reason));
            }
            return answer;
        });
    }

    private static CancelResult answer(@Nullable SagaRecord saga, boolean inDoubt) {
        if (saga == null) {
            return CancelResult.UNKNOWN;
        }
        return switch (saga.status()) {
            case COMPENSATING, COMPENSATED -> CancelResult.ALREADY;
            case PAST_PIVOT, COMPLETED, ABANDONED -> CancelResult.TOO_LATE;
            case RUNNING, PARKED -> saga.cancelRequested() && !inDoubt ? CancelResult.ALREADY : CancelResult.ACCEPTED;
        };
    }

    Optional<SagaRecord> intervene(SagaKey key, String operator, SagaWrite.Entry action, Intervention change) {
        @Nullable SagaRecord[] seen = {null};
        return database.settled("change " + key, (connection, sql, inDoubt) -> {
            SagaRows rows = new SagaRows(sql);
            SagaRecord saga = rows.locked(connection, key).orElse(null);
            SagaRecord before = seen[0];
            if (saga == null) {
                return Optional.empty();
            }
            if (inDoubt && before != null && isNoted(connection, sql, before, operator)) {
                return Optional.of(saga);
            }
            Change decided = change.on(saga).orElse(null);
            if (decided == null) {
                return Optional.empty();
            }
            seen[0] = saga;
            change(connection, sql, saga, decided);
            rows.note(connection, key, saga.rev() + 1, FIRST_LINE, operator, saga.epoch() + 1, action);
            return rows.find(connection, key);
        });
    }

    private static boolean isNoted(Connection connection, Sql sql, SagaRecord before, String operator)
            throws SQLException {
        return !sql.query(
                        connection,
                        "SELECT line FROM {saga_log}" + Sql.OF_SAGA + " AND rev = ? AND epoch = ? AND node = ?",
                        row -> row.getInt(1),
                        before.key().definition(),
                        before.key().id().value(),
                        before.rev() + 1,
                        before.epoch() + 1,
                        operator)
                .isEmpty();
    }

    /** A new epoch: whoever owned it is fenced off. */
    static void change(Connection connection, Sql sql, SagaRecord saga, Change change) throws SQLException {
        SagaStatus status = change.status();
        sql.update(
                connection,
                "UPDATE {saga} SET status = ?, state_type = ?, state_version = ?, content_type = ?, state = ?, progress = ?,"
                        + " step = ?, reason = ?, owner = NULL, epoch = epoch + 1, rev = rev + 1, recoveries = 0,"
                        + " due_at = " + (status.isActive() ? "{now}" : "NULL") + ", ended_at = "
                        + (status.isEnd() ? "{now}" : "NULL") + Sql.KEY,
                status.name(),
                change.state().type(),
                change.state().version(),
                change.state().contentType(),
                change.state().bytes(),
                change.progress(),
                change.step(),
                Sql.printable(change.reason()),
                saga.key().definition(),
                saga.key().id().value());
    }
}
