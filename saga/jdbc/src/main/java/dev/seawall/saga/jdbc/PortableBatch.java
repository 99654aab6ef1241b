package dev.seawall.saga.jdbc;

import dev.seawall.jdbc.Dialect;
import dev.seawall.saga.SagaId;
import dev.seawall.saga.SagaKey;
import dev.seawall.saga.SagaStatus;
import dev.seawall.saga.SagaWrite;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What MariaDB, MySQL and H2 have in common: a transaction that locks the rows that can be had and are still the writer's, and
 * changes those. How many rows an update of a batch has changed is nothing to rely on: some drivers do not tell.
 */
final class PortableBatch extends Batch {

    /** Its parameters are a {@link #row}. Assignments see those before them on MariaDB and MySQL, and do not elsewhere. */
    static final String UPDATE = "UPDATE {saga} SET rev = rev + 1, status = ?, state_type = ?, state_version = ?,"
            + " content_type = ?, state = ?, progress = ?, step = ?, reason = ?, recoveries = 0,"
            + " owner = CASE WHEN ? THEN NULL ELSE owner END,"
            + " due_at = CASE WHEN ? THEN CASE WHEN woken OR (cancel_requested AND ?) THEN {now} ELSE {now} + ? END END,"
            + " woken = CASE WHEN ? THEN FALSE ELSE woken END, ended_at = CASE WHEN ? THEN {now} END"
            + " WHERE definition = ? AND id = ? AND epoch = ? AND rev = ?";

    private static final String LOG =
            "INSERT INTO {saga_log} (definition, saga_id, rev, line, at, node, epoch, step, kind,"
                    + " attempt, text) VALUES (?, ?, ?, ?, {now}, ?, ?, ?, ?, ?, ?)";

    private static final String USE = "UPDATE {saga_signal} SET used_rev = ?" + Sql.OF_SAGA + " AND number = ?";

    /** The part of a row that fences its writers. */
    private record Fence(long epoch, long rev, boolean cancelRequested) {}

    PortableBatch(Sql sql) {
        super(sql);
    }

    @Override
    void prepare(Connection connection) throws SQLException {
        if (sql.dialect() == Dialect.MARIADB) {
            sql.update(
                    connection,
                    "SET SESSION innodb_lock_wait_timeout = 1"); // of an insert, for another one of that key
        }
        connection.setAutoCommit(false);
    }

    @Override
    void restore(Connection connection) throws SQLException {
        connection.setAutoCommit(true);
        if (sql.dialect() == Dialect.MARIADB) {
            sql.update(connection, "SET SESSION innodb_lock_wait_timeout = DEFAULT");
        }
    }

    @Override
    void write(Connection connection, String node, List<Pending.Write> writes, List<Pending.Start> starts)
            throws SQLException {
        Map<Pending.Write, Fence> ours = new HashMap<>();
        List<Pending.Start> fresh;
        try {
            lock(connection, writes, ours);
            update(
                    connection,
                    node,
                    ours.keySet().stream().map(pending -> pending.write).toList());
            fresh = insert(connection, node, starts);
            connection.commit();
        } catch (Throwable failure) {
            rollBack(connection, failure);
            throw failure;
        }
        ours.forEach((pending, fence) -> done(pending, fence.cancelRequested()));
        fresh.forEach(Batch::started);
    }

    private static void rollBack(Connection connection, Throwable failure) {
        try {
            connection.rollback();
        } catch (SQLException | RuntimeException broken) {
            failure.addSuppressed(broken);
        }
    }

    private void lock(Connection connection, List<Pending.Write> writes, Map<Pending.Write, Fence> ours)
            throws SQLException {
        Map<SagaKey, Fence> found = new HashMap<>();
        for (Map.Entry<String, List<String>> group :
                grouped(writes.stream().map(Pending::key)).entrySet()) {
            SagaRows rows = new SagaRows(sql);
            sql.query(
                    connection,
                    "SELECT definition, id, epoch, rev, cancel_requested FROM {saga} WHERE definition = ? AND id IN ("
                            + Sql.marks(group.getValue().size()) + ") ORDER BY id FOR UPDATE SKIP LOCKED",
                    row -> found.put(
                            rows.key(row, "id"),
                            new Fence(row.getLong("epoch"), row.getLong("rev"), row.getBoolean("cancel_requested"))),
                    with(group.getKey(), group.getValue()));
        }
        for (Pending.Write pending : writes) {
            Fence fence = found.get(pending.key());
            if (fence != null && fence.epoch() == pending.write.epoch() && fence.rev() == pending.write.rev()) {
                ours.put(pending, fence);
            }
        }
    }

