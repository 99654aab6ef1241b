package dev.seawall.saga.jdbc;

import static dev.seawall.saga.suite.Samples.KNOWN;
import static dev.seawall.saga.suite.Samples.ended;
import static dev.seawall.saga.suite.Samples.key;
import static dev.seawall.saga.suite.Samples.next;
import static dev.seawall.saga.suite.Samples.payload;
import static dev.seawall.saga.suite.Samples.saga;
import static dev.seawall.saga.suite.Samples.waiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.seawall.jdbc.Dialect;
import dev.seawall.jdbc.SchemaInstaller;
import dev.seawall.jdbc.Tables;
import dev.seawall.jdbc.Transactions;
import dev.seawall.saga.SagaRecord;
import dev.seawall.saga.SagaStatus;
import dev.seawall.saga.SagaStore;
import dev.seawall.saga.SagaStore.Started;
import dev.seawall.saga.SagaStore.Written;
import dev.seawall.saga.SagaStoreException;
import dev.seawall.saga.SagaVersion;
import dev.seawall.saga.SagaWrite;
import dev.seawall.saga.SagaWrite.Entry;
import dev.seawall.saga.suite.SagaRecordCopy;
import dev.seawall.saga.suite.Samples;
import dev.seawall.testdatabases.Database;
import dev.seawall.testdatabases.Server;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a store on a database promises besides: about locks, bad rows, lost answers and transactions of the application. */
@Timeout(120)
abstract class JdbcSagaStoreTck {

    private static final Duration LONG = Duration.ofSeconds(60);

    /** Whether this thread brings a write, which it may have to do itself. */
    private static final ThreadLocal<Boolean> WRITES = ThreadLocal.withInitial(() -> false);

    private static final Duration HOUR = Duration.ofHours(1);

    private final Database database;
    private final List<SagaStore> opened = new ArrayList<>();

    JdbcSagaStoreTck(Server server) {
        this.database = server.create();
        SchemaInstaller.of(database).install(JdbcSagaStore.SCHEMA);
    }

    @AfterEach
    void end() {
        opened.forEach(SagaStore::close);
        database.close();
    }

    private TestNode node() {
        return node(UnaryOperator.identity());
    }

    private TestNode node(UnaryOperator<JdbcSagaStore.Builder> settings) {
        TestNode node = TestNode.open(database, settings);
        opened.add(node.store());
        return node;
    }

    private static SagaRecord fresh(SagaStore store, String id) throws Exception {
        return ((Started.Fresh) result(start(store, id))).saga();
    }

    private static <T> T result(CompletableFuture<T> future) throws Exception {
        return future.get(LONG.toSeconds(), TimeUnit.SECONDS);
    }

    private static CompletableFuture<Started> start(SagaStore store, String id) {
        return written(() -> store.start(saga(id)));
    }

    private static CompletableFuture<Written> write(SagaStore store, SagaWrite write) {
        return written(() -> store.write(write));
    }

    private static <T> CompletableFuture<T> written(Supplier<CompletionStage<T>> write) {
        WRITES.set(true);
        try {
            return write.get().toCompletableFuture();
        } finally {
            WRITES.remove();
        }
    }

    /** For one that is to be held up: a lone write is done on the thread that brings it. */
    private static CompletableFuture<Written> writeElsewhere(SagaStore store, SagaWrite write) {
        return CompletableFuture.supplyAsync(() -> write(store, write).join());
    }

    private static SagaRecord found(SagaStore store, String id) {
        return store.find(key(id)).orElseThrow();
    }

    // ---- batches

