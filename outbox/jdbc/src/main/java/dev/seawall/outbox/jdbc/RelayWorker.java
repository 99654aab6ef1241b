package dev.seawall.outbox.jdbc;

import dev.seawall.Durations;
import dev.seawall.ResilienceRuntime;
import dev.seawall.jdbc.DedicatedConnection;
import dev.seawall.jdbc.Lease;
import dev.seawall.outbox.Publisher;
import dev.seawall.outbox.jdbc.Messages.Filter;
import dev.seawall.outbox.jdbc.Messages.Range;
import dev.seawall.outbox.jdbc.OwnedPartition.Seen;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that publishes the messages of some of the node's partitions: read, hand over, wait for confirmations, acknowledge,
 * all over again, on one connection.
 */
final class RelayWorker {

    private static final Logger LOG = LoggerFactory.getLogger(RelayWorker.class);

    private static final long OPENING_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long HOUSEKEEPING_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long CONFIRMATION_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long SHORTEST_IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long SHORTEST_ANSWER_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int ANSWER_LIVES = 3; // in times to live
    private static final int FEWEST_ROWS = 16;

    /** What depends on the connection. */
    private record Desk(DedicatedConnection own, Messages messages, Blocks blocks, Settlement settlement) {

        Connection connection() {
            return own.connection();
        }
    }

    private final OutboxRelay relay;
    private final RelaySettings settings;
    private final DataSource dataSource;
    private final ResilienceRuntime runtime;
    private final int number;
    private final Thread thread;
    private final OwnedPartitions partitions = new OwnedPartitions();
    private final Dispatcher dispatcher;
    private volatile boolean woken;
    private volatile boolean stopping;
    private volatile long stopAt = Long.MAX_VALUE;

    // of this worker's thread
    private @Nullable Desk desk;
    private Set<String> paused = Set.of();
    private int probeRestarts;
    private long openedAt;
    private long keptAt;
    private long idleNanos;
    private int failures; // of the database, in a row

    RelayWorker(OutboxRelay relay, RelaySettings settings, DataSource dataSource, Publisher publisher, int number) {
        this.relay = relay;
        this.settings = settings;
        this.dataSource = dataSource;
        this.runtime = settings.runtime();
        this.number = number;
        this.thread = new Thread(this::run, "seawall-relay-" + number);
        this.thread.setDaemon(true);
        this.dispatcher = new Dispatcher(settings, relay, publisher, partitions, () -> LockSupport.unpark(thread));
    }

    void start() {
        thread.start();
    }

    void wakeUp() {
        woken = true;
        LockSupport.unpark(thread);
    }

    /** Lets it finish what is under way, until then. */
    void stop(long at) {
        stopAt = at;
        stopping = true;
        LockSupport.unpark(thread);
    }

    void awaitEnd() throws InterruptedException {
        thread.join();
    }

    // ---- the loop

    private void run() {
        try {
            while (!isOver()) {
                work();
            }
        } catch (InterruptedException ours) {
            LOG.debug("{} was interrupted and ends", thread.getName()); // nobody else has this thread
        } finally {
            disconnect();
        }
    }

    private boolean isOver() {
        return stopping && (runtime.now() >= stopAt || partitions.isIdle());
    }

    private void work() throws InterruptedException {
        try {
            if (turn()) {
                idleNanos = 0;
            } else {
                idle();
            }
            failures = 0;
        } catch (SQLException | RuntimeException | Error failure) {
            startAnew(failure); // a thread that ended would leave its partitions without anybody at work
        }
    }

    /** Whether there was something to do. */
    private boolean turn() throws SQLException, InterruptedException {
        Desk desk = connected();
        partitions.update(relay.leases().stream().filter(this::isForThisWorker).toList(), stopping);
        if (partitions.isEmpty()) {
            return false;
        }
        keepHouse(desk);
        Map<OwnedPartition, Seen> seen = new HashMap<>();
        boolean read = read(desk, ranges(), seen);
        awaitEnds();
        boolean settled = settle(desk);
        seen.forEach(OwnedPartition::rise);
        return read || settled;
    }

    private boolean isForThisWorker(Lease lease) {
        return lease.partition() % settings.workers() == number;
    }

    private void idle() throws InterruptedException {
        long most = partitions.isIdle() ? Durations.toNanos(settings.pollInterval()) : CONFIRMATION_NANOS;
        idleNanos = Math.min(most, Math.max(SHORTEST_IDLE_NANOS, idleNanos * 2));
        if (!runtime.sleep(idleNanos, () -> woken || dispatcher.hasEnds() || stopping)) {
            stop(0); // the runtime was closed
        }
        if (woken) {
            woken = false;
            idleNanos = 0;
        }
    }

    /** Nothing is known of what the database has done: what was read is forgotten, and read again from the beginning. */
    private void startAnew(Throwable failure) throws InterruptedException {
        failures++;
        relay.tellDatabaseFailed(failure, failures == 1);
        relay.probe().forget();
        partitions.clear();
        dispatcher.clear();
        disconnect();
        long wait = settings.delayNanos(failures);
        runtime.sleep(Math.min(wait, LONGEST_PAUSE_NANOS), () -> stopping);
    }

    // ---- reading

    private void keepHouse(Desk desk) throws SQLException {
        long now = runtime.now();
        if (now - keptAt >= HOUSEKEEPING_NANOS) {
            keptAt = now;
            relay.probe().look(desk.connection());
            followProbe();
            followPauses(desk);
            desk.settlement().releaseDelayed(desk.connection());
            desk.settlement().liftEmptyBlocks(desk.connection());
        }
        if (now - openedAt >= OPENING_NANOS && !partitions.isEmpty()) {
            openedAt = now;
            openBlocks(desk);
        }
    }

