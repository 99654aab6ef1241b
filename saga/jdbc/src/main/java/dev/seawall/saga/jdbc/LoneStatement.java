package dev.seawall.saga.jdbc;

import dev.seawall.saga.SagaWrite;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What is written alone, on PostgreSQL: a plain statement that finds its one row by its key, at half the cost of the one for any
 * number of rows. It does wait for a row that somebody has locked, as long as the session's lock timeout says, and then fails.
 */
final class LoneStatement {

    private static final String WRITE = "WITH u AS (" + PortableBatch.UPDATE
            + " RETURNING definition, id, rev, epoch, cancel_requested),"
            + " g AS (INSERT INTO {saga_log} (definition, saga_id, rev, line, at, node, epoch, step, kind, attempt, text)"
            + " SELECT u.definition, u.id, u.rev, x.line, {now}, ?, u.epoch, x.step, x.kind, x.attempt, x.text"
            + " FROM u, (VALUES %s) AS x (line, step, kind, attempt, text))"
            + " SELECT cancel_requested FROM u";

    private static final String START = "WITH i AS (" + NewRow.INSERT + NewRow.values("a node")
            + " ON CONFLICT DO NOTHING RETURNING definition, id),"
            + " g AS (INSERT INTO {saga_log} (definition, saga_id, rev, line, at, node, epoch, kind, attempt)"
            + " SELECT definition, id, 0, 1, {now}, ?, 1, 'started', 0 FROM i)"
            + " SELECT TRUE FROM i";

    private final Sql sql;
    private final Map<Integer, String> writes = new HashMap<>(); // by lines of history

    LoneStatement(Sql sql) {
        this.sql = sql;
    }

    /** Not one that was tried before: its row may be locked for long. */
    static boolean suits(Pending.Write pending) {
        return pending.attempts == 0
                && pending.write.consumed().isEmpty()
                && !pending.write.log().isEmpty();
    }

    void write(Connection connection, String node, Pending.Write pending) throws SQLException {
        List<SagaWrite.Entry> log = pending.write.log();
        List<@Nullable Object> values = new ArrayList<>();
        Collections.addAll(values, PortableBatch.row(pending.write));
        values.add(node);
        for (SagaWrite.Entry entry : log) {
            values.add(entry.step());
            values.add(entry.kind());
            values.add(entry.attempt());
            values.add(Sql.printable(entry.text()));
        }
        try (PreparedStatement statement = sql.prepared(connection, writing(log.size()))) {
            bind(statement, values);
            try (ResultSet row = statement.executeQuery()) {
                if (row.next()) {
                    Batch.done(pending, row.getBoolean(1));
                }
            }
        }
    }

    private String writing(int lines) {
        return writes.computeIfAbsent(
                lines,
                many -> String.format(
                        WRITE,
                        IntStream.rangeClosed(1, many)
                                .mapToObj(line -> "(" + line + ", ?::text, ?::text, ?::int4, ?::text)")
                                .collect(Collectors.joining(", "))));
    }

    void start(Connection connection, String node, Pending.Start pending) throws SQLException {
        List<@Nullable Object> values = new ArrayList<>();
        Collections.addAll(values, NewRow.parameters(pending.saga, pending.node, pending.token));
        values.add(node);
        try (PreparedStatement statement = sql.prepared(connection, START)) {
            bind(statement, values);
            if (pending.saga.deadline() == null) {
                statement.setNull(NewRow.DEADLINE, Types.BIGINT);
            }
            try (ResultSet row = statement.executeQuery()) {
                if (row.next()) {
                    Batch.started(pending);
                }
            }
        }
    }

    /** Texts that are missing are texts too: the driver prepares and the server plans anew if the type of a parameter changes. */
    private void bind(PreparedStatement statement, List<@Nullable Object> values) throws SQLException {
        sql.bind(statement, values.toArray());
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) == null) {
                statement.setNull(i + 1, Types.VARCHAR);
            }
        }
    }
}
