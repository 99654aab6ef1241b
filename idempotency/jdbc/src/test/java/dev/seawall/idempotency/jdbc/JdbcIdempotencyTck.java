package dev.seawall.idempotency.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.Call;
import dev.seawall.idempotency.AnswerCipher;
import dev.seawall.idempotency.Fingerprint;
import dev.seawall.idempotency.Idempotency;
import dev.seawall.idempotency.IdempotencyEvent;
import dev.seawall.idempotency.IdempotencySnapshot;
import dev.seawall.idempotency.IdempotencyStore;
import dev.seawall.idempotency.IdempotencyStore.Completed;
import dev.seawall.idempotency.IdempotencyStore.Granted;
import dev.seawall.idempotency.Key;
import dev.seawall.idempotency.Outcome;
import dev.seawall.idempotency.Outcome.Executed;
import dev.seawall.idempotency.Outcome.InProgress;
import dev.seawall.idempotency.Outcome.Mismatch;
import dev.seawall.idempotency.Outcome.Replayed;
import dev.seawall.idempotency.StoredAnswer;
import dev.seawall.jdbc.Dialect;
import dev.seawall.jdbc.SchemaInstaller;
import dev.seawall.jdbc.Tables;
import dev.seawall.jdbc.Transactions;
import dev.seawall.payload.PayloadException;
import dev.seawall.testdatabases.Database;
import dev.seawall.testdatabases.Server;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** What idempotency in the caller's transaction promises, on every database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(180)
abstract class JdbcIdempotencyTck {

    static final Fingerprint REQUEST = Fingerprint.of("request");
    static final Duration LONG = Duration.ofHours(1);

    private final Server server;
    Database database;
    Pool pool;
    Key key;
    final JdbcIdempotency idempotency =
            JdbcIdempotency.builder().maxWait(Duration.ofMinutes(1)).build();

    JdbcIdempotencyTck(Server server) {
        this.server = server;
    }

    @BeforeAll
    void open() {
        database = server.create();
        SchemaInstaller.of(database).install(JdbcIdempotency.SCHEMA);
        database.execute("CREATE TABLE effect (id varchar(100) NOT NULL)");
        pool = new Pool(database);
    }

    @AfterAll
    void close() throws SQLException {
        pool.close();
        database.close();
    }

    @BeforeEach
    void newKey() {
        key = Key.of("tck", UUID.randomUUID().toString());
        database.execute("DELETE FROM effect");
    }

    static void effect(Connection connection, String id) throws SQLException {
        try (var statement = connection.prepareStatement("INSERT INTO effect (id) VALUES (?)")) {
            statement.setString(1, id);
            statement.executeUpdate();
        }
    }

    long effects() {
        return database.number("SELECT COUNT(*) FROM effect");
    }

    /** One transaction that has its effect, answers and commits. */
    Outcome<String> pay(String answer) throws SQLException {
        return pay(idempotency, answer);
    }

    Outcome<String> pay(JdbcIdempotency idempotency, String answer) throws SQLException {
        return Transactions.of(pool)
                .inTransaction(connection ->
                        idempotency.execute(connection, key, REQUEST, (Call<String, SQLException>) () -> {
                            effect(connection, answer);
                            return answer;
                        }));
    }

    @Test
    void execute_again_replaysTheAnswer() throws Exception {
        assertThat(pay("first")).isEqualTo(new Executed<>("first"));
        assertThat(pay("second")).isEqualTo(new Replayed<>("first"));
        assertThat(effects()).isEqualTo(1);
    }

    @Test
    void execute_againInOneTransaction_replaysTheAnswer() throws Exception {
        Transactions.of(pool).inTransaction(connection -> {
            assertThat(idempotency.execute(connection, key, REQUEST, () -> "first"))
                    .isInstanceOf(Executed.class);
            assertThat(idempotency.execute(connection, key, REQUEST, () -> "second"))
                    .isEqualTo(new Replayed<>("first"));
            return true;
        });
    }

