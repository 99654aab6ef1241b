package dev.seawall.benchmarks.killrun;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.seawall.ResilienceRuntime;
import dev.seawall.jdbc.DatabaseException;
import dev.seawall.jdbc.Transactions;
import dev.seawall.saga.Saga;
import dev.seawall.saga.SagaEngine;
import dev.seawall.saga.SagaId;
import dev.seawall.saga.SagaStoreException;
import dev.seawall.saga.jdbc.JdbcSagaStore;
import dev.seawall.test.ChildJvm;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/** One node: an engine with the participant's code, and threads that start what is wanted. */
final class SagaNodeProcess {

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long TRY_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final DataSource database;
    private final SagaFate fate;
    private final List<Saga<String>> sagas = new ArrayList<>();
    private final SagaEngine engine;
    private final ResilienceRuntime runtime = ResilienceRuntime.shared();

    private SagaNodeProcess(DataSource database, DataSource network, String name, long seed) {
        this.database = database;
        this.fate = new SagaFate(seed);
        SagaParticipant participant = new SagaParticipant(fate, Transactions.of(network));
        SagaPlan.shapes(seed).forEach(shape -> sagas.add(participant.definition(shape)));
        this.engine = engine(database, name, sagas);
    }

    static SagaEngine engine(DataSource database, String name, List<Saga<String>> sagas) {
        SagaEngine.Builder engine = SagaEngine.builder(JdbcSagaStore.builder(database)
                        .name(name)
                        .timeToLive(SagaPlan.TIME_TO_LIVE)
                        .build())
                .concurrency(SagaPlan.CONCURRENCY)
                .recoveryLimit(1_000_000);
        sagas.forEach(engine::register);
        return engine.build();
    }

    /** {@code args}: port of the database, of the participant, name, seed. */
    public static void main(String[] args) throws InterruptedException {
        ChildJvm.exitWithParent();
        DataSource database = pool(args[0], args[2]);
        DataSource network = pool(args[1], args[2] + "-calls");
        while (!started(database, network, args[2], Long.parseLong(args[3]))) {
            ResilienceRuntime.shared().sleep(TRY_AGAIN_NANOS);
        }
        System.out.println("ready");
        new CountDownLatch(1).await();
    }

    /** As an application has it: a pool, and a limit to how long an answer may take. */
    private static DataSource pool(String port, String name) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(
                Postgres.url(Integer.parseInt(port), name) + "&socketTimeout=5&connectTimeout=2&loginTimeout=3");
        config.setMaximumPoolSize(SagaPlan.CONNECTIONS);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(3_000);
        config.setValidationTimeout(1_000);
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    /** A node that cannot reach its database when it starts says so, and it is up to us to try again. */
    private static boolean started(DataSource database, DataSource network, String name, long seed) {
        SagaNodeProcess node = new SagaNodeProcess(database, network, name, seed);
        try {
            node.engine.start();
        } catch (SagaStoreException | DatabaseException unreachable) {
            return false;
        }
        for (int i = 0; i < SagaPlan.STARTERS; i++) {
            Thread thread = new Thread(node::startAll, "starter-" + i);
            thread.setDaemon(true);
            thread.start();
        }
        return true;
    }

    /** Two nodes may start the same one: that is what ids are for. */
    private void startAll() {
        while (true) {
            try {
                startNext();
                runtime.sleep(PAUSE_NANOS);
            } catch (SQLException | SagaStoreException troubled) {
                // it stays wanted
            } catch (InterruptedException unexpected) {
                throw new IllegalStateException(unexpected);
            }
        }
    }

    private void startNext() throws SQLException {
        String id;
        try (Connection connection = database.getConnection()) {
            List<String> wanted =
                    SagaTruth.texts(connection, "SELECT id FROM wanted WHERE NOT started ORDER BY random() LIMIT 1");
            if (wanted.isEmpty()) {
                return;
            }
            id = wanted.get(0);
        }
        Saga<String> saga = sagas.get(Math.floorMod(Long.parseLong(id), sagas.size()));
        if (fate.isStartedInTransaction(id)) {
            Transactions.of(database).inTransaction((Transactions.Work<Boolean, SQLException>) connection -> {
                engine.start(connection, saga, SagaId.of(id), SagaParticipant.first(id));
                note(connection, id);
                return true;
            });
        } else {
            engine.start(saga, SagaId.of(id), SagaParticipant.first(id));
            try (Connection connection = database.getConnection()) {
                note(connection, id);
            }
        }
    }

    private static void note(Connection connection, String id) throws SQLException {
        SagaTruth.execute(connection, "UPDATE wanted SET started = TRUE WHERE id = " + Long.parseLong(id));
    }
}
