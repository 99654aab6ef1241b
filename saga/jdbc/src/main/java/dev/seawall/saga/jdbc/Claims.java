package dev.seawall.saga.jdbc;

import dev.seawall.Durations;
import dev.seawall.jdbc.CommitOutcomeUnknownException;
import dev.seawall.saga.SagaRecord;
import dev.seawall.saga.SagaStoreException;
import dev.seawall.saga.SagaVersion;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Takes over what is due. One claim at a time: whether one whose answer got lost was committed can then be told from the rows.
 */
final class Claims {

    private static final String DUE = "due_at <= (SELECT {now})"; // read once, so that the index is used
    private static final String SKIP_LOCKED = " LIMIT ? FOR UPDATE SKIP LOCKED";

    private final StoreSettings settings;
    private final Database database;
    private final Versions versions;
    private final Orphans orphans;
    private final ReentrantLock lock = new ReentrantLock();
    private List<SagaRecord> doubtful = List.of(); // guarded by lock; perhaps claimed
    private volatile List<SagaVersion> known = List.of();

    Claims(StoreSettings settings, Database database) {
        this.settings = settings;
        this.database = database;
        this.versions = new Versions(settings, database);
        this.orphans = new Orphans(settings, database);
    }

    List<SagaRecord> claim(String node, boolean housekeeper, Collection<SagaVersion> known, int most) {
        List<SagaVersion> wanted = List.copyOf(known);
        this.known = wanted;
        if (wanted.isEmpty()) {
            return List.of();
        }
        lock.lock();
        try {
            versions.name(wanted);
            orphans.freeNowAndThen();
            if (housekeeper) {
                versions.parkUnknownNowAndThen();
            }
            List<SagaRecord> claimed = new ArrayList<>(settled(node));
            if (claimed.size() < most) {
                claimed.addAll(claimDue(node, wanted, most - claimed.size()));
            }
            return claimed;
        } catch (SQLException failure) {
            throw new SagaStoreException("the store of sagas could not claim any", failure);
        } finally {
            lock.unlock();
        }
    }

    private List<SagaRecord> claimDue(String node, List<SagaVersion> wanted, int most) throws SQLException {
        List<SagaRecord> claimed = new ArrayList<>();
        try {
            database.inTransaction((connection, sql) -> {
                for (SagaRecord saga : due(connection, sql, wanted, most)) {
                    claimed.add(owned(saga, node));
                }
                sql.updateAll(
                        connection,
                        "UPDATE {saga} SET owner = ?, epoch = epoch + 1, due_at = NULL" + Sql.KEY,
                        claimed.stream()
                                .map(saga -> Sql.keyAfter(node, saga.key()))
                                .toList());
                return null;
            });
        } catch (CommitOutcomeUnknownException unknown) {
            doubtful = List.copyOf(claimed);
            throw new SagaStoreException("the store of sagas does not know yet what it has claimed", unknown);
        }
        return claimed;
    }

    private static List<SagaRecord> due(Connection connection, Sql sql, List<SagaVersion> wanted, int most)
            throws SQLException {
        List<Object> values = parameters(wanted);
        values.add(most);
        return sql.query(
                connection,
                "SELECT " + SagaRows.COLUMNS + " FROM {saga} WHERE " + DUE + " AND " + among(wanted)
                        + " ORDER BY due_at" + SKIP_LOCKED,
                new SagaRows(sql)::saga,
                values.toArray());
    }

    private static String among(List<SagaVersion> versions) {
        return "("
                + String.join(
                        " OR ",
                        versions.stream()
                                .map(version -> "definition = ? AND version = ?")
                                .toList()) + ")";
    }

    private static List<Object> parameters(List<SagaVersion> versions) {
        List<Object> parameters = new ArrayList<>();
        for (SagaVersion version : versions) {
            parameters.add(version.definition());
            parameters.add(version.version());
        }
        return parameters;
    }

    private static SagaRecord owned(SagaRecord due, String node) {
        return new SagaRecord(
                due.key(),
                due.version(),
                due.inputHash(),
                due.status(),
                due.state(),
                due.progress(),
                due.step(),
                due.reason(),
                node,
                due.epoch() + 1,
                due.rev(),
                due.recoveries(),
                due.cancelRequested(),
                due.age(),
                due.deadlineIn(),
                null);
    }

    /**
     * What an earlier claim has got after all. Waits for the end of that transaction: as long as it is under way it holds the rows.
     * In the name of another node it would be free by now.
     */
    private List<SagaRecord> settled(String node) throws SQLException {
        if (doubtful.isEmpty()) {
            return List.of();
        }
        List<SagaRecord> ours = new ArrayList<>();
        database.inTransaction((connection, sql) -> {
            for (SagaRecord claimed : doubtful) {
                new SagaRows(sql)
                        .locked(connection, claimed.key())
                        .filter(saga -> node.equals(saga.owner()) && saga.epoch() == claimed.epoch())
                        .ifPresent(ours::add);
            }
            return null;
        });
        doubtful = List.of();
        return ours;
    }

    /** Of the versions that were asked for last. Who has named none may mean any. */
    Optional<Duration> nextDue() {
        List<SagaVersion> versions = known;
        boolean all = versions.isEmpty();
        return database.ask(
                "tell when the next saga is due",
                (connection, sql) -> sql
                        .query(
                                connection,
                                "SELECT due_at - {now} FROM {saga} WHERE due_at IS NOT NULL"
                                        + (all ? "" : " AND " + among(versions)) + " ORDER BY due_at LIMIT 1",
                                row -> Sql.ofMicros(Math.max(0, row.getLong(1))),
                                all ? new Object[0] : parameters(versions).toArray())
                        .stream()
                        .findFirst());
    }

    /** Frees what a node that leaves has not finished. */
    void release(String node) {
        orphans.release(node);
    }

    @Override
    public String toString() {
        return "claims of " + settings.name() + ", orphans looked for every "
                + Durations.format(settings.timeToLive().dividedBy(10));
    }
}