    @Test
    void execute_noAnswer_isReplayedAsNone() throws Exception {
        for (int i = 0; i < 2; i++) {
            Outcome<String> outcome = Transactions.of(pool)
                    .inTransaction(connection ->
                            idempotency.<String, RuntimeException>execute(connection, key, REQUEST, () -> null));
            assertThat(outcome).isEqualTo(i == 0 ? new Executed<>(null) : new Replayed<>(null));
        }
    }

    @Test
    void execute_otherFingerprint_isAMismatch() throws Exception {
        pay("first");

        Outcome<String> other = Transactions.of(pool)
                .inTransaction(
                        connection -> idempotency.execute(connection, key, Fingerprint.of("other"), () -> "never"));

        assertThat(other).isEqualTo(new Mismatch<>());
    }

    @Test
    void execute_onAConnectionThatCommitsByItself_isRefused() throws Exception {
        try (Connection connection = database.getConnection()) {
            assertThatThrownBy(() -> idempotency.execute(connection, key, REQUEST, () -> "never"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("setAutoCommit(false)");
        }
    }

    @Test
    void execute_duplicateMeanwhile_waitsAndGetsTheAnswer() throws Exception {
        CountDownLatch working = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        CompletableFuture<Outcome<String>> first = inBackground(() -> Transactions.of(database)
                .inTransaction(connection ->
                        idempotency.execute(connection, key, REQUEST, (Call<String, Exception>) () -> {
                            effect(connection, "first");
                            working.countDown();
                            mayEnd.await(60, TimeUnit.SECONDS);
                            return "first";
                        })));
        assertThat(working.await(60, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Outcome<String>> second = inBackground(() -> {
            while (true) { // H2 waits no longer than its lock timeout
                Outcome<String> outcome = pay("second");
                if (!(outcome instanceof InProgress)) {
                    return outcome;
                }
            }
        });
        mayEnd.countDown();

        assertThat(first.get(60, TimeUnit.SECONDS)).isEqualTo(new Executed<>("first"));
        assertThat(second.get(60, TimeUnit.SECONDS)).isEqualTo(new Replayed<>("first"));
        assertThat(effects()).isEqualTo(1);
    }

    private static <T> CompletableFuture<T> inBackground(Callable<T> work) {
        CompletableFuture<T> future = new CompletableFuture<>();
        new Thread(() -> {
                    try {
                        future.complete(work.call());
                    } catch (Throwable failure) {
                        future.completeExceptionally(failure);
                    }
                })
                .start();
        return future;
    }

    @Test
    @Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD) // without a lock, each waits for the other
    void execute_waitedInVain_isInProgressAndTheTransactionGoesOn() throws Exception {
        JdbcIdempotency impatient =
                JdbcIdempotency.builder().maxWait(Duration.ZERO).build();
        try (Connection first = database.getConnection()) {
            first.setAutoCommit(false);
            idempotency.execute(first, key, REQUEST, () -> "first");

            Outcome<String> second = Transactions.of(database).inTransaction(connection -> {
                effect(connection, "before");
                Outcome<String> outcome = impatient.execute(connection, key, REQUEST, () -> "second");
                effect(connection, "after");
                return outcome;
            });
            first.commit();

            assertThat(second)
                    .isInstanceOfSatisfying(
                            InProgress.class,
                            waiting -> assertThat(waiting.retryAfter()).isPositive());
            assertThat(effects()).isEqualTo(2);
        }
        assertThat(pay("third")).isEqualTo(new Replayed<>("first"));
    }

    @Test
    void snapshot_afterEachOutcome_countsIt() throws Exception {
        JdbcIdempotency counting = JdbcIdempotency.builder()
                .name("payments")
                .maxWait(Duration.ZERO)
                .build();
        List<IdempotencyEvent> events = new ArrayList<>();
        counting.on(IdempotencyEvent.class, events::add);
        pay(counting, "first");
        pay(counting, "second");
        Transactions.of(pool)
                .inTransaction(connection -> counting.execute(connection, key, Fingerprint.of("other"), () -> "third"));
        Key held = Key.of("tck", "held");
        try (Connection other = database.getConnection()) {
            other.setAutoCommit(false);
            idempotency.execute(other, held, REQUEST, () -> "theirs");
            Transactions.of(pool)
                    .inTransaction(connection -> counting.execute(connection, held, REQUEST, () -> "fourth"));
            other.rollback();
        }

        IdempotencySnapshot snapshot = counting.snapshot();

        assertThat(List.of(
                        snapshot.executed(),
                        snapshot.replayed(),
                        snapshot.mismatched(),
                        snapshot.inProgress(),
                        snapshot.takenOver()))
                .containsExactly(1L, 1L, 1L, 1L, 0L);
        assertThat(snapshot.storeCalls()).isEqualTo(5); // and one more to store the answer
        assertThat(snapshot.storeTime()).isPositive();
        assertThat(events)
                .extracting(event -> event.getClass().getSimpleName())
                .containsExactly("Executed", "Replayed", "Mismatched", "InProgress");
        assertThat(events).allMatch(event -> event.name().equals("payments"));
    }

    @Test
    void execute_rolledBack_leavesNothing() throws Exception {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            idempotency.execute(connection, key, REQUEST, () -> "first");
            connection.rollback();
        }

        assertThat(pay("second")).isEqualTo(new Executed<>("second"));
    }

    @Test
    void execute_workThrowsAndTheCallerCommits_leavesNoRecord() throws Exception {
        Transactions.of(pool).inTransaction(connection -> {
            assertThatThrownBy(() -> idempotency.execute(connection, key, REQUEST, () -> {
                        throw new IllegalStateException("cannot");
                    }))
                    .hasMessage("cannot")
                    .hasNoSuppressedExceptions();
            effect(connection, "all the same");
            return true;
        });

        assertThat(database.number(count())).isZero();
        assertThat(pay("second")).isEqualTo(new Executed<>("second"));
    }

    private String count() {
        return Tables.standard().in("SELECT COUNT(*) FROM {idempotency} WHERE key_hash = " + hex(key), dialect());
    }

    private Dialect dialect() {
        try (Connection connection = database.getConnection()) {
            return Dialect.of(connection);
        } catch (SQLException refused) {
            throw new IllegalStateException(refused);
        }
    }

    private String hex(Key key) {
        String digits = HexFormat.of().formatHex(key.hash());
        return dialect() == Dialect.POSTGRESQL ? "'\\x" + digits + "'" : "X'" + digits + "'";
    }

    @Test
    void execute_answerThatCannotBeWrittenAndTheCallerCommits_leavesNoRecord() throws Exception {
        Transactions.of(pool).inTransaction(connection -> {
            assertThatThrownBy(() -> idempotency.execute(connection, key, REQUEST, () -> new Object()))
                    .isInstanceOf(PayloadException.class);
            return true;
        });

        assertThat(database.number(count())).isZero();
    }

    @Test
    void execute_rolledBackToASavepoint_runsAgain() throws Exception {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            Savepoint before = connection.setSavepoint();
            idempotency.execute(connection, key, REQUEST, () -> "first");
            connection.rollback(before);

            assertThat(idempotency.execute(connection, key, REQUEST, () -> "second"))
                    .isEqualTo(new Executed<>("second"));
            connection.commit();
        }

        assertThat(pay("third")).isEqualTo(new Replayed<>("second"));
    }

    @Test
    void execute_answerAtItsEnd_runsAgain() throws Exception {
        pay(JdbcIdempotency.builder().keepFor(Duration.ofMillis(1)).build(), "first");

        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> pay("second").equals(new Executed<>("second")));

        assertThat(pay("third")).isEqualTo(new Replayed<>("second"));
    }

