package dev.seawall.saga.jdbc;

import dev.seawall.payload.EncodedPayload;
import dev.seawall.saga.NewSaga;
import dev.seawall.saga.SagaId;
import dev.seawall.saga.SagaKey;
import dev.seawall.saga.SagaWrite;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL's way: one statement, committed by itself, for all writes and all starts of a batch. One round trip, one commit, and
 * no lock outlives it. A batch of one has a {@link LoneStatement}.
 *
 * <p>Fence and change are in the same statement: rows are locked as they are now, not as they were when the statement began, and
 * compared again when they are changed.
 */
final class PostgreSqlBatch extends Batch {

    /**
     * The plan must find rows by their key. One that was made while the tables were empty would read them as a whole, and would be
     * kept while they grow; so the session has only plans by index. Planning each time anew costs more than the work.
     */
    private static final List<String> SESSION = List.of(
            "enable_seqscan = off",
            "enable_hashjoin = off",
            "enable_mergejoin = off",
            "enable_bitmapscan = off",
            "plan_cache_mode = force_generic_plan",
            "lock_timeout = '200ms'"); // of an insert, for another one of that key, and of a lone update

    private static final String WRITES = """
            WITH l AS MATERIALIZED (
              SELECT w.* FROM unnest(?::text[], ?::text[], ?::int8[], ?::int8[], ?::text[], ?::text[], ?::int4[], ?::text[],
                  ?::bytea[], ?::text[], ?::text[], ?::text[], ?::int8[], ?::bool[], ?::bool[]) WITH ORDINALITY
                AS w(definition, id, epoch, rev, status, state_type, state_version, content_type, state, progress, step,
                  reason, wake, lets_go, ends, n)
              JOIN {saga} s ON s.definition = w.definition AND s.id = w.id
              WHERE s.epoch = w.epoch AND s.rev = w.rev
              FOR NO KEY UPDATE OF s SKIP LOCKED),
            u AS (
              UPDATE {saga} s SET rev = s.rev + 1, status = l.status, state_type = l.state_type,
                state_version = l.state_version, content_type = l.content_type, state = l.state, progress = l.progress,
                step = l.step, reason = l.reason, recoveries = 0, owner = CASE WHEN l.lets_go THEN NULL ELSE s.owner END,
                due_at = CASE WHEN s.woken OR (s.cancel_requested AND l.status = 'RUNNING') THEN {now} + l.wake * 0
                  ELSE {now} + l.wake END,
                woken = s.woken AND l.wake IS NULL, ended_at = CASE WHEN l.ends THEN {now} END
              FROM l WHERE s.definition = l.definition AND s.id = l.id AND s.epoch = l.epoch AND s.rev = l.rev
              RETURNING l.n, l.definition, l.id, l.epoch, s.rev, s.cancel_requested),
            g AS (
              INSERT INTO {saga_log} (definition, saga_id, rev, line, at, node, epoch, step, kind, attempt, text)
              SELECT u.definition, u.id, u.rev, x.line, {now}, ?, u.epoch, x.step, x.kind, x.attempt, x.text
              FROM unnest(?::int8[], ?::int4[], ?::text[], ?::text[], ?::int4[], ?::text[])
                AS x(n, line, step, kind, attempt, text) JOIN u USING (n)),
            c AS (
              UPDATE {saga_signal} q SET used_rev = u.rev
              FROM unnest(?::int8[], ?::int8[]) AS x(n, number) JOIN u USING (n)
              WHERE q.definition = u.definition AND q.saga_id = u.id AND q.number = x.number)
            """;

    private static final String STARTS = """
            INSERT INTO {saga} (definition, id, version, input_hash, status, state_type, state_version,
                content_type, state, progress, step, owner, epoch, rev, recoveries, cancel_requested, woken, start_token,
                created_at, deadline_at)
              SELECT t.definition, t.id, t.version, t.input_hash, 'RUNNING', t.state_type, t.state_version,
                t.content_type, t.state, t.progress, t.step, t.owner, 1, 0, 0, FALSE, FALSE, t.token, {now}, {now} + t.deadline
              FROM unnest(?::text[], ?::text[], ?::int4[], ?::text[], ?::text[], ?::int4[], ?::text[], ?::bytea[], ?::text[],
                  ?::text[], ?::text[], ?::int8[], ?::int8[])
                AS t(definition, id, version, input_hash, state_type, state_version, content_type, state, progress, step,
                  owner, token, deadline)
              ORDER BY t.definition, t.id
              ON CONFLICT DO NOTHING RETURNING definition, id),
            f AS (
              INSERT INTO {saga_log} (definition, saga_id, rev, line, at, node, epoch, kind, attempt)
              SELECT i.definition, i.id, 0, 1, {now}, ?, 1, 'started', 0 FROM i)
            """;

    private static final String NO_NEWS = "SELECT n, cancel_requested, NULL AS definition, NULL AS id FROM u";
    private static final String BOTH =
            WRITES + ", i AS (" + STARTS + NO_NEWS + " UNION ALL SELECT NULL, FALSE, definition, id FROM i";
    private static final String ONLY_WRITES = WRITES + NO_NEWS;
    private static final String ONLY_STARTS =
            "WITH i AS (" + STARTS + "SELECT NULL AS n, FALSE AS cancel_requested, definition, id FROM i";

    private final LoneStatement lone;

    PostgreSqlBatch(Sql sql) {
        super(sql);
        this.lone = new LoneStatement(sql);
    }

