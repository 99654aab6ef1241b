package dev.seawall.saga.jdbc;

import dev.seawall.Durations;
import dev.seawall.jdbc.Dialect;
import dev.seawall.saga.SagaRecord;
import dev.seawall.saga.SagaStatus;
import dev.seawall.saga.SagaStore.Change;
import dev.seawall.saga.SagaVersion;
import dev.seawall.saga.SagaWrite;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** Keeps in mind which versions living nodes can work on, and parks sagas of the others. */
final class Versions {

    private static final int MOST = 100; // in a transaction

    private final StoreSettings settings;
    private final Database database;
    private List<SagaVersion> named = List.of(); // these three guarded by the lock of the claims
    private long nameAgainAt;
    private long parkAgainAt;

    Versions(StoreSettings settings, Database database) {
        this.settings = settings;
        this.database = database;
    }

    void name(List<SagaVersion> versions) {
        long now = settings.runtime().now();
        if (now < nameAgainAt && versions.equals(named)) {
            return;
        }
        database.ask("name the versions it knows", (connection, sql) -> {
            for (SagaVersion version : versions) {
                name(connection, sql, version);
            }
            return null;
        });
        named = versions;
        nameAgainAt = soon(now);
    }

    private long soon(long now) {
        return Durations.plus(now, Durations.toNanos(settings.parkUnknownAfter()) / 10);
    }

    private static void name(Connection connection, Sql sql, SagaVersion version) throws SQLException {
        String again = "UPDATE {saga_version} SET named_at = {now} WHERE definition = ? AND version = ?";
        if (sql.update(connection, again, version.definition(), version.version()) > 0) {
            return;
        }
        try {
            sql.update(
                    connection,
                    "INSERT INTO {saga_version} (definition, version, named_at) VALUES (?, ?, {now})",
                    version.definition(),
                    version.version());
        } catch (SQLException refused) {
            if (!Dialect.isDuplicate(refused)) { // another node was faster
                throw refused;
            }
        }
    }

    void parkUnknownNowAndThen() throws SQLException {
        long now = settings.runtime().now();
        if (now < parkAgainAt) {
            return;
        }
        long grace = Sql.micros(settings.parkUnknownAfter());
        int parked = MOST;
        while (parked == MOST) {
            parked = database.inTransaction((connection, sql) -> park(connection, sql, grace));
        }
        parkAgainAt = soon(now);
    }

    private int park(Connection connection, Sql sql, long grace) throws SQLException {
        SagaRows rows = new SagaRows(sql);
        List<SagaRecord> unknown = sql.query(
                connection,
                "SELECT " + SagaRows.COLUMNS + " FROM {saga} s WHERE due_at <= (SELECT {now} - ?) AND NOT EXISTS"
                        + " (SELECT 1 FROM {saga_version} v WHERE v.definition = s.definition AND v.version = s.version"
                        + " AND v.named_at > (SELECT {now} - ?)) ORDER BY due_at LIMIT " + MOST
                        + " FOR UPDATE SKIP LOCKED",
                rows::saga,
                grace,
                grace);
        for (SagaRecord saga : unknown) {
            String reason = reason(saga, settings.parkUnknownAfter());
            Wishes.change(
                    connection,
                    sql,
                    saga,
                    new Change(SagaStatus.PARKED, saga.state(), saga.progress(), saga.step(), reason));
            rows.note(
                    connection,
                    saga.key(),
                    saga.rev() + 1,
                    1,
                    settings.name(),
                    saga.epoch() + 1,
                    new SagaWrite.Entry(saga.step(), "parked", 0, reason));
        }
        return unknown.size();
    }

    private static String reason(SagaRecord saga, Duration grace) {
        return "no living node has known version " + saga.version() + " of "
                + saga.key().definition() + " for " + Durations.format(grace)
                + (saga.step() == null ? "" : "; the saga is at step " + saga.step());
    }
}