    @Test
    void execute_encrypted_cannotBeReadInTheTable() throws Exception {
        JdbcIdempotency encrypted =
                JdbcIdempotency.builder().cipher(new Reversed()).build();
        pay(encrypted, "canary");

        assertThat(pay(encrypted, "second")).isEqualTo(new Replayed<>("canary"));
        assertThatThrownBy(() -> pay("third")).isInstanceOf(PayloadException.class);
    }

    /** No cipher, but not readable either. */
    private static final class Reversed implements AnswerCipher {
        @Override
        public byte[] encrypt(byte[] plain, byte[] context) {
            byte[] reversed = new byte[plain.length];
            for (int i = 0; i < plain.length; i++) {
                reversed[i] = (byte) ~plain[plain.length - 1 - i];
            }
            return reversed;
        }

        @Override
        public byte[] decrypt(byte[] encrypted, byte[] context) {
            return encrypt(encrypted, context);
        }
    }

    @Test
    void execute_claimedByTheOtherMode_isInProgressUntilThatEnds() throws Exception {
        IdempotencyStore store = JdbcIdempotency.store(pool);
        UUID token = UUID.randomUUID();
        assertThat(store.claim(key, REQUEST, token, LONG, LONG)).isInstanceOf(Granted.class);

        assertThat(pay("first"))
                .isInstanceOfSatisfying(
                        InProgress.class,
                        claimed -> assertThat(claimed.retryAfter()).isBetween(Duration.ZERO, LONG));

        store.release(key, token);
        assertThat(pay("second")).isEqualTo(new Executed<>("second"));
        assertThat(store.complete(key, token, StoredAnswer.of(null), LONG)).isFalse();
        assertThat(store.claim(key, REQUEST, token, LONG, LONG)).isInstanceOf(Completed.class);
    }