    @Override
    void prepare(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String setting : SESSION) {
                statement.execute("SET " + setting);
            }
        }
    }

    @Override
    void restore(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String setting : SESSION) {
                statement.execute("RESET " + setting.substring(0, setting.indexOf(' ')));
            }
        }
    }

    @Override
    void write(Connection connection, String node, List<Pending.Write> writes, List<Pending.Start> starts)
            throws SQLException {
        if (starts.isEmpty() && writes.size() == 1 && LoneStatement.suits(writes.get(0))) {
            lone.write(connection, node, writes.get(0));
        } else if (writes.isEmpty() && starts.size() == 1) {
            lone.start(connection, node, starts.get(0));
        } else {
            writeMany(connection, node, writes, starts);
        }
    }

    private void writeMany(Connection connection, String node, List<Pending.Write> writes, List<Pending.Start> starts)
            throws SQLException {
        String statement = starts.isEmpty() ? ONLY_WRITES : writes.isEmpty() ? ONLY_STARTS : BOTH;
        try (PreparedStatement prepared = sql.prepared(connection, statement)) {
            Parameters parameters = new Parameters(connection, prepared);
            if (!writes.isEmpty()) {
                bindWrites(parameters, node, writes);
            }
            if (!starts.isEmpty()) {
                bindStarts(parameters, node, starts);
            }
            try (ResultSet row = prepared.executeQuery()) {
                answer(row, writes, starts);
            }
        }
    }

    private static void answer(ResultSet row, List<Pending.Write> writes, List<Pending.Start> starts)
            throws SQLException {
        Map<SagaKey, Pending.Start> byKey = new HashMap<>();
        starts.forEach(start -> byKey.put(start.key(), start));
        while (row.next()) {
            int number = row.getInt(1);
            if (number > 0) {
                done(writes.get(number - 1), row.getBoolean(2));
            } else {
                SagaKey key = new SagaKey(row.getString(3), SagaId.of(row.getString(4)));
                started(Objects.requireNonNull(byKey.get(key)));
            }
        }
    }

    private static void bindWrites(Parameters parameters, String node, List<Pending.Write> pending)
            throws SQLException {
        Columns columns = new Columns(15, pending.size());
        Columns log = new Columns(6, pending.size() * 2);
        Columns used = new Columns(2, 0);
        long n = 0;
        for (Pending.Write one : pending) {
            SagaWrite write = one.write;
            EncodedPayload state = write.state();
            n++;
            columns.add(
                    write.key().definition(),
                    write.key().id().value(),
                    write.epoch(),
                    write.rev(),
                    write.status().name(),
                    state.type(),
                    state.version(),
                    state.contentType(),
                    state.bytes(),
                    write.progress(),
                    write.step(),
                    Sql.printable(write.reason()),
                    LettingGo.wakeMicros(write),
                    LettingGo.letsGo(write),
                    write.status().isEnd());
            int line = 0;
            for (SagaWrite.Entry entry : write.log()) {
                log.add(n, ++line, entry.step(), entry.kind(), entry.attempt(), Sql.printable(entry.text()));
            }
            for (Long number : write.consumed()) {
                used.add(n, number);
            }
        }
        parameters.add(
                columns, "text", "text", "int8", "int8", "text", "text", "int4", "text", "bytea", "text", "text",
                "text", "int8", "bool", "bool");
        parameters.add(node);
        parameters.add(log, "int8", "int4", "text", "text", "int4", "text");
        parameters.add(used, "int8", "int8");
    }

    private static void bindStarts(Parameters parameters, String node, List<Pending.Start> pending)
            throws SQLException {
        Columns columns = new Columns(13, pending.size());
        for (Pending.Start one : pending) {
            NewSaga saga = one.saga;
            columns.add(
                    saga.key().definition(),
                    saga.key().id().value(),
                    saga.version(),
                    saga.inputHash(),
                    saga.state().type(),
                    saga.state().version(),
                    saga.state().contentType(),
                    saga.state().bytes(),
                    saga.progress(),
                    saga.step(),
                    one.node,
                    one.token,
                    saga.deadline() == null ? null : Sql.micros(saga.deadline()));
        }
        parameters.add(
                columns, "text", "text", "int4", "text", "text", "int4", "text", "bytea", "text", "text", "text",
                "int8", "int8");
        parameters.add(node);
    }

    /** Rows, column by column. */
    private static final class Columns {

        private final List<List<@Nullable Object>> columns = new ArrayList<>();

        Columns(int many, int rows) {
            for (int i = 0; i < many; i++) {
                columns.add(new ArrayList<>(rows));
            }
        }

        void add(@Nullable Object... row) {
            for (int i = 0; i < row.length; i++) {
                columns.get(i).add(row[i]);
            }
        }

        Collection<@Nullable Object> column(int index) {
            return columns.get(index);
        }
    }

    /** The parameters of a statement, in order. */
    private static final class Parameters {

        private final Connection connection;
        private final PreparedStatement statement;
        private int index;

        Parameters(Connection connection, PreparedStatement statement) {
            this.connection = connection;
            this.statement = statement;
        }

        void add(String value) throws SQLException {
            statement.setString(++index, value);
        }

        void add(Columns columns, String... types) throws SQLException {
            for (int i = 0; i < types.length; i++) {
                Collection<@Nullable Object> values = columns.column(i);
                Object[] array = types[i].equals("bytea") ? values.toArray(byte[][]::new) : values.toArray();
                statement.setArray(++index, connection.createArrayOf(types[i], array));
            }
        }
    }
}
