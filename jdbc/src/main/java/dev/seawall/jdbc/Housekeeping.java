package dev.seawall.jdbc;

import dev.seawall.Durations;
import dev.seawall.EventPublisher;
import dev.seawall.Require;
import dev.seawall.ResilienceRuntime;
import dev.seawall.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import javax.sql.DataSource;

/**
 * Does the chores of a database, on one node at a time: each again and again until nothing is left, then after its interval.
 *
 * <p><b>How it decides:</b> the node that does the work holds a lease ({@link PartitionLeases}); when it closes or dies another
 * takes over, and begins with every chore. After each bit of work it rests for as long as that took, so it never has more than half
 * of what a connection can do. When the lease is lost or it is closed, the bit under way is the last. A chore that fails is tried
 * again after 1 s, doubling, up to 5 min, while the others go on. Intervals are measured by the node's monotonic clock.
 *
 * <p>Nodes whose chores differ need {@linkplain Builder#work names} that differ, or the chores of one of them rest.
 *
 * <p><b>Threads:</b> one thread with a connection while it works, and one for the heartbeat with one of its own. The methods are
 * safe for any number of threads.
 */
public final class Housekeeping implements AutoCloseable {

    private static final int LOOKS = 10; // in a time to live, for the lease

    /** What is to be done how often. */
    record Duty(Duration interval, Chore chore) {}

    private final PartitionLeases leases;
    private final ChoreList chores;
    private final ResilienceRuntime runtime;
    private final Duration ttl;
    private final EventPublisher<HousekeepingEvent> events = new EventPublisher<>();
    private final Thread thread;
    private final AtomicBoolean started = new AtomicBoolean();
    private volatile boolean closing;

    private Housekeeping(Builder builder) {
        this.runtime = builder.runtime;
        this.ttl = builder.ttl;
        this.leases = PartitionLeases.builder(builder.dataSource, builder.work)
                .tables(builder.tables)
                .name(builder.name)
                .partitions(1, "none")
                .timeToLive(ttl)
                .runtime(runtime)
                .build();
        this.chores = new ChoreList(builder.dataSource, runtime, events, List.copyOf(builder.duties));
        this.thread = new Thread(this::work, "seawall-housekeeping-" + builder.work);
        this.thread.setDaemon(true);
    }

    /**
     * Starts with the defaults; a chore must be added.
     *
     * @param dataSource of the database
     * @return a new builder
     */
    public static Builder builder(DataSource dataSource) {
        return new Builder(dataSource);
    }

    /**
     * Begins, as soon as no other node is at it.
     *
     * @return this
     * @throws DatabaseException if the tables of {@link SchemaPart#NODES} are missing, or the database is a replica. A database
     *     that does not answer is no reason: it is tried again
     * @throws IllegalStateException if it was started before
     */
    public Housekeeping start() {
        if (!started.compareAndSet(false, true)) {
            throw new IllegalStateException(this + " was started before; make a new one");
        }
        leases.on(LeaseEvent.class, event -> LockSupport.unpark(thread));
        leases.start();
        thread.start();
        return this;
    }

    private void work() {
        try {
            while (!closing) {
                if (!turn()) {
                    break; // the runtime was closed
                }
            }
        } catch (InterruptedException ours) {
            Thread.currentThread().interrupt(); // nobody else has this thread: somebody wants it to end
        }
    }

    /** The owner keeps its lease when another node joins: there is but one, and nothing is won by handing it over. */
    private boolean turn() throws InterruptedException {
        if (isWorking()) {
            return runtime.sleep(chores.runNext(), () -> closing || !isWorking());
        }
        return runtime.sleep(Durations.toNanos(ttl) / LOOKS, () -> closing || isWorking());
    }

    /**
     * Whether this is the node that does the chores.
     *
     * @return as of this moment
     */
    public boolean isWorking() {
        return leases.held().stream().anyMatch(Lease::isHeld);
    }

    /**
     * What this node has done.
     *
     * @return of each chore, in the order in which they were added
     */
    public List<ChoreSnapshot> snapshot() {
        return chores.snapshot();
    }

    /**
     * Subscribes to events. Listeners run on the thread that does the chores and must be short.
     *
     * @param type which events, subtypes included
     * @param listener told each of them
     * @param <E> the type
     * @return ends the subscription when closed
     */
    public <E extends HousekeepingEvent> Subscription on(Class<E> type, Consumer<? super E> listener) {
        return events.subscribe(type, listener);
    }

    /** Ends after the bit of work that is under way, for which it waits no longer than its time to live, and lets another node go on. */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        if (!Thread.currentThread().equals(thread)) {
            try {
                thread.join(ttl.toMillis());
            } catch (InterruptedException impatient) {
                Thread.currentThread().interrupt(); // it ends all the same
            }
        }
        leases.close();
    }

    @Override
    public String toString() {
        return "housekeeping on " + leases;
    }

    /** Settings. Not thread-safe. */
    public static final class Builder {

        private static final Duration SHORTEST = Duration.ofMillis(1);

        private final DataSource dataSource;
        private final List<Duty> duties = new ArrayList<>();
        private String work = "housekeeping";
        private Tables tables = Tables.standard();
        private String name = "node";
        private Duration ttl = Duration.ofSeconds(10);
        private ResilienceRuntime runtime = ResilienceRuntime.shared();

        private Builder(DataSource dataSource) {
            this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
        }

        /**
         * Adds a chore.
         *
         * @param interval how long it rests when nothing is left, at least 1 ms
         * @param chore what to do
         * @return this builder
         */
        public Builder every(Duration interval, Chore chore) {
            Require.check(
                    interval.compareTo(SHORTEST) >= 0,
                    "interval must be at least 1 ms, was %s",
                    Durations.format(interval));
            duties.add(new Duty(interval, Objects.requireNonNull(chore, "chore")));
            return this;
        }

        /**
         * Tells one set of chores from another. Of all nodes with the same, one works.
         *
         * @param work 1 to 100 characters; {@code housekeeping} unless set
         * @return this builder
         */
        public Builder work(String work) {
            this.work = Require.name(work);
            return this;
        }

        /**
         * Sets what the tables of nodes and leases are called.
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
         * Sets after which time without a heartbeat another node takes over.
         *
         * @param ttl from 0.5 s to 1 hour; 10 s unless set
         * @return this builder
         */
        public Builder timeToLive(Duration ttl) {
            this.ttl = ttl;
            return this;
        }

        /**
         * Sets whose clock it uses.
         *
         * @param runtime the shared one unless set
         * @return this builder
         */
        public Builder runtime(ResilienceRuntime runtime) {
            this.runtime = Objects.requireNonNull(runtime, "runtime");
            return this;
        }

        /**
         * Makes it; it begins when it is {@linkplain Housekeeping#start() started}.
         *
         * @return housekeeping that must be closed
         * @throws IllegalArgumentException if a value is out of range; the message names it
         * @throws IllegalStateException if there is no chore
         */
        public Housekeeping build() {
            if (duties.isEmpty()) {
                throw new IllegalStateException("housekeeping needs a chore: add one with every(…)");
            }
            return new Housekeeping(this);
        }
    }
}