    @Test
    void execute_doneByTheOtherMode_isReplayed() throws Exception {
        Idempotency other = Idempotency.builder(JdbcIdempotency.store(pool)).build();
        other.execute(key, REQUEST, execution -> "other");

        assertThat(pay("first")).isEqualTo(new Replayed<>("other"));
    }

    @Test
    void purge_recordsThatHaveEnded_leavesTheOthers() throws Exception {
        pay("stays");
        Key ending = Key.of("tck", UUID.randomUUID().toString());
        JdbcIdempotency brief =
                JdbcIdempotency.builder().keepFor(Duration.ofMillis(1)).build();
        Transactions.of(pool).inTransaction(connection -> brief.execute(connection, ending, REQUEST, () -> "goes"));

        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> Transactions.of(pool).autocommitted(JdbcIdempotency.purging(Tables.standard())::run) > 0);

        assertThat(pay("second")).isEqualTo(new Replayed<>("stays"));
    }

    @Test
    void execute_16CallersForEachKey_haveOneEffectEach() throws Exception {
        int keys = 100;
        List<Key> all = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
            all.add(Key.of("race", UUID.randomUUID().toString()));
        }
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            List<Callable<List<String>>> callers = new ArrayList<>();
            for (int caller = 0; caller < 16; caller++) {
                String mine = "caller " + caller;
                callers.add(() -> {
                    List<String> answers = new ArrayList<>();
                    for (Key each : all) {
                        answers.add(answer(each, mine));
                    }
                    return answers;
                });
            }
            List<List<String>> answers = new ArrayList<>();
            for (Future<List<String>> caller : threads.invokeAll(callers)) {
                answers.add(caller.get());
            }
            assertThat(answers).allSatisfy(each -> assertThat(each).isEqualTo(answers.get(0)));
            assertThat(effects()).isEqualTo(keys);
            assertThat(database.number("SELECT COUNT(DISTINCT id) FROM effect")).isEqualTo(keys);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Comes again after a deadlock, which MariaDB and H2 break up, and while it is in progress. */
    private String answer(Key each, String mine) throws SQLException {
        while (true) {
            try {
                Outcome<String> outcome = Transactions.of(pool)
                        .inTransaction(connection ->
                                idempotency.execute(connection, each, REQUEST, (Call<String, SQLException>) () -> {
                                    effect(connection, each + " " + UUID.randomUUID());
                                    return mine;
                                }));
                if (!(outcome instanceof InProgress)) {
                    return outcome.valueOrThrow();
                }
            } catch (SQLException refused) {
                String state = String.valueOf(refused.getSQLState());
                boolean deadlock = state.startsWith("40");
                if (!deadlock || dialect() == Dialect.POSTGRESQL) {
                    throw refused;
                }
            }
        }
    }
}
