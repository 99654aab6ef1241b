package dev.seawall.saga.jdbc;

import dev.seawall.Durations;
import dev.seawall.Require;
import dev.seawall.ResilienceRuntime;
import dev.seawall.jdbc.Chore;
import dev.seawall.jdbc.Lease;
import dev.seawall.jdbc.PartitionLeases;
import dev.seawall.jdbc.SchemaPart;
import dev.seawall.jdbc.Tables;
import dev.seawall.payload.EncodedPayload;
import dev.seawall.saga.CancelResult;
import dev.seawall.saga.NewSaga;
import dev.seawall.saga.SagaCounts;
import dev.seawall.saga.SagaKey;
import dev.seawall.saga.SagaLogEntry;
import dev.seawall.saga.SagaQuery;
import dev.seawall.saga.SagaRecord;
import dev.seawall.saga.SagaSignal;
import dev.seawall.saga.SagaStore;
import dev.seawall.saga.SagaStoreException;
import dev.seawall.saga.SagaVersion;
import dev.seawall.saga.SagaWrite;
import dev.seawall.saga.SignalResult;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import javax.sql.DataSource;

/**
 * Keeps sagas in tables of the application's database: PostgreSQL, MariaDB, MySQL, or H2 for development and tests.
 *
 * <p><b>Writes are combined:</b> a few threads, each with a connection of its own, take what is queued and write it in one
 * transaction. While that is committed the next batch grows. A write that finds no other is written at once, by the thread that
 * brings it, which blocks for that one round trip. A saga that somebody has locked, or that the database refuses, holds up no other:
 * it is taken out of the batch and tried again by itself.
 *
 * <p><b>Nodes:</b> the store renews a heartbeat in the table of nodes. A saga's owner is the id that its node has there. A node
 * that could not renew it in time comes back under another id and owns nothing; what it owned before is due for all, and its late
 * writes change nothing once another has taken over.
 *
 * <p><b>Threads:</b> safe for any number of threads. Stages end on the store's writers, or before {@link #write} returns: what
 * follows must be short, or go on on another thread. Three threads are the store's own: a heartbeat and, unless set otherwise, two
 * writers, with a connection each.
 *
 * <p><b>Failure:</b> a write whose connection fails is looked for on another one, by epoch and rev, until it is known whether it was
 * committed; so it is answered late rather than wrongly.
 */
public final class JdbcSagaStore implements SagaStore {

    /** The tables of sagas, for {@link dev.seawall.jdbc.SchemaInstaller}. */
    public static final SchemaPart SCHEMA = new SchemaPart("saga", 4, 1, JdbcSagaStore.class);

    static final String WORK = "saga";

    private static final int MOST_SIGNAL_NAME = 200;

    private final StoreSettings settings;
    private final Database database;
    private final PartitionLeases leases;
    private final WriteQueue queue;
    private final Figures figures = new Figures();
    private final List<Writer> writers = new ArrayList<>();
    private final Claims claims;
    private final Wishes wishes;
    private final Queries queries;
    private final LocalSteps localSteps;
    private volatile Runnable wanted = () -> {};
    private volatile boolean open;

    private JdbcSagaStore(DataSource dataSource, StoreSettings settings) {
        this.settings = settings;
        this.database = new Database(settings, dataSource);
        this.leases = PartitionLeases.builder(dataSource, WORK)
                .tables(settings.tables())
                .name(settings.name())
                .partitions(1, "none")
                .timeToLive(settings.timeToLive())
                .runtime(settings.runtime())
                .build();
        List<Desk> desks = IntStream.rangeClosed(1, settings.writers())
                .mapToObj(number -> new Desk(settings, dataSource, figures, number))
                .toList();
        this.queue = new WriteQueue(settings.runtime(), desks, settings.largestBatch(), settings.mostStartsWaiting());
        for (int number = 1; number <= settings.writers(); number++) {
            writers.add(new Writer(queue, number));
        }
        this.claims = new Claims(settings, database);
        this.wishes = new Wishes(database);
        this.queries = new Queries(database);
        this.localSteps = new LocalSteps(database, figures, settings.name());
    }

    /**
     * Starts with the defaults.
     *
     * @param dataSource of the database that all nodes share. The store takes a connection for its heartbeat and for each writer as
     *     long as it is open, and others for moments; to PostgreSQL, those of the writers need a session of their own
     * @return a new builder
     */
    public static Builder builder(DataSource dataSource) {
        return new Builder(dataSource);
    }

    @Override
    public void open(Runnable wanted) {
        this.wanted = Objects.requireNonNull(wanted, "wanted");
        database.ask("find its tables", (connection, sql) -> sql);
        leases.start();
        writers.forEach(Writer::start);
        open = true;
    }

    @Override
    public boolean isAlive() {
        return leases.node().isPresent();
    }

    // ---- writes

