package dev.seawall.outbox.jdbc;

import dev.seawall.Durations;
import dev.seawall.jdbc.DedicatedConnection;
import dev.seawall.jdbc.Lease;
import dev.seawall.outbox.Publisher;
import dev.seawall.outbox.jdbc.Messages.Filter;
import dev.seawall.outbox.jdbc.Messages.Range;
import dev.seawall.outbox.jdbc.OwnedPartition.Seen;
import java.sql.Connection;
import java.sql.SQLException;
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

/**
 * One thread that publishes the messages of some of the node's partitions: read, hand over, wait for confirmations, acknowledge,
 * all over again, on one connection.
 */
final class RelayWorker extends Worker {

    private static final long OPENING_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long HOUSEKEEPING_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long CONFIRMATION_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long BUSY_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final int FEWEST_ROWS = 16;

    /** What depends on the connection. */
    private record Desk(DedicatedConnection own, Messages messages, Blocks blocks, Settlement settlement) {

        Connection connection() {
            return own.connection();
        }
    }

    private final OwnedPartitions partitions = new OwnedPartitions();
    private final Availability availability;
    private final Dispatcher dispatcher;

    // of this worker's thread
    private @Nullable Desk desk;
    private Set<String> paused = Set.of();
    private int probeRestarts;
    private long openedAt;
    private long keptAt;
    private boolean justPlanned;
    private long busyUntil;

    RelayWorker(OutboxRelay relay, RelaySettings settings, DataSource dataSource, Publisher publisher, int number) {
        super(relay, settings, dataSource, number);
        this.availability = new Availability(settings, relay);
        this.dispatcher =
                new Dispatcher(settings, availability, publisher, partitions, () -> LockSupport.unpark(thread));
    }

    // ---- the loop

    @Override
    boolean turn() throws SQLException, InterruptedException {
        Desk desk = connected();
        partitions.update(relay.leases().stream().filter(this::isForThisWorker).toList(), isStopping());
        if (partitions.isEmpty()) {
            dispatcher.takeEnds(); // of partitions that others have now: no news any more
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

    @Override
    boolean isIdle() {
        return partitions.isIdle();
    }

    @Override
    long longestIdleNanos() {
        return partitions.isIdle() ? Durations.toNanos(settings.pollInterval()) : CONFIRMATION_NANOS;
    }

    @Override
    boolean hasNews() {
        return dispatcher.hasEnds();
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
        if (!availability.mayPublish() || budget <= 0) {
            return List.of();
        }
        List<OwnedPartition> readable = partitions.all().stream()
                .filter(partition -> !isStopping() && !partition.lease.isWantedElsewhere())
                .toList();
        int full = (int) readable.stream().filter(OwnedPartition::wasFull).count();
        List<Range> ranges = new ArrayList<>();
        for (OwnedPartition partition : readable) {
            int sharers = partition.wasFull() ? full : readable.size();
            int rows = availability.isTrying() ? 1 : Math.max(FEWEST_ROWS, budget / sharers);
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

    /**
     * A plan for an empty table, which scans a full one, costs seconds. But a busy machine is slow with any plan, a fresh one too;
     * and a statement is cheap only once it has been prepared for a while: until then its rows come as text.
     */
    private void planAnewIfSlow(Desk desk, long start) {
        long now = runtime.now();
        boolean slow = now - start > SLOW_NANOS;
        if (slow && justPlanned) {
            busyUntil = now + BUSY_NANOS;
        }
        justPlanned = slow && now >= busyUntil;
        if (justPlanned) {
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
        DedicatedConnection own = connection();
        Messages messages = Messages.of(settings, own.dialect());
        Blocks blocks = new Blocks(messages);
        Desk fresh = new Desk(own, messages, blocks, new Settlement(settings, relay, messages, blocks, partitions));
        desk = fresh;
        return fresh;
    }

    @Override
    void disconnect() {
        relay.probe().forget();
        partitions.clear();
        dispatcher.clear();
        Desk known = desk;
        desk = null;
        if (known != null) {
            known.own().close();
        }
    }
}