    private static Object[] with(String first, List<String> rest) {
        List<Object> all = new ArrayList<>(rest.size() + 1);
        all.add(first);
        all.addAll(rest);
        return all.toArray();
    }

    /** One definition at a time: not every database finds pairs by its index. */
    private static Map<String, List<String>> grouped(Stream<SagaKey> keys) {
        Map<String, List<String>> groups = new TreeMap<>();
        keys.forEach(key -> groups.computeIfAbsent(key.definition(), definition -> new ArrayList<>())
                .add(key.id().value()));
        return groups;
    }

    void update(Connection connection, String node, List<SagaWrite> writes) throws SQLException {
        List<@Nullable Object[]> rows = new ArrayList<>();
        List<@Nullable Object[]> log = new ArrayList<>();
        List<@Nullable Object[]> used = new ArrayList<>();
        for (SagaWrite write : writes) {
            String definition = write.key().definition();
            String id = write.key().id().value();
            rows.add(row(write));
            int line = 0;
            for (SagaWrite.Entry entry : write.log()) {
                log.add(new @Nullable Object[] {
                    definition,
                    id,
                    write.rev() + 1,
                    ++line,
                    node,
                    write.epoch(),
                    entry.step(),
                    entry.kind(),
                    entry.attempt(),
                    Sql.printable(entry.text())
                });
            }
            for (Long number : write.consumed()) {
                used.add(new @Nullable Object[] {write.rev() + 1, definition, id, number});
            }
        }
        sql.updateAll(connection, UPDATE, rows);
        sql.updateAll(connection, LOG, log);
        sql.updateAll(connection, USE, used);
    }

    static @Nullable Object[] row(SagaWrite write) {
        Long wake = LettingGo.wakeMicros(write);
        return new @Nullable Object[] {
            write.status().name(),
            write.state().type(),
            write.state().version(),
            write.state().contentType(),
            write.state().bytes(),
            write.progress(),
            write.step(),
            Sql.printable(write.reason()),
            LettingGo.letsGo(write),
            wake != null,
            write.status() == SagaStatus.RUNNING,
            wake == null ? 0 : wake,
            wake != null,
            write.status().isEnd(),
            write.key().definition(),
            write.key().id().value(),
            write.epoch(),
            write.rev()
        };
    }

    private static @Nullable Object[] firstLine(Pending.Start start, String node) {
        String id = start.key().id().value();
        return new @Nullable Object[] {start.key().definition(), id, 0, 1, node, 1, null, NewRow.STARTED.kind(), 0, null
        };
    }

    /** Answers those that were not there. One that another transaction adds in this moment fails the batch. */
    private List<Pending.Start> insert(Connection connection, String node, List<Pending.Start> starts)
            throws SQLException {
        if (starts.isEmpty()) {
            return List.of();
        }
        Map<String, List<String>> there = new HashMap<>();
        for (Map.Entry<String, List<String>> group :
                grouped(starts.stream().map(Pending::key)).entrySet()) {
            there.put(
                    group.getKey(),
                    sql.query(
                            connection,
                            "SELECT id FROM {saga} WHERE definition = ? AND id IN ("
                                    + Sql.marks(group.getValue().size()) + ")",
                            row -> sql.dialect().text(row, "id"),
                            with(group.getKey(), group.getValue())));
        }
        List<Pending.Start> fresh = starts.stream()
                .filter(start -> !there.getOrDefault(start.key().definition(), List.of())
                        .contains(start.key().id().value()))
                .sorted(Comparator.comparing(
                                (Pending.Start start) -> start.key().definition())
                        .thenComparing(start -> start.key().id(), Comparator.comparing(SagaId::value)))
                .toList();
        sql.updateAll(
                connection,
                NewRow.INSERT + NewRow.values("a node"),
                fresh.stream()
                        .map(start -> NewRow.parameters(start.saga, start.node, start.token))
                        .toList());
        sql.updateAll(
                connection,
                LOG,
                fresh.stream().map(start -> firstLine(start, node)).toList());
        return fresh;
    }
}