    @Override
    public CompletionStage<Started> start(NewSaga saga) {
        Optional<String> node = leases.node();
        if (node.isEmpty()) {
            return CompletableFuture.failedFuture(new SagaStoreException(
                    this + " is not alive, so it cannot own " + saga.key() + ": start it again in a moment", null));
        }
        ResilienceRuntime runtime = settings.runtime();
        return queued(new Pending.Start(saga, node.get(), runtime.random().nextLong(), runtime.now()));
    }

    @Override
    public CompletionStage<Written> write(SagaWrite write) {
        return queued(new Pending.Write(write, settings.runtime().now()));
    }

    private <T> CompletionStage<T> queued(Pending<T> pending) {
        if (pending.size() > WriteQueue.LARGEST) {
            return CompletableFuture.failedFuture(new SagaStoreException(
                    pending.key() + " has " + pending.size() + " bytes of state and progress, and may have "
                            + WriteQueue.LARGEST + ": keep large data elsewhere, and its key in the state",
                    null));
        }
        Desk desk = open && !Thread.currentThread().isInterrupted() ? queue.takeAlone(pending) : null;
        if (desk != null) {
            desk.write(queue, List.of(pending));
            return pending.future;
        }
        switch (open ? queue.add(pending) : WriteQueue.Admission.CLOSED) {
            case ADMITTED -> {}
            case FULL -> refuse(pending, settings.mostStartsWaiting() + " sagas wait to be started already");
            case CLOSED -> refuse(pending, "it is not open");
        }
        return pending.future;
    }

    private void refuse(Pending<?> pending, String reason) {
        pending.future.completeExceptionally(
                new SagaStoreException(this + " did not write " + pending.key() + ": " + reason, null));
    }

    @Override
    public <X extends Exception> Written inTransaction(LocalWork<X> work) throws SQLException, X {
        return localSteps.inTransaction(work);
    }

    @Override
    public Started start(Connection connection, NewSaga saga) throws SQLException {
        Started started = localSteps.start(connection, saga);
        if (started instanceof Started.Fresh) {
            callWanted(); // nobody tells when the caller commits
        }
        return started;
    }

    // ---- claims

    @Override
    public List<SagaRecord> claim(Collection<SagaVersion> known, int most) {
        Require.atLeast("most", most, 1);
        Optional<String> node = leases.node();
        if (node.isEmpty()) {
            return List.of(); // whoever is not alive owns nothing
        }
        boolean housekeeper = leases.held().stream().anyMatch(Lease::isHeld);
        return claims.claim(node.get(), housekeeper, known, most);
    }

    @Override
    public Optional<Duration> nextDue() {
        return claims.nextDue();
    }

    // ---- wishes

    @Override
    public SignalResult signal(SagaKey key, String name, EncodedPayload payload) {
        Require.name(name);
        Require.between("length of the signal's name", name.length(), 1, MOST_SIGNAL_NAME);
        SignalResult result = wishes.signal(key, name, payload);
        if (result == SignalResult.ACCEPTED) {
            callWanted();
        }
        return result;
    }

    @Override
    public CancelResult cancel(SagaKey key, String reason) {
        CancelResult result = wishes.cancel(key, reason);
        if (result == CancelResult.ACCEPTED) {
            callWanted();
        }
        return result;
    }

    @Override
    public Optional<SagaRecord> intervene(SagaKey key, String operator, SagaWrite.Entry action, Intervention change) {
        Optional<SagaRecord> changed = wishes.intervene(key, operator, action, change);
        if (changed.isPresent()) {
            callWanted();
        }
        return changed;
    }

    private void callWanted() {
        settings.runtime().executor().execute(wanted);
    }

    // ---- looks

    @Override
    public List<SagaSignal> signals(SagaKey key) {
        return queries.signals(key);
    }

    @Override
    public Optional<SagaRecord> find(SagaKey key) {
        return queries.find(key);
    }

    @Override
    public List<SagaRecord> find(SagaQuery query) {
        return queries.find(query);
    }

    @Override
    public List<SagaLogEntry> history(SagaKey key) {
        return queries.history(key);
    }

    @Override
    public SagaCounts counts() {
        return queries.counts();
    }

    @Override
    public List<InUse> inUse() {
        return queries.inUse();
    }

    /**
     * What this store has done.
     *
     * @return as of now
     */
    public JdbcSagaStoreSnapshot snapshot() {
        return figures.snapshot(queue.size());
    }

    /**
     * Deletes ended sagas with their history and signals, 100 at a time, the ones that ended first before others. For
     * {@link dev.seawall.jdbc.Housekeeping}.
     *
     * @param age how long they stay after their end, at most 100 years
     * @return a chore, for any number of threads
     */
    public Chore purging(Duration age) {
        return new OldSagas(settings.tables(), age);
    }

