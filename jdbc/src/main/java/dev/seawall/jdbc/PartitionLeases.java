package dev.seawall.jdbc;

import dev.seawall.Durations;
import dev.seawall.EventPublisher;
import dev.seawall.Require;
import dev.seawall.ResilienceRuntime;
import dev.seawall.Subscription;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's share of some work that is split into a fixed number of partitions, each with one owner at a time.
 *
 * <p><b>How it decides:</b> each node renews one heartbeat row, whose expiry is judged by the clock of the database. Partitions
 * of nodes that have expired, or of none, go to nodes that have less than their fair share; a node with more is asked for the
 * rest, which it {@linkplain Lease#release() releases} when it has finished what it is at. Each time a partition changes hands
 * its epoch grows. A node that cannot renew stops by its own monotonic clock, at 80 % of the time to live after it sent the last
 * renewal that succeeded; if it comes back too late, it comes back as a new node and starts with nothing.
 *
 * <p><b>What that guarantees:</b> nobody's clock is compared with another's. A node that stood still may believe for a moment that
 * it owns what another has taken over; whatever it then writes with its node and epoch checked in the same statement changes
 * nothing. A partition whose owner died is taken over within the time to live and a tenth of it, one whose owner closed within a
 * tenth.
 *
 * <p><b>Threads:</b> one thread with one connection of its own for heartbeat and shares. The rest is safe for any number of
 * threads.
 */
public final class PartitionLeases implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PartitionLeases.class);
    private static final int TICKS = 10; // in a time to live
    private static final int RENEWAL = 3; // every so many ticks
    private static final int BURIAL = 1_000;

    /** One life of a node: from its registration to its expiry. */
    final class Membership {

        private final String node = UUID.randomUUID().toString();
        private volatile long aliveUntil;
        private volatile boolean ended;

        Membership(long aliveUntil) {
            this.aliveUntil = aliveUntil;
        }

        String node() {
            return node;
        }

        boolean isAlive() {
            return !ended && runtime.now() < aliveUntil;
        }

        void wakeUp() {
            LockSupport.unpark(thread);
        }
    }

    private final DataSource dataSource;
    private final Tables tables;
    private final String work;
    private final String name;
    private final int partitions;
    private final String hash;
    private final Duration ttl;
    private final ResilienceRuntime runtime;
    private final EventPublisher<LeaseEvent> events = new EventPublisher<>();
    private final Thread thread;
    private final AtomicBoolean started = new AtomicBoolean();
    private volatile List<Lease> held = List.of();
    private volatile @Nullable Membership membership; // set by the heartbeat's thread
    private volatile boolean closing;

    // of the heartbeat's thread
    private @Nullable DedicatedConnection connection;
    private @Nullable LeaseTable table;
    private long ticks;
    private long renewedAt;
    private boolean failing;

    private PartitionLeases(Builder builder) {
        this.dataSource = builder.dataSource;
        this.work = builder.work;
        this.tables = builder.tables;
        this.name = builder.name;
        this.partitions = builder.partitions;
        this.hash = builder.hash;
        this.ttl = builder.ttl;
        this.runtime = builder.runtime;
        this.thread = new Thread(this::beat, "seawall-heartbeat-" + work);
        this.thread.setDaemon(true);
    }

    /**
     * Starts with the defaults.
     *
     * @param dataSource of the database that all nodes share
     * @param work what is shared: 1 to 100 characters
     * @return a new builder
     */
    public static Builder builder(DataSource dataSource, String work) {
        return new Builder(dataSource, work);
    }

    /**
     * Joins the other nodes.
     *
     * @throws DatabaseException if the tables are missing, the database is a replica, or the others share the work in another way.
     *     A database that does not answer is no reason: it is tried again
     * @throws IllegalStateException if it was started before
     */
    public void start() {
        if (!started.compareAndSet(false, true)) {
            throw new IllegalStateException(this + " was started before; make a new one");
        }
        try {
            tick();
        } catch (SQLException unreachable) {
            failed(unreachable);
        } catch (RuntimeException | Error refused) {
            disconnect();
            throw refused;
        }
        thread.start();
    }

    /**
     * The partitions of this node at this moment. Some may be {@linkplain Lease#isHeld() lost} a moment later.
     *
     * @return in their order, never changed afterwards; the same list until something changes
     */
    public List<Lease> held() {
        return held;
    }

    /**
     * What this node is called in the tables at this moment, while it is {@linkplain Lease#isHeld() alive}. A node that has expired
     * comes back under another id. Needs no round trip.
     *
     * @return empty before it has joined, while it cannot renew its heartbeat, and once it has left
     */
    public Optional<String> node() {
        Membership current = membership;
        return current != null && current.isAlive() ? Optional.of(current.node()) : Optional.empty();
    }

    /**
     * Subscribes to events. Listeners run on the heartbeat's thread and must be short.
     *
     * @param type which events, subtypes included
     * @param listener told each of them
     * @param <E> the type
     * @return ends the subscription when closed
     */
    public <E extends LeaseEvent> Subscription on(Class<E> type, Consumer<? super E> listener) {
        return events.subscribe(type, listener);
    }

    /** Leaves the other nodes, which may take over at once. Whoever works on a partition must have stopped. */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        if (!Thread.currentThread().equals(thread)) {
            awaitEnd();
        }
    }

    private void awaitEnd() {
        try {
            thread.join(ttl.toMillis());
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt(); // the heartbeat ends all the same
        }
    }

    // ---- the heartbeat

    private void beat() {
        long period = period();
        while (!closing) {
            try {
                if (!runtime.sleep(period, this::isWanted)) {
                    break;
                }
                tick();
            } catch (SQLException | RuntimeException | Error failure) {
                failed(failure); // a thread that ended would let the node die
            } catch (InterruptedException ours) {
                break; // the thread is ours alone: somebody wants it to end
            }
        }
        leave();
    }

    private long period() {
        return Durations.toNanos(ttl) / TICKS;
    }

    private boolean isWanted() {
        return closing || held.stream().anyMatch(Lease::isReleased);
    }

    private void failed(Throwable failure) {
        if (!failing) {
            LOG.warn(
                    "{} cannot reach its tables; it tries again, and stops work if that takes too long", this, failure);
            failing = true;
        }
        disconnect();
        dropDead();
    }

    void tick() throws SQLException {
        Connection connection = connected();
        LeaseTable table = Objects.requireNonNull(this.table);
        Membership current = membership;
        if (current == null || !current.isAlive() || !renewed(connection, table, current)) {
            current = join(connection, table);
        }
        share(connection, table, current);
        if (ticks++ % BURIAL == 0) {
            table.bury(connection);
        }
        if (failing) {
            LOG.info("{} is back", this);
            failing = false;
        }
    }

    private boolean renewed(Connection connection, LeaseTable table, Membership current) throws SQLException {
        long sent = runtime.now();
        if (ticks % RENEWAL != 0 && sent - renewedAt < RENEWAL * period()) { // a slow database makes ticks long
            return true;
        }
        if (!table.renew(connection, current.node)) {
            return false;
        }
        current.aliveUntil = stopAt(sent);
        renewedAt = sent;
        return true;
    }

    private long stopAt(long sent) {
        return Durations.plus(sent, Durations.toNanos(ttl) / 10 * 8);
    }

    private Membership join(Connection connection, LeaseTable table) throws SQLException {
        Membership old = membership;
        if (old != null) {
            old.ended = true;
            dropDead();
            if (events.wants(LeaseEvent.NodeExpired.class)) {
                events.publish(new LeaseEvent.NodeExpired(work, old.node));
            }
            LOG.warn("{} had expired as node {} and comes back as another", this, old.node);
            table.unregister(connection, old.node);
        }
        long sent = runtime.now();
        Membership fresh = new Membership(stopAt(sent));
        table.register(connection, fresh.node, name, ttl);
        membership = fresh;
        renewedAt = sent;
        return fresh;
    }

    // ---- shares

    private void share(Connection connection, LeaseTable table, Membership current) throws SQLException {
        handBack(connection, table, current);
        List<Lease> leases = confirmed(table.owned(connection, current.node), current);
        int share = shareOf(current.node, table.liveNodes(connection));
        if (leases.size() < share) {
            take(connection, table, current, leases, share);
        }
        markSurplus(leases, share);
        if (!leases.equals(held)) {
            held = List.copyOf(leases);
        }
    }

    private void handBack(Connection connection, LeaseTable table, Membership current) throws SQLException {
        Map<Integer, Long> released = new TreeMap<>();
        held.stream().filter(Lease::isReleased).forEach(lease -> released.put(lease.partition(), lease.epoch()));
        if (released.isEmpty()) {
            return;
        }
        table.release(connection, current.node, released);
        if (events.wants(LeaseEvent.Released.class)) {
            released.forEach((part, epoch) -> events.publish(new LeaseEvent.Released(work, part, epoch)));
        }
    }

    /** What is held and, by the table, owned. A row of this node without a lease, left by a lost answer, becomes one. */
    private List<Lease> confirmed(Map<Integer, Long> owned, Membership current) {
        List<Lease> leases = new ArrayList<>();
        for (Lease lease : held) {
            Long epoch = owned.get(lease.partition());
            boolean ours =
                    epoch != null && epoch == lease.epoch() && lease.node().equals(current.node);
            if (ours && !lease.isReleased() && !lease.isLost()) {
                leases.add(lease);
                owned.remove(lease.partition());
            } else if (!lease.isReleased()) {
                tellLost(lease);
            }
        }
        owned.forEach((part, epoch) -> leases.add(acquired(current, part, epoch)));
        return leases;
    }

    /** The first nodes take one more if it does not come out even, so that no partition wanders for nothing. */
    private int shareOf(String node, List<String> nodes) {
        int place = nodes.indexOf(node);
        if (place < 0) {
            return 0; // expired in this moment
        }
        return partitions / nodes.size() + (place < partitions % nodes.size() ? 1 : 0);
    }

    private void take(Connection connection, LeaseTable table, Membership current, List<Lease> leases, int share)
            throws SQLException {
        Map<Integer, Long> all = table.free(connection);
        long until = Durations.plus(runtime.now(), RENEWAL * period());
        for (Map.Entry<Integer, Long> free : all.entrySet()) {
            if (leases.size() >= share || runtime.now() >= until) {
                break; // the rest in the next tick: a node that takes for longer than it lives never has anything
            }
            if (table.take(connection, current.node, free.getKey(), free.getValue())) {
                leases.add(acquired(current, free.getKey(), free.getValue() + 1));
            }
        }
        leases.sort(Comparator.comparingInt(Lease::partition));
    }

    private Lease acquired(Membership current, int part, long epoch) {
        if (events.wants(LeaseEvent.Acquired.class)) {
            events.publish(new LeaseEvent.Acquired(work, part, epoch));
        }
        LOG.debug("{} has got partition {} in epoch {}", this, part, epoch);
        return new Lease(current, part, epoch);
    }

    private static void markSurplus(List<Lease> leases, int share) {
        for (int i = 0; i < leases.size(); i++) {
            leases.get(i).wantElsewhere(i >= share);
        }
    }

    private void dropDead() {
        Membership current = membership;
        if (current != null && current.isAlive()) {
            return;
        }
        held.forEach(this::tellLost);
        held = List.of();
    }

    private void tellLost(Lease lease) {
        lease.lost();
        LOG.info("{} has lost {}", this, lease);
        if (events.wants(LeaseEvent.Lost.class)) {
            events.publish(new LeaseEvent.Lost(work, lease.partition(), lease.epoch()));
        }
    }

    private void leave() {
        Membership current = membership;
        try {
            if (current != null) {
                current.ended = true;
                Objects.requireNonNull(table).unregister(connected(), current.node);
            }
        } catch (SQLException | RuntimeException unreachable) {
            LOG.warn(
                    "{} could not say goodbye; its partitions are free when its time to live is over",
                    this,
                    unreachable);
        }
        held = List.of();
        disconnect();
    }

    // ---- the connection

    private Connection connected() throws SQLException {
        DedicatedConnection current = connection;
        if (current == null) {
            current = DedicatedConnection.open(dataSource, ttl);
            connection = current;
        }
        if (table == null) {
            SchemaInstaller.require(current.connection(), tables, SchemaPart.NODES);
            LeaseTable known = new LeaseTable(tables, current.dialect(), work);
            known.agree(current.connection(), partitions, hash);
            table = known;
        }
        return current.connection();
    }

    private void disconnect() {
        DedicatedConnection current = connection;
        connection = null;
        if (current != null) {
            current.close();
        }
    }

    @Override
    public String toString() {
        return "node '" + name + "' of " + work;
    }

    /** Settings of a node. Not thread-safe. */
    public static final class Builder {

        private static final Duration SHORTEST = Duration.ofMillis(500);

        private final DataSource dataSource;
        private final String work;
        private Tables tables = Tables.standard();
        private String name = "node";
        private int partitions = 64;
        private String hash = "none";
        private Duration ttl = Duration.ofSeconds(10);
        private ResilienceRuntime runtime = ResilienceRuntime.shared();

        private Builder(DataSource dataSource, String work) {
            this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
            this.work = Require.name(work);
            Require.between("length of work", work.length(), 1, 100);
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
         * Names the node, for people.
         *
         * @param name such as the host's; need not be unique
         * @return this builder
         */
        public Builder name(String name) {
            this.name = Require.name(name);
            return this;
        }

        /**
         * Sets in how many partitions the work is shared, and by which function of the key. All nodes must agree, for ever.
         *
         * @param count from 1 to 1,024; 64 unless set
         * @param hash name of the function, to tell it from others
         * @return this builder
         */
        public Builder partitions(int count, String hash) {
            this.partitions = Require.between("partitions", count, 1, 1_024);
            this.hash = Require.name(hash);
            return this;
        }

        /**
         * Sets after which time without a heartbeat a node is dead. Shorter means faster take-over, and more heartbeats: one in
         * three tenths of it.
         *
         * @param ttl from 0.5 s to 1 hour; 10 s unless set
         * @return this builder
         */
        public Builder timeToLive(Duration ttl) {
            Require.check(
                    ttl.compareTo(SHORTEST) >= 0 && ttl.compareTo(Duration.ofHours(1)) <= 0,
                    "timeToLive must be from %s to 1 h, was %s",
                    Durations.format(SHORTEST),
                    Durations.format(ttl));
            this.ttl = ttl;
            return this;
        }

        /**
         * Sets whose clock tells the node when to stop.
         *
         * @param runtime the shared one unless set
         * @return this builder
         */
        public Builder runtime(ResilienceRuntime runtime) {
            this.runtime = Objects.requireNonNull(runtime, "runtime");
            return this;
        }

        /**
         * Makes the node; it joins when it is {@linkplain PartitionLeases#start() started}.
         *
         * @return a node that must be closed
         */
        public PartitionLeases build() {
            return new PartitionLeases(this);
        }
    }
}