    private void followProbe() {
        int restarts = relay.probe().restarts();
        if (restarts != probeRestarts) {
            probeRestarts = restarts;
            partitions.all().forEach(OwnedPartition::startAnew);
        }
    }

    private void followPauses(Desk desk) throws SQLException {
        Set<String> topics = desk.blocks().pausedTopics(desk.connection());
        if (!topics.equals(paused)) {
            paused = topics;
            partitions.all().forEach(OwnedPartition::startAnew);
        }
    }

    private void openBlocks(Desk desk) throws SQLException {
        for (Block block : desk.blocks().due(desk.connection(), partitions.parts())) {
            OwnedPartition partition = partitions.get(block.part());
            if (partition != null && partition.queue(block.key()) == null) {
                partition.open(block);
            }
        }
    }

    /** What to read: the partitions that had most share what there is room for. */
    private List<Range> ranges() {
        int budget = settings.batchRows() - partitions.pending();
        if (!dispatcher.mayPublish() || budget <= 0) {
            return List.of();
        }
        List<OwnedPartition> readable = partitions.all().stream()
                .filter(partition -> !stopping && !partition.lease.isWantedElsewhere())
                .toList();
        int full = (int) readable.stream().filter(OwnedPartition::wasFull).count();
        List<Range> ranges = new ArrayList<>();
        for (OwnedPartition partition : readable) {
            int sharers = partition.wasFull() ? full : readable.size();
            int rows = dispatcher.isTrying() ? 1 : Math.max(FEWEST_ROWS, budget / sharers);
            // What is under way is read again with the rest: a message that was committed late may lie below it.
            ranges.add(partition.range(
                    Math.min(rows, settings.batchRows()) + partition.pending().size(),
                    Math.max(1, settings.batchBytes() / sharers)));
        }
        return ranges;
    }

    /** Whether anything was new. */
    private boolean read(Desk desk, List<Range> ranges, Map<OwnedPartition, Seen> seen) throws SQLException {
        if (ranges.isEmpty()) {
            return false;
        }
        long settled = relay.probe().settled(); // before the read
        List<KeyQueue> changed = new ArrayList<>();
        Map<Integer, List<Row>> rows = rows(desk, ranges);
        for (Range range : ranges) {
            OwnedPartition partition = Objects.requireNonNull(partitions.get(range.part()));
            List<Row> own = rows.getOrDefault(range.part(), List.of());
            seen.put(partition, partition.seen(range, own, settled));
            changed.addAll(partition.add(own));
        }
        dispatcher.send(changed);
        return !changed.isEmpty();
    }

    private Map<Integer, List<Row>> rows(Desk desk, List<Range> ranges) throws SQLException {
        Set<Long> open = new TreeSet<>();
        for (OwnedPartition partition : partitions.all()) {
            partition.open().values().forEach(block -> open.add(block.id()));
        }
        long start = runtime.now();
        List<Row> rows =
                desk.messages().read(desk.connection(), ranges, new Filter(open, paused, settings.largestPayload()));
        planAnewIfSlow(desk, start);
        Map<Integer, List<Row>> byPart = new HashMap<>();
        for (Row row : rows) {
            byPart.computeIfAbsent(row.part, part -> new ArrayList<>()).add(row);
        }
        return byPart;
    }

    private boolean settle(Desk desk) throws SQLException {
        long start = runtime.now();
        boolean settled = desk.settlement().settle(desk.connection(), dispatcher);
        planAnewIfSlow(desk, start);
        return settled;
    }

    /** Planning costs less than a millisecond; a plan for an empty table, which scans a full one, costs seconds. */
    private void planAnewIfSlow(Desk desk, long start) {
        if (runtime.now() - start > SLOW_NANOS) {
            desk.messages().planAnew();
        }
    }

    /** Waits until everything under way has ended, but not so long that the rest would hold up what has. */
    private void awaitEnds() throws InterruptedException {
        long until = runtime.now() + CONFIRMATION_NANOS;
        dispatcher.takeEnds();
        while (dispatcher.isAnyUnderWay() && runtime.now() < until) {
            runtime.sleep(until - runtime.now(), dispatcher::hasEnds);
            dispatcher.takeEnds();
        }
        dispatcher.endOverdue();
    }

    // ---- the connection

    private Desk connected() throws SQLException {
        Desk known = desk;
        if (known != null) {
            return known;
        }
        DedicatedConnection own = DedicatedConnection.open(dataSource, answer());
        Messages messages = Messages.of(settings.tables(), own.dialect());
        Blocks blocks = new Blocks(messages);
        Desk fresh = new Desk(own, messages, blocks, new Settlement(settings, relay, messages, blocks, partitions));
        desk = fresh;
        return fresh;
    }

    /**
     * A connection whose other end is gone without a word would be waited for as long as the operating system likes, while the
     * heartbeat, on its own connection, keeps the partitions from others.
     */
    private Duration answer() {
        return Duration.ofNanos(
                Math.max(SHORTEST_ANSWER_NANOS, ANSWER_LIVES * Durations.toNanos(settings.timeToLive())));
    }

    private void disconnect() {
        Desk known = desk;
        desk = null;
        if (known != null) {
            known.own().close();
        }
    }
}