    @Test
    void write_withARowLockedByAnother_holdsUpNobodyElse() throws Exception {
        SagaStore store = node().store();
        SagaRecord locked = fresh(store, "locked");
        List<SagaRecord> others = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            others.add(fresh(store, "s" + i));
        }
        try (Connection connection = lock("locked")) {

            CompletableFuture<Written> first = write(store, next(locked));
            for (SagaRecord other : others) {
                assertThat(result(write(store, next(other)))).isEqualTo(Written.DONE);
            }

            assertThat(first).isNotDone();
            connection.rollback();
            assertThat(result(first)).isEqualTo(Written.DONE);
        }
    }

    private Connection lock(String id) throws SQLException {
        Connection connection = database.getConnection();
        connection.setAutoCommit(false);
        String sql = Tables.standard()
                .in("SELECT rev FROM {saga} WHERE definition = ? AND id = ? FOR UPDATE", Dialect.of(connection));
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, Samples.ORDERS);
            statement.setString(2, id);
            statement.executeQuery().close();
        }
        return connection;
    }

    @Test
    void start_ofAKeyThatAnotherTransactionAdds_holdsUpNobodyForLong() throws Exception {
        SagaStore store = node().store();
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            store.start(connection, saga("a"));

            CompletableFuture<Started> same = start(store, "a");
            fresh(store, "b");

            assertThat(same).isNotDone();
            connection.commit();
            assertThat(result(same)).isInstanceOf(Started.Existing.class);
        }
    }

    @Test
    void write_withABadRowInTheBatch_failsOnlyThatOne() throws Exception {
        TestNode node = node(builder -> builder.writers(1));
        SagaStore store = node.store();
        SagaRecord first = fresh(store, "first");
        List<SagaRecord> sagas = List.of(fresh(store, "a"), fresh(store, "bad"), fresh(store, "c"));
        Hold hold = new Hold();
        node.wire().witness(hold);
        CompletableFuture<Written> holdsTheWriter = writeElsewhere(store, next(first));
        awaited(hold.atWork);

        List<CompletableFuture<Written>> answers = sagas.stream()
                .map(saga -> write(store, saga.key().equals(key("bad")) ? bad(saga) : next(saga)))
                .toList();
        hold.goOn.countDown();

        assertThat(result(holdsTheWriter)).isEqualTo(Written.DONE);
        assertThat(result(answers.get(0))).isEqualTo(Written.DONE);
        assertThat(result(answers.get(2))).isEqualTo(Written.DONE);
        assertThatThrownBy(() -> result(answers.get(1)))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(SagaStoreException.class)
                .hasMessageContaining("create-order/bad");
        assertThat(found(store, "bad").rev()).isZero();
        assertThat(((JdbcSagaStore) store).snapshot().largestBatch()).isEqualTo(3);
    }

    private static SagaWrite bad(SagaRecord saga) {
        return Samples.with(next(saga), null, List.of(new Entry("pay", "k".repeat(41), 1, null)));
    }

    @Test
    void write_textWithAZero_isStoredAllTheSame() throws Exception {
        SagaStore store = node().store();

        Written written = result(write(
                store,
                Samples.with(next(fresh(store, "a")), "broken\0pipe", List.of(new Entry("pay", "failed", 1, "\0")))));

        assertThat(written).isEqualTo(Written.DONE);
        assertThat(found(store, "a").reason()).isEqualTo("broken?pipe");
    }

    @Test
    void write_tooLarge_isRefusedAtOnce() throws Exception {
        SagaStore store = node().store();
        SagaRecord saga = fresh(store, "a");
        SagaWrite small = next(saga);
        SagaWrite large = new SagaWrite(
                small.key(),
                small.epoch(),
                small.rev(),
                small.status(),
                small.state(),
                "p".repeat((int) WriteQueue.LARGEST + 1),
                small.step(),
                null,
                null,
                List.of(),
                List.of());

        assertThatThrownBy(() -> result(write(store, large)))
                .hasMessageContaining("keep large data elsewhere")
                .cause()
                .isInstanceOf(SagaStoreException.class);
    }

    // ---- lost answers

    private static boolean isWriter() {
        return WRITES.get() || Thread.currentThread().getName().startsWith("seawall-saga-writer");
    }

    private boolean commits(String what) {
        return database.server().name().startsWith("POSTGRESQL") && isWriter()
                ? what.startsWith("WITH")
                : what.equals("commit");
    }

    private static void awaited(CountDownLatch latch) throws SQLException {
        try {
            assertThat(latch.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new SQLException(interrupted);
        }
    }

    /** Holds up whoever writes. */
    private static final class Hold implements Wire.Witness {

        private final CountDownLatch atWork = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);

        @Override
        public void before(String what) throws SQLException {
            if (isWriter()) {
                atWork.countDown();
                awaited(goOn);
            }
        }
    }

    /** Cuts the connection once, before a commit is sent or after it was done. */
    private final class CutAtCommit implements Wire.Witness {

        private final boolean after;
        private final AtomicInteger cuts = new AtomicInteger();

        CutAtCommit(boolean after) {
            this.after = after;
        }

        @Override
        public void before(String what) throws SQLException {
            if (!after) {
                cut(what);
            }
        }

        @Override
        public void after(String what) throws SQLException {
            if (after) {
                cut(what);
            }
        }

        private void cut(String what) throws SQLException {
            if (commits(what) && cuts.getAndIncrement() == 0) {
                throw Wire.cut();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void write_connectionCutAtCommit_isDoneOnce(boolean committed) throws Exception {
        TestNode node = node();
        SagaRecord saga = fresh(node.store(), "a");
        CutAtCommit cut = new CutAtCommit(committed);
        node.wire().witness(cut);

        Written written = result(write(node.store(), next(saga)));

        assertThat(written).isEqualTo(Written.DONE);
        assertThat(cut.cuts).hasPositiveValue();
        assertThat(found(node.store(), "a").rev()).isEqualTo(1);
        assertThat(node.store().history(key("a"))).hasSize(3);
        assertThat(((JdbcSagaStore) node.store()).snapshot().unknownOutcomes()).isEqualTo(committed ? 1 : 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void start_connectionCutAtCommit_isFresh(boolean committed) throws Exception {
        TestNode node = node();
        node.wire().witness(new CutAtCommit(committed));

        SagaRecord saga = fresh(node.store(), "a");

        assertThat(result(write(node.store(), next(saga)))).isEqualTo(Written.DONE);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void start_againWithTheConnectionCutAtCommit_isNotFreshTwice(boolean committed) throws Exception {
        TestNode node = node();
        fresh(node.store(), "a");
        node.wire().witness(new CutAtCommit(committed));

        Started again = result(start(node.store(), "a"));

        assertThat(again).isInstanceOf(Started.Existing.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void inTransaction_connectionCutAtCommit_isKnown(boolean committed) throws Exception {
        TestNode node = node();
        SagaRecord saga = fresh(node.store(), "a");
        node.wire().witness(new CutAtCommit(committed));
        AtomicInteger runs = new AtomicInteger();
        SagaStore.LocalWork<RuntimeException> work = connection -> {
            runs.incrementAndGet();
            return next(saga);
        };

        if (committed) {
            assertThat(node.store().inTransaction(work)).isEqualTo(Written.DONE);
        } else {
            assertThatThrownBy(() -> node.store().inTransaction(work))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("nothing was committed");
        }
        assertThat(runs).hasValue(1);
        assertThat(found(node.store(), "a").rev()).isEqualTo(committed ? 1 : 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void claim_connectionCutAtCommit_losesNone(boolean committed) throws Exception {
        TestNode node = node();
        result(write(node.store(), waiting(fresh(node.store(), "a"), Duration.ofMillis(1))));
        await().atMost(LONG).until(() -> node.store().nextDue().orElseThrow().isZero());
        node.store().claim(List.of(new SagaVersion("other", 1)), 1); // orphans and versions are done with
        node.wire().witness(new CutAtCommit(committed));

        List<SagaRecord> claimed = new ArrayList<>();
        await().atMost(LONG)
                .ignoreExceptionsInstanceOf(SagaStoreException.class)
                .until(() -> {
                    claimed.addAll(node.store().claim(KNOWN, 1));
                    return !claimed.isEmpty();
                });

        assertThat(result(write(node.store(), next(claimed.get(0))))).isEqualTo(Written.DONE);
        assertThat(node.store().claim(KNOWN, 1)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void signal_connectionCutAtCommit_isStoredOnce(boolean committed) throws Exception {
        TestNode node = node();
        fresh(node.store(), "a");
        node.wire().witness(new CutAtCommit(committed));

        node.store().signal(key("a"), "paid", payload("1"));

        assertThat(node.store().signals(key("a"))).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void intervene_connectionCutAtCommit_isDoneOnce(boolean committed) throws Exception {
        TestNode node = node();
        fresh(node.store(), "a");
        node.wire().witness(new CutAtCommit(committed));

        SagaRecord changed = node.store()
                .intervene(
                        key("a"),
                        "ann",
                        new Entry(null, "park", 0, null),
                        saga -> Optional.of(new SagaStore.Change(SagaStatus.PARKED, saga.state(), "p", null, "why")))
                .orElseThrow();

        assertThat(changed.rev()).isEqualTo(1);
        assertThat(found(node.store(), "a").rev()).isEqualTo(1);
        assertThat(node.store().history(key("a"))).hasSize(2);
    }

    @Test
    void write_whileTheDatabaseIsAway_isDoneWhenItIsBack() throws Exception {
        TestNode node = node();
        SagaRecord saga = fresh(node.store(), "a");
        AtomicInteger left = new AtomicInteger(5);
        node.wire().witness(new Wire.Witness() {
            @Override
            public void before(String what) throws SQLException {
                if (isWriter() && left.getAndDecrement() > 0) {
                    throw Wire.cut();
                }
            }
        });

        assertThat(result(write(node.store(), next(saga)))).isEqualTo(Written.DONE);
    }

    // ---- transactions of the application

    private void effects() {
        database.execute("CREATE TABLE effect (id integer PRIMARY KEY)");
    }

    private static void effect(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO effect (id) VALUES (1)")) {
            statement.executeUpdate();
        }
    }

    @Test
    void inTransaction_byTheOwner_writesBoth() throws Exception {
        SagaStore store = node().store();
        effects();
        SagaRecord saga = fresh(store, "a");

        Written written = store.inTransaction(connection -> {
            effect(connection);
            return next(saga);
        });

        assertThat(written).isEqualTo(Written.DONE);
        assertThat(database.number("SELECT COUNT(*) FROM effect")).isEqualTo(1);
        assertThat(found(store, "a").rev()).isEqualTo(1);
        assertThat(store.history(key("a"))).hasSize(3);
    }

    @Test
    void inTransaction_byAnOldOwner_writesNothing() throws Exception {
        SagaStore store = node().store();
        effects();
        SagaRecord saga = fresh(store, "a");
        result(write(store, next(saga)));

        Written written = store.inTransaction(connection -> {
            effect(connection);
            return next(saga);
        });

        assertThat(written).isEqualTo(Written.FENCED);
        assertThat(database.number("SELECT COUNT(*) FROM effect")).isZero();
    }

    @Test
    void inTransaction_workThatFails_writesNothing() throws Exception {
        SagaStore store = node().store();
        effects();
        SagaRecord saga = fresh(store, "a");

        assertThatThrownBy(() -> store.inTransaction(connection -> {
                    effect(connection);
                    throw new IllegalStateException("no stock");
                }))
                .hasMessage("no stock");

        assertThat(database.number("SELECT COUNT(*) FROM effect")).isZero();
        assertThat(result(write(store, next(saga)))).isEqualTo(Written.DONE);
    }

    @Test
    void start_onACallersConnection_isDueWhenThatCommits() throws Exception {
        SagaStore store = node().store();
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);

            assertThat(store.start(connection, saga("a"))).isInstanceOf(Started.Fresh.class);
            assertThat(store.start(connection, saga("a"))).isInstanceOf(Started.Existing.class);
            assertThat(store.claim(KNOWN, 1)).isEmpty();
            connection.commit();
        }

        SagaRecord claimed = store.claim(KNOWN, 1).get(0);
        assertThat(claimed.rev()).isZero();
        assertThat(claimed.recoveries()).isZero();
        assertThat(result(write(store, next(claimed)))).isEqualTo(Written.DONE);
    }

    @Test
    void start_existingKeyOnACallersConnection_leavesTheTransactionUsable() throws Exception {
        SagaStore store = node().store();
        effects();
        fresh(store, "a");

        Started started = Transactions.of(database).inTransaction(connection -> {
            Started answer = store.start(connection, saga("a"));
            effect(connection);
            return answer;
        });

        assertThat(started).isInstanceOf(Started.Existing.class);
        assertThat(database.number("SELECT COUNT(*) FROM effect")).isEqualTo(1);
    }

    @Test
    void start_onAConnectionThatCommitsByItself_isRefused() throws Exception {
        SagaStore store = node().store();
        try (Connection connection = database.getConnection()) {
            assertThatThrownBy(() -> store.start(connection, saga("a")))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("setAutoCommit(false)");
        }
    }

    // ---- versions, purging, life

    @Test
    void claim_versionThatNobodyKnows_isParkedAfterAWhile() throws Exception {
        SagaStore store =
                node(builder -> builder.parkUnknownAfter(Duration.ofMillis(50))).store();
        SagaVersion unknown = new SagaVersion(Samples.ORDERS, 7);
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            store.start(connection, saga(unknown, "a"));
            connection.commit();
        }

        await().atMost(LONG).until(() -> {
            store.claim(KNOWN, 1);
            return found(store, "a").status() == SagaStatus.PARKED;
        });

        assertThat(found(store, "a").reason())
                .contains("version 7 of create-order")
                .contains("step reserve");
        assertThat(store.history(key("a")))
                .extracting(line -> line.entry().kind())
                .containsExactly("started", "parked");
    }

    @Test
    void purging_endedSagas_leavesTheOthers() throws Exception {
        JdbcSagaStore store = (JdbcSagaStore) node().store();
        for (int i = 0; i < 3; i++) {
            SagaRecord saga = fresh(store, "ended" + i);
            store.signal(saga.key(), "paid", payload("1"));
            result(write(store, ended(saga)));
        }
        fresh(store, "running");
        result(write(store, Samples.write(fresh(store, "parked"), SagaStatus.PARKED, null)));

        try (Connection connection = database.getConnection()) {
            assertThat(store.purging(HOUR).run(connection)).isZero();
            assertThat(store.purging(Duration.ZERO).run(connection)).isEqualTo(3);
            assertThat(store.purging(Duration.ZERO).run(connection)).isZero();
        }

        assertThat(store.find(key("ended1"))).isEmpty();
        assertThat(store.history(key("ended1"))).isEmpty();
        assertThat(found(store, "parked").status()).isEqualTo(SagaStatus.PARKED);
        assertThat(database.number(rows("saga_signal"))).isZero();
        assertThat(database.number(rows("saga_log"))).isEqualTo(4);
    }

    private String rows(String table) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return Tables.standard().in("SELECT COUNT(*) FROM {" + table + "}", Dialect.of(connection));
        }
    }

    @Test
    void open_withoutTables_saysWhatToDo() {
        try (Database empty = database.server().create();
                JdbcSagaStore store = JdbcSagaStore.builder(empty).build()) {
            assertThatThrownBy(() -> store.open(() -> {})).hasMessageContaining("SchemaInstaller");
        }
    }

    @Test
    void isAlive_withoutAHeartbeat_endsByTheNodesOwnClock() {
        TestNode node = node();
        assertThat(node.store().isAlive()).isTrue();

        node.die();

        await().atMost(LONG).until(() -> !node.store().isAlive());
        assertThatThrownBy(() -> fresh(node.store(), "a")).hasMessageContaining("not alive");
    }

    @Test
    void write_afterClose_endsExceptionally() throws Exception {
        SagaStore store = node().store();
        SagaRecord saga = fresh(store, "a");
        store.close();

        assertThatThrownBy(() -> result(write(store, next(saga)))).hasMessageContaining("not open");
        assertThatThrownBy(() -> fresh(store, "b")).hasMessageContaining("not alive");
    }

    @Test
    void wishes_withoutBeingOpen_work() throws Exception {
        SagaStore open = node().store();
        result(write(open, waiting(fresh(open, "a"), HOUR)));
        try (JdbcSagaStore store = JdbcSagaStore.builder(database).build()) {

            store.signal(key("a"), "paid", payload("1"));

            assertThat(store.isAlive()).isFalse();
            assertThat(store.find(key("a"))).isPresent();
            assertThat(store.claim(KNOWN, 1)).isEmpty();
        }
        assertThat(open.claim(KNOWN, 1)).hasSize(1);
    }

    @Test
    void signal_wakesTheEngine() throws Exception {
        CountDownLatch wanted = new CountDownLatch(1);
        JdbcSagaStore store = JdbcSagaStore.builder(database).build();
        opened.add(store);
        store.open(wanted::countDown);
        fresh(store, "a");

        store.signal(key("a"), "paid", payload("1"));

        awaited(wanted);
    }

    @Test
    void write_alone_isDoneWhenTheCallReturns() throws Exception {
        TestNode node = node();
        SagaRecord saga = fresh(node.store(), "a");
        Set<Thread> writers = ConcurrentHashMap.newKeySet();
        node.wire().witness(new Wire.Witness() {
            @Override
            public void before(String what) {
                if (isWriter()) {
                    writers.add(Thread.currentThread());
                }
            }
        });

        CompletableFuture<Written> written = write(node.store(), next(saga));
        CompletableFuture<Started> started = start(node.store(), "b");

        assertThat(written).isCompletedWithValue(Written.DONE);
        assertThat(started).isDone();
        assertThat(writers).containsExactly(Thread.currentThread());
    }

    @Test
    void write_byAnInterruptedThread_isLeftToAWriter() throws Exception {
        TestNode node = node();
        SagaRecord saga = fresh(node.store(), "a");

        Thread.currentThread().interrupt();
        CompletableFuture<Written> written = write(node.store(), next(saga));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(result(written)).isEqualTo(Written.DONE);
    }

    @Test
    void close_whileALoneWriteIsUnderWay_givesItsConnectionBack() throws Exception {
        TestNode node = node(builder -> builder.closeTimeout(Duration.ZERO));
        SagaRecord saga = fresh(node.store(), "a");
        Hold hold = new Hold();
        node.wire().witness(hold);
        CompletableFuture<Written> underWay = writeElsewhere(node.store(), next(saga));
        awaited(hold.atWork);

        node.store().close();
        hold.goOn.countDown();

        assertThat(result(underWay)).isEqualTo(Written.FENCED); // the store has let go of it meanwhile
        await().atMost(LONG).until(() -> node.wire().open() == 0);
    }

    @Test
    void close_whileALoneWriteFails_refusesItInsteadOfKeepingIt() throws Exception {
        TestNode node = node(builder -> builder.closeTimeout(Duration.ZERO));
        SagaRecord saga = fresh(node.store(), "a");
        Hold hold = new Hold();
        node.wire().witness(hold);
        CompletableFuture<Written> underWay = writeElsewhere(node.store(), next(saga));
        awaited(hold.atWork);

        node.store().close();
        node.wire().kill();
        hold.goOn.countDown();

        assertThatThrownBy(() -> result(underWay)).hasRootCauseInstanceOf(SagaStoreException.class);
    }

    @Test
    void write_manyAtOnce_takesFewTransactions() throws Exception {
        TestNode node = node(builder -> builder.writers(1));
        JdbcSagaStore store = (JdbcSagaStore) node.store();
        List<SagaRecord> sagas = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            sagas.add(fresh(store, "s" + i));
        }
        long before = store.snapshot().batches();
        Hold hold = new Hold();
        node.wire().witness(hold);

        CompletableFuture<Written> holdsTheWriter = writeElsewhere(store, next(sagas.get(0)));
        awaited(hold.atWork);
        List<CompletableFuture<Written>> answers =
                sagas.stream().skip(1).map(saga -> write(store, next(saga))).toList();
        hold.goOn.countDown();
        assertThat(result(holdsTheWriter)).isEqualTo(Written.DONE);
        for (CompletableFuture<Written> answer : answers) {
            assertThat(result(answer)).isEqualTo(Written.DONE);
        }

        assertThat(store.snapshot().batches() - before).isEqualTo(2);
        assertThat(store.snapshot().largestBatch()).isEqualTo(49);
        assertThat(new SagaRecordCopy(sagas.get(0)).atRev(1).rev())
                .isEqualTo(found(store, "s0").rev());
    }
}
