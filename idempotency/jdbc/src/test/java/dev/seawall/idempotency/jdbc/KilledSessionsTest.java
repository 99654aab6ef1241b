package dev.seawall.idempotency.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.Call;
import dev.seawall.idempotency.Fingerprint;
import dev.seawall.idempotency.Idempotency;
import dev.seawall.idempotency.IdempotencyStoreException;
import dev.seawall.idempotency.Key;
import dev.seawall.idempotency.Outcome;
import dev.seawall.idempotency.Outcome.InProgress;
import dev.seawall.jdbc.CommitOutcomeUnknownException;
import dev.seawall.jdbc.SchemaInstaller;
import dev.seawall.jdbc.Transactions;
import dev.seawall.testdatabases.Database;
import dev.seawall.testdatabases.Server;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * PostgreSQL sessions that are killed again and again, at whatever they are: a claim, a completion, a COMMIT. Callers come back
 * until they have their answers, and all must get the same.
 */
@Timeout(180)
final class KilledSessionsTest {

    private static final int CALLERS = 4;
    private static final int KEYS = 60;
    private static final Fingerprint REQUEST = Fingerprint.of("request");
    private static final String KILL_ALL =
            "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() "
                    + "AND pid <> pg_backend_pid()";

    private static Database database;
    private static List<Key> keys;

    /** A caller's way to its answer; {@code null} if it must come back. */
    @FunctionalInterface
    private interface Try {
        Outcome<String> at(Key key) throws Exception;
    }

    @BeforeAll
    static void open() {
        database = Server.POSTGRESQL.create();
        SchemaInstaller.of(database).install(JdbcIdempotency.SCHEMA);
        database.execute("CREATE TABLE effect (id text NOT NULL)");
    }

    @AfterAll
    static void close() {
        database.close();
    }

    /** Nobody knows when the callers are where: the killer goes on until they have all answers. */
    private static List<List<String>> underFire(Try attempt) throws Exception {
        keys = new ArrayList<>();
        for (int i = 0; i < KEYS; i++) {
            keys.add(Key.of("fire", UUID.randomUUID().toString()));
        }
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(CALLERS + 1);
        try {
            Future<?> killer = threads.submit(() -> kill(over));
            List<Callable<List<String>>> callers = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                callers.add(() -> answers(attempt));
            }
            List<List<String>> answers = new ArrayList<>();
            for (Future<List<String>> caller : threads.invokeAll(callers)) {
                answers.add(caller.get());
            }
            over.set(true);
            killer.get();
            return answers;
        } finally {
            over.set(true);
            threads.shutdownNow();
        }
    }

    private static void kill(AtomicBoolean over) {
        long killed = 0;
        while (!over.get() && killed < 500) { // then it lets them come to an end
            killed += database.number(KILL_ALL);
        }
    }

    private static List<String> answers(Try attempt) throws Exception {
        List<String> answers = new ArrayList<>();
        for (Key key : keys) {
            Outcome<String> outcome = tried(attempt, key);
            while (outcome == null || outcome instanceof InProgress) {
                outcome = tried(attempt, key);
            }
            answers.add(outcome.valueOrThrow());
        }
        return answers;
    }

    private static Outcome<String> tried(Try attempt, Key key) throws Exception {
        try {
            return attempt.at(key);
        } catch (SQLException | IdempotencyStoreException | CommitOutcomeUnknownException killed) {
            return null;
        }
    }

    @Test
    void inTransaction_sessionsKilledAnywhere_oneEffectEachAndItsAnswer() throws Exception {
        JdbcIdempotency idempotency = JdbcIdempotency.builder().build();

        List<List<String>> answers = underFire(key -> Transactions.of(database)
                .inTransaction(connection ->
                        idempotency.execute(connection, key, REQUEST, (Call<String, SQLException>) () -> {
                            String id = UUID.randomUUID().toString();
                            JdbcIdempotencyTck.effect(connection, id);
                            return id;
                        })));

        assertThat(answers).allSatisfy(each -> assertThat(each).isEqualTo(answers.get(0)));
        assertThat(database.number("SELECT COUNT(*) FROM effect")).isEqualTo(KEYS);
        assertThat(answers.get(0))
                .allSatisfy(id -> assertThat(database.number("SELECT COUNT(*) FROM effect WHERE id = '" + id + "'"))
                        .isEqualTo(1));
    }

    @Test
    void store_sessionsKilledAnywhere_oneAnswerEach() throws Exception {
        Idempotency idempotency = Idempotency.builder(JdbcIdempotency.store(database))
                .claimFor(Duration.ofMillis(500)) // whose completion was lost is taken over soon
                .build();

        List<List<String>> answers = underFire(key ->
                idempotency.execute(key, REQUEST, execution -> UUID.randomUUID().toString()));

        assertThat(answers).allSatisfy(each -> assertThat(each).isEqualTo(answers.get(0)));
    }
}