    /**
     * Writes what is queued, for as long as {@link Builder#closeTimeout} allows, lets go of what it owns and leaves the other nodes.
     * A write that is not answered by then ends exceptionally; it may have been committed.
     */
    @Override
    public void close() {
        queue.close();
        try {
            endWriters();
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
        open = false;
        database.close();
        for (Pending<?> pending : queue.giveUp()) {
            refuse(pending, "it was closed");
        }
        leases.node().ifPresent(claims::release);
        leases.close();
    }

    private void endWriters() throws InterruptedException {
        if (!open) {
            return;
        }
        ResilienceRuntime runtime = settings.runtime();
        long until = Durations.plus(runtime.now(), Durations.toNanos(settings.closeTimeout()));
        try {
            for (Writer writer : writers) {
                writer.awaitEnd(until - runtime.now());
            }
        } finally {
            writers.forEach(Writer::interrupt);
        }
    }

    @Override
    public String toString() {
        return "store of sagas '" + settings.name() + "'";
    }

    /** Settings of a store. Not thread-safe. */
    public static final class Builder {

        private final DataSource dataSource;
        private Tables tables = Tables.standard();
        private String name = "node";
        private int writers = 2;
        private int largestBatch = 256;
        private int mostStartsWaiting = 10_000;
        private Duration timeToLive = Duration.ofSeconds(10);
        private Duration closeTimeout = Duration.ofSeconds(10);
        private Duration parkUnknownAfter = Duration.ofMinutes(10);
        private ResilienceRuntime runtime = ResilienceRuntime.shared();

        private Builder(DataSource dataSource) {
            this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
        }

        /**
         * Sets what the tables are called.
         *
         * @param tables {@link Tables#standard()} unless set
         * @return this builder
         */
        public Builder tables(Tables tables) {
            this.tables = Objects.requireNonNull(tables, "tables");
            return this;
        }

        /**
         * Names the node, for people: histories show it.
         *
         * @param name such as the host's; need not be unique
         * @return this builder
         */
        public Builder name(String name) {
            this.name = name;
            return this;
        }

        /**
         * Sets how many threads write, each with a connection of its own. More than a few make batches smaller and the database
         * slower.
         *
         * @param threads from 1 to 16; 2 unless set
         * @return this builder
         */
        public Builder writers(int threads) {
            this.writers = threads;
            return this;
        }

        /**
         * Sets how many sagas are written in one transaction.
         *
         * @param sagas from 1 to 1,000; 256 unless set
         * @return this builder
         */
        public Builder largestBatch(int sagas) {
            this.largestBatch = sagas;
            return this;
        }

        /**
         * Sets how many starts may wait to be written. Further ones are refused, so that callers slow down. Writes of sagas that
         * run are never refused: there are no more than sagas.
         *
         * @param starts from 1 to 1,000,000; 10,000 unless set
         * @return this builder
         */
        public Builder mostStartsWaiting(int starts) {
            this.mostStartsWaiting = starts;
            return this;
        }

        /**
         * Sets after which time without a heartbeat a node is dead, and its sagas are due for others. On PostgreSQL, the database
         * also ends a local step's transaction that stands still for four fifths of it.
         *
         * @param ttl from 0.5 s to 1 hour; 10 s unless set
         * @return this builder
         */
        public Builder timeToLive(Duration ttl) {
            this.timeToLive = Objects.requireNonNull(ttl, "ttl");
            return this;
        }

        /**
         * Sets how long {@link JdbcSagaStore#close()} waits for what is queued.
         *
         * @param longest up to 1 hour; 10 s unless set
         * @return this builder
         */
        public Builder closeTimeout(Duration longest) {
            this.closeTimeout = Objects.requireNonNull(longest, "longest");
            return this;
        }

        /**
         * Sets when a saga is parked whose version no living node knows: when it has been due, and nobody has named its version,
         * for so long. Longer than a deployment takes.
         *
         * @param grace from 1 ms to 30 days; 10 min unless set
         * @return this builder
         */
        public Builder parkUnknownAfter(Duration grace) {
            this.parkUnknownAfter = Objects.requireNonNull(grace, "grace");
            return this;
        }

        /**
         * Sets whose clock and threads the store uses in the process. What is due, late or dead is told by the database alone.
         *
         * @param runtime the shared one unless set
         * @return this builder
         */
        public Builder runtime(ResilienceRuntime runtime) {
            this.runtime = Objects.requireNonNull(runtime, "runtime");
            return this;
        }

        /**
         * Makes the store; it joins the other nodes when it is {@linkplain JdbcSagaStore#open opened}. What belongs to no node
         * works before that: starting on a caller's connection, signals, cancelling, looking.
         *
         * @return a store that must be closed
         */
        public JdbcSagaStore build() {
            return new JdbcSagaStore(
                    dataSource,
                    new StoreSettings(
                            tables,
                            name,
                            writers,
                            largestBatch,
                            mostStartsWaiting,
                            timeToLive,
                            closeTimeout,
                            parkUnknownAfter,
                            runtime));
        }
    }
}
