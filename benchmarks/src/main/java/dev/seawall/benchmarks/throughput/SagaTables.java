package dev.seawall.benchmarks.throughput;

import dev.seawall.jdbc.SchemaInstaller;
import dev.seawall.saga.Saga;
import dev.seawall.saga.SagaEngine;
import dev.seawall.saga.SagaId;
import dev.seawall.saga.SagaResult;
import dev.seawall.saga.jdbc.JdbcSagaStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/** Seawall's tables in the database of a run, an engine on them, and the tables of others of the same shape. */
final class SagaTables {

    static final int STEPS = 4;
    static final String STATE = "x".repeat(100);

    private static final String TEMPLATE = "template";

    private final DataSource pool;
    private final Saga<String> saga;
    private final AtomicLong ids = new AtomicLong();

    SagaTables(DataSource pool) throws SQLException {
        this.pool = pool;
        var definition = Saga.define("order", 1, String.class)
                .step("step-1")
                .run((state, context) -> state)
                .compensate((state, context) -> {});
        for (int step = 2; step <= STEPS; step++) {
            definition = definition
                    .step("step-" + step)
                    .run((state, context) -> state)
                    .compensate((state, context) -> {});
        }
        this.saga = definition.build();
        SchemaInstaller.of(pool).install(JdbcSagaStore.SCHEMA);
        execute(
                "CREATE TABLE plain_saga (LIKE seawall_saga INCLUDING ALL) WITH (fillfactor = 70)",
                "CREATE TABLE plain_log (LIKE seawall_saga_log INCLUDING ALL)");
    }

    DataSource pool() {
        return pool;
    }

    SagaEngine engine() {
        return SagaEngine.builder(JdbcSagaStore.builder(pool).build())
                .register(saga)
                .build()
                .start();
    }

    /** One saga, from its start to its end. */
    void run(SagaEngine engine) {
        run(engine, "order-" + ids.incrementAndGet());
    }

    private void run(SagaEngine engine, String id) {
        SagaResult<String> result = engine.start(saga, SagaId.of(id), STATE).await();
        if (!(result instanceof SagaResult.Completed<String>)) {
            throw new IllegalStateException(result.toString());
        }
    }

    /** One whose rows can be copied. */
    void runTemplate(SagaEngine engine) {
        run(engine, TEMPLATE);
    }

    /** Rows as the engine leaves them, with their histories: of sagas that have ended, and of ones that wait for an hour. */
    void fill(int finished, int waiting) throws SQLException {
        String columns =
                "definition, version, input_hash, state_type, state_version, content_type, state, progress, step,"
                        + " reason, owner, start_token, epoch, rev, recoveries, cancel_requested, woken, created_at, deadline_at";
        copy("ended-", columns + ", status, due_at, ended_at", columns + ", status, due_at, ended_at", finished);
        String inAnHour = "'RUNNING', (extract(epoch FROM clock_timestamp()) * 1000000)::bigint + 3600000000, NULL";
        copy("waiting-", columns + ", status, due_at, ended_at", columns + ", " + inAnHour, waiting);
        tidy();
    }

    private void copy(String prefix, String columns, String values, int many) throws SQLException {
        execute(
                "INSERT INTO seawall_saga (id, " + columns + ") SELECT '" + prefix + "' || n, " + values
                        + " FROM seawall_saga, generate_series(1, " + many + ") AS n WHERE id = '" + TEMPLATE + "'",
                "INSERT INTO seawall_saga_log SELECT l.definition, '" + prefix
                        + "' || n, l.rev, l.line, l.at, l.node, l.epoch, l.step, l.kind, l.attempt, l.text"
                        + " FROM seawall_saga_log l, generate_series(1, " + many + ") AS n WHERE saga_id = '" + TEMPLATE
                        + "'");
    }

    void tidy() throws SQLException {
        execute("VACUUM ANALYZE seawall_saga", "VACUUM ANALYZE seawall_saga_log", "CHECKPOINT");
    }

    void execute(String... statements) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
