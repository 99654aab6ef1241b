package dev.seawall.saga.jdbc;

import dev.seawall.Durations;
import dev.seawall.saga.SagaKey;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Frees the sagas of owners that are dead: from then on they are due, like all others that can be claimed. */
final class Orphans {

    private static final Logger LOG = LoggerFactory.getLogger(Orphans.class);
    private static final int MOST = 500; // in a transaction

    private final StoreSettings settings;
    private final Database database;
    private long lookAgainAt; // guarded by the lock of the claims

    Orphans(StoreSettings settings, Database database) {
        this.settings = settings;
        this.database = database;
    }

    void freeNowAndThen() throws SQLException {
        long now = settings.runtime().now();
        if (now < lookAgainAt) {
            return;
        }
        for (String owner : dead()) {
            free(owner, 1);
        }
        lookAgainAt = Durations.plus(now, Durations.toNanos(settings.timeToLive()) / 10);
    }

    /** Owners first: a node joins the living before it owns anything. */
    private List<String> dead() {
        List<String> owners = database.ask("look for the owners of sagas", (connection, sql) -> {
            List<String> found = new ArrayList<>();
            String last = "";
            while (last != null) { // one step of an index for each
                last = sql.query(
                                connection,
                                "SELECT MIN(owner) FROM {saga} WHERE owner > ?",
                                row -> Optional.ofNullable(row.getString(1)),
                                last)
                        .get(0)
                        .orElse(null);
                if (last != null) {
                    found.add(last);
                }
            }
            return found;
        });
        if (owners.isEmpty()) {
            return owners;
        }
        Set<String> alive = new HashSet<>(database.ask(
                "look for living nodes",
                (connection, sql) -> sql.query(
                        connection,
                        "SELECT id FROM {node} WHERE work = ? AND lease_until > {now} AND lease_until <= {now} + 2 * ttl",
                        row -> row.getString(1),
                        JdbcSagaStore.WORK)));
        return owners.stream().filter(owner -> !alive.contains(owner)).toList();
    }

    private void free(String owner, int recoveries) throws SQLException {
        int freed = MOST;
        while (freed == MOST) { // what a local step has locked is free when its connection is dead, too
            freed = database.inTransaction((connection, sql) -> {
                SagaRows rows = new SagaRows(sql);
                List<SagaKey> keys = sql.query(
                        connection,
                        "SELECT definition, id FROM {saga} WHERE owner = ? LIMIT " + MOST + " FOR UPDATE SKIP LOCKED",
                        row -> rows.key(row, "id"),
                        owner);
                sql.updateAll(
                        connection,
                        "UPDATE {saga} SET owner = NULL, due_at = {now}, epoch = epoch + 1, recoveries = recoveries + ?"
                                + Sql.KEY,
                        keys.stream().map(key -> Sql.keyAfter(recoveries, key)).toList());
                return keys.size();
            });
        }
    }

    void release(String node) {
        try {
            free(node, 0);
        } catch (SQLException | RuntimeException unreachable) {
            LOG.warn("the sagas of node {} are not free before others see that it is gone", node, unreachable);
        }
    }
}
