package dev.seawall.outbox.jdbc;

import dev.seawall.Backoff;
import dev.seawall.Durations;
import dev.seawall.EventPublisher;
import dev.seawall.Require;
import dev.seawall.ResilienceRuntime;
import dev.seawall.Subscription;
import dev.seawall.jdbc.DatabaseException;
import dev.seawall.jdbc.Dialect;
import dev.seawall.jdbc.Lease;
import dev.seawall.jdbc.LeaseEvent;
import dev.seawall.jdbc.PartitionLeases;
import dev.seawall.jdbc.Tables;
import dev.seawall.outbox.Publisher;
import dev.seawall.payload.PayloadTypes;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes what was added to the outbox and committed. Any number of relays, on any number of nodes, share the work.
 *
 * <p><b>What it guarantees:</b> every committed message is published at least once, with the same id each time, and none that was
 * not committed. Messages of one key are published in their order, the next one only after the one before is confirmed (but see
 * {@link Publisher#keepsOrder()}). A message comes twice only if a relay died, lost its partitions or never learned of a
 * confirmation, and then at most those that were under way.
 *
 * <p><b>How it works:</b> the messages are spread over partitions by their key; each partition has one owner at a time
 * ({@link PartitionLeases}). The owner reads the next messages without a lock, hands them to the publisher, and deletes what was
 * confirmed in one statement that checks that it is still the owner. Where the database can tell which messages are still under
 * way (PostgreSQL), it does not look again at what is settled.
 *
 * <p>A relay that is told to publish {@linkplain Builder#unordered() in no order} locks messages instead, and owns nothing.
 *
 * <p><b>When a message fails,</b> its key waits, by the clock of the database and whoever owns it then; other keys go on. After
 * {@linkplain Builder#maxAttempts as many attempts} as set it is parked, as the {@linkplain Builder#parking policy} says. When the
 * {@linkplain dev.seawall.outbox.PublisherUnavailableException publisher cannot publish at all}, the relay stops reading until it
 * can, and counts no attempt.
 *
 * <p><b>Threads:</b> {@code workers} threads with a connection each, and one for the heartbeat with one of its own. The methods
 * are safe for any number of threads.
 */
public final class OutboxRelay implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OutboxRelay.class);

    /** Counters, for snapshots. */
    static final class Counts {
        final LongAdder published = new LongAdder();
        final LongAdder failed = new LongAdder();
        final LongAdder parked = new LongAdder();
        final LongAdder leaseChanges = new LongAdder();
    }

    private final DataSource dataSource;
    private final RelaySettings settings;
    private final Publisher publisher;
    private final Counts counts = new Counts();
    private final EventPublisher<RelayEvent> events = new EventPublisher<>();
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile List<Worker> workers = List.of();
    private volatile @Nullable PartitionLeases leases;
    private volatile SettleProbe probe = SettleProbe.NONE;
    private volatile boolean available = true;

    private OutboxRelay(DataSource dataSource, RelaySettings settings, Publisher publisher) {
        this.dataSource = dataSource;
        this.settings = settings;
        this.publisher = publisher;
    }

    /**
     * Starts with the defaults; a publisher must be set.
     *
     * @param dataSource of the outbox's database. The relay keeps one connection for each worker and one more
     * @return a new builder
     */
    public static Builder builder(DataSource dataSource) {
        return new Builder(dataSource);
    }

    /**
     * Joins the other relays and begins to publish.
     *
     * @return this relay
     * @throws DatabaseException if the database cannot be reached, is a replica, has no outbox, or no archive if there is to be one
     * @throws IllegalStateException if it was started before
     */
    public OutboxRelay start() {
        int partitions = join();
        workers = IntStream.range(0, settings.workers())
                .mapToObj(number -> worker(number, partitions))
                .toList();
        workers.forEach(Worker::start);
        LOG.info("{} has started", this);
        return this;
    }

    /** Joins the other relays, without anybody at work yet, and says how many partitions there are. */
    int join() {
        if (!started.compareAndSet(false, true)) {
            throw new IllegalStateException(this + " was started before; make a new one");
        }
        int partitions = lookAtDatabase();
        if (!settings.unordered()) {
            share(partitions);
        }
        return partitions;
    }

    private void share(int partitions) {
        PartitionLeases joined = PartitionLeases.builder(dataSource, Partitioning.WORK)
                .tables(settings.tables())
                .name(settings.name())
                .partitions(partitions, Partitioning.HASH)
                .timeToLive(settings.timeToLive())
                .runtime(settings.runtime())
                .build();
        joined.on(LeaseEvent.class, event -> leaseChanged());
        joined.start();
        leases = joined;
    }

    private Worker worker(int number, int partitions) {
        return settings.unordered()
                ? new UnorderedWorker(this, settings, dataSource, publisher, number, partitions)
                : new RelayWorker(this, settings, dataSource, publisher, number);
    }

    private int lookAtDatabase() {
        try (Connection connection = dataSource.getConnection()) {
            Dialect dialect = Dialect.of(connection);
            dialect.requirePrimary(connection);
            probe = Messages.of(settings, dialect).probe();
            if (settings.archiving()) {
                JdbcOutbox.requireArchive(connection, settings.tables());
            }
            return JdbcOutbox.partitioning(connection, settings.tables()).partitions();
        } catch (SQLException unreachable) {
            throw new DatabaseException("the database of " + this + " cannot be reached", unreachable);
        }
    }

    private void leaseChanged() {
        counts.leaseChanges.increment();
        wakeUp();
    }

    /**
     * Has the relay look for messages now. Whoever has committed some and cannot wait for the next poll calls it after the commit.
     */
    public void wakeUp() {
        workers.forEach(Worker::wakeUp);
    }

    /**
     * Waits until everything that was committed before this call is published, by this relay or others. Messages whose key is
     * blocked or whose topic is paused are not waited for.
     *
     * @param most how long to wait at most
     * @return {@code false} if some messages are still there
     * @throws dev.seawall.CallInterruptedException if the thread was interrupted; its flag is set
     */
    public boolean drain(Duration most) {
        wakeUp();
        return new Backlog(dataSource, settings.tables())
                .awaitEmpty(settings.runtime(), Require.notNegative("most", most));
    }

    /**
     * What this relay has done.
     *
     * @return a copy
     */
    public RelaySnapshot snapshot() {
        List<Integer> parts = leases().stream().map(Lease::partition).toList();
        return new RelaySnapshot(
                counts.published.sum(),
                counts.failed.sum(),
                counts.parked.sum(),
                counts.leaseChanges.sum(),
                parts,
                available);
    }

    /**
     * What waits in the outbox. Counts the rows: meant for a look every minute, not every second, if millions may wait.
     *
     * @return a copy
     * @throws DatabaseException if the database cannot be asked
     */
    public OutboxBacklog backlog() {
        return new Backlog(dataSource, settings.tables()).look();
    }

    /**
     * How long the first message of each partition has waited, those that are blocked or paused included. Reads one row of each
     * partition: can be asked every few seconds, however many messages wait.
     *
     * @return by partition, by the clock of the database; without partitions that have no message
     * @throws DatabaseException if the database cannot be asked
     */
    public Map<Integer, Duration> lag() {
        return new Backlog(dataSource, settings.tables()).lag();
    }

    /**
     * Subscribes to events. Listeners run on the relay's threads and must be short.
     *
     * @param type which events, subtypes included; {@code RelayEvent.class} for all
     * @param listener told each of them
     * @param <E> the type
     * @return ends the subscription when closed
     */
    public <E extends RelayEvent> Subscription on(Class<E> type, Consumer<? super E> listener) {
        return events.subscribe(type, listener);
    }

    /**
     * Stops reading, waits for what is under way, hands the partitions over and closes the publisher. What is not confirmed within
     * the {@linkplain Builder#closeTimeout time for it} is published again by another relay.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        long at = Durations.plus(settings.runtime().now(), Durations.toNanos(settings.closeTimeout()));
        workers.forEach(worker -> worker.stop(at));
        try {
            for (Worker worker : workers) {
                worker.awaitEnd();
            }
        } catch (InterruptedException impatient) {
            workers.forEach(worker -> worker.stop(0));
            Thread.currentThread().interrupt();
        }
        PartitionLeases joined = leases;
        if (joined != null) {
            joined.close();
        }
        publisher.close();
        LOG.info("{} has closed", this);
    }

    // ---- for the workers

    List<Lease> leases() {
        PartitionLeases joined = leases;
        return joined == null ? List.of() : joined.held();
    }

    SettleProbe probe() {
        return probe;
    }

    Counts counts() {
        return counts;
    }

    void tellFailed(Row row, int attempts, Duration nextIn, Throwable failure) {
        counts.failed.increment();
        if (attempts == 1) {
            LOG.warn("{} could not be published, its key waits for {}", row, Durations.format(nextIn), failure);
        }
        if (events.wants(RelayEvent.AttemptFailed.class)) {
            events.publish(new RelayEvent.AttemptFailed(row.id.toString(), row.key.topic(), attempts, nextIn, failure));
        }
    }

    void tellParked(Row row, int attempts, Throwable failure) {
        counts.failed.increment();
        counts.parked.increment();
        LOG.error("{} is parked after {} attempts ({})", row, attempts, settings.parking(), failure);
        if (events.wants(RelayEvent.Parked.class)) {
            events.publish(
                    new RelayEvent.Parked(row.id.toString(), row.key.topic(), attempts, settings.parking(), failure));
        }
    }

    void tellUnavailable(long nanos, Throwable cause, boolean first) {
        available = false;
        if (first) {
            LOG.warn(
                    "{} cannot publish for now; it tries again in {}",
                    this,
                    Durations.format(Duration.ofNanos(nanos)),
                    cause);
        }
        if (events.wants(RelayEvent.PublisherUnavailable.class)) {
            events.publish(new RelayEvent.PublisherUnavailable(Duration.ofNanos(nanos), cause));
        }
    }

    void tellAvailable() {
        available = true;
        LOG.info("{} publishes again", this);
        if (events.wants(RelayEvent.PublisherAvailable.class)) {
            events.publish(new RelayEvent.PublisherAvailable());
        }
    }

    void tellDatabaseFailed(Throwable failure, boolean first) {
        if (first) {
            LOG.warn("{} lost its database; it tries again", this, failure);
        }
        if (events.wants(RelayEvent.DatabaseFailed.class)) {
            events.publish(new RelayEvent.DatabaseFailed(failure));
        }
    }

    @Override
    public String toString() {
        return "outbox relay '" + settings.name() + "'";
    }

    /** Settings of a relay. Not thread-safe. */
    public static final class Builder {

        private final DataSource dataSource;
        private @Nullable Publisher publisher;
        private Tables tables = Tables.standard();
        private String name = "relay";
        private int workers = 2;
        private int batchRows = 2_000;
        private long batchBytes = 8 << 20;
        private int largestPayload = 8 << 20;
        private @Nullable PayloadTypes knownTypes;
        private Duration pollInterval = Duration.ofMillis(50);
        private Duration publishTimeout = Duration.ofSeconds(30);
        private Duration closeTimeout = Duration.ofSeconds(10);
        private Duration timeToLive = Duration.ofSeconds(10);
        private Backoff backoff = Backoff.exponential(Duration.ofSeconds(1)).withCap(Duration.ofMinutes(5));
        private int maxAttempts = 20;
        private ParkingPolicy parking = ParkingPolicy.HOLD_KEY;
        private boolean unordered;
        private boolean archiving;
        private ResilienceRuntime runtime = ResilienceRuntime.shared();

        private Builder(DataSource dataSource) {
            this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
        }

        /**
         * Sets where messages go.
         *
         * @param publisher closed with the relay
         * @return this builder
         */
        public Builder publisher(Publisher publisher) {
            this.publisher = Objects.requireNonNull(publisher, "publisher");
            return this;
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
         * Names the relay, for people.
         *
         * @param name such as the host's; {@code relay} unless set
         * @return this builder
         */
        public Builder name(String name) {
            this.name = name;
            return this;
        }

        /**
         * Sets how many threads publish, each with a connection of its own.
         *
         * @param workers from 1 to 64; 2 unless set
         * @return this builder
         */
        public Builder workers(int workers) {
            this.workers = workers;
            return this;
        }

        /**
         * Bounds what each worker has in memory.
         *
         * @param rows from 1 to 100,000; 2,000 unless set. Up to 16 rows for each of its partitions may come on top
         * @param bytes of payload, from 1 to 1 GiB; 8 MiB unless set. One message may exceed it
         * @return this builder
         */
        public Builder batch(int rows, long bytes) {
            this.batchRows = rows;
            this.batchBytes = bytes;
            return this;
        }

        /**
         * Sets how large a payload may be; larger ones, which no outbox of ours has written, are parked unread.
         *
         * @param bytes from 1 to 256 MiB; 8 MiB unless set
         * @return this builder
         */
        public Builder largestPayload(int bytes) {
            this.largestPayload = bytes;
            return this;
        }

        /**
         * Has messages of other types parked. Without it the relay publishes types it does not know, which it need not: it
         * does not look into a payload.
         *
         * @param types what may be published
         * @return this builder
         */
        public Builder knownTypes(PayloadTypes types) {
            this.knownTypes = Objects.requireNonNull(types, "types");
            return this;
        }

        /**
         * Sets how long a relay that finds nothing waits at most until it looks again. After a message it looks more often.
         *
         * @param interval from 1 ms to 1 min; 50 ms unless set
         * @return this builder
         */
        public Builder pollInterval(Duration interval) {
            this.pollInterval = interval;
            return this;
        }

        /**
         * Sets how long a confirmation may take.
         *
         * @param timeout from 10 ms to 1 h; 30 s unless set
         * @return this builder
         */
        public Builder publishTimeout(Duration timeout) {
            this.publishTimeout = timeout;
            return this;
        }

        /**
         * Sets how long closing waits for confirmations.
         *
         * @param timeout up to 1 h; 10 s unless set
         * @return this builder
         */
        public Builder closeTimeout(Duration timeout) {
            this.closeTimeout = timeout;
            return this;
        }

        /**
         * Sets after which time without a heartbeat others take over.
         *
         * @param ttl from 0.5 s to 1 h; 10 s unless set
         * @return this builder
         */
        public Builder timeToLive(Duration ttl) {
            this.timeToLive = ttl;
            return this;
        }

        /**
         * Sets how often a message is tried, and how long its key waits after each failure.
         *
         * @param maxAttempts at least 1; 20 unless set. An outage of the publisher counts none
         * @param backoff from 1 s, doubling, up to 5 min unless set
         * @return this builder
         */
        public Builder retry(int maxAttempts, Backoff backoff) {
            this.maxAttempts = maxAttempts;
            this.backoff = Objects.requireNonNull(backoff, "backoff");
            return this;
        }

        /**
         * Sets what becomes of a key whose message is given up.
         *
         * @param policy {@link ParkingPolicy#HOLD_KEY} unless set
         * @return this builder
         */
        public Builder parking(ParkingPolicy policy) {
            this.parking = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /**
         * Publishes messages in no order, whatever their keys: for messages that do not depend on each other, and for more workers
         * than partitions. Each worker locks messages that no other one has ({@code SKIP LOCKED}: PostgreSQL, MariaDB 10.6, MySQL
         * 8, H2), up to 500 at a time, in a transaction that is open until they are confirmed, at most for the
         * {@linkplain #publishTimeout time for that}. What is not confirmed then is free again at once. There is no heartbeat; a
         * message that fails holds up no other, and envelopes have no position.
         *
         * <p>All relays of an outbox must be told the same: one that keeps order does not see the locks of one that does not.
         *
         * @return this builder
         */
        public Builder unordered() {
            this.unordered = true;
            return this;
        }

        /**
         * Keeps published messages in a table {@code outbox_archive}, into which they go in the statement or transaction that
         * acknowledges them. To be set for all relays of an outbox. {@link JdbcOutbox#forgettingPublished} deletes them after a
         * while; without it the table grows for ever. Needs tables of version 2.
         *
         * @return this builder
         */
        public Builder archivePublished() {
            this.archiving = true;
            return this;
        }

        /**
         * Sets whose clock and randomness it uses.
         *
         * @param runtime the shared one unless set
         * @return this builder
         */
        public Builder runtime(ResilienceRuntime runtime) {
            this.runtime = Objects.requireNonNull(runtime, "runtime");
            return this;
        }

        /**
         * Makes the relay; it begins when it is {@linkplain OutboxRelay#start() started}.
         *
         * @return a relay that must be closed
         * @throws IllegalArgumentException if a value is out of range; the message names it
         * @throws IllegalStateException if there is no publisher
         */
        public OutboxRelay build() {
            Publisher to = publisher;
            if (to == null) {
                throw new IllegalStateException("a relay needs a publisher: set one with publisher(…)");
            }
            RelaySettings settings = new RelaySettings(
                    tables,
                    name,
                    workers,
                    batchRows,
                    batchBytes,
                    largestPayload,
                    knownTypes,
                    pollInterval,
                    publishTimeout,
                    closeTimeout,
                    timeToLive,
                    backoff,
                    maxAttempts,
                    parking,
                    unordered,
                    archiving,
                    runtime);
            return new OutboxRelay(dataSource, settings, to);
        }
    }
}
