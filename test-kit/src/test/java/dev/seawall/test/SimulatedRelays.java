package dev.seawall.test;

import dev.seawall.test.HistoryEvent.Added;
import dev.seawall.test.HistoryEvent.Applied;
import dev.seawall.test.HistoryEvent.Commit;
import dev.seawall.test.HistoryEvent.Published;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * An outbox in miniature, on one thread: producers, a table, relays that crash and stall, a broker that refuses and forgets to
 * answer, a consumer with an inbox. What happens next is a matter of the seed. Without a defect it keeps all promises.
 */
final class SimulatedRelays {

    /** What can be wrong with it, one at a time. */
    enum Defect {
        NONE,
        SKIPS_A_ROW,
        READS_UNCOMMITTED_ROWS,
        SWAPS_ROWS,
        ACKNOWLEDGES_BEFORE_PUBLISHING,
        TAKES_THE_IN_FLIGHT_OF_THE_DEAD_FOR_DONE,
        TAKES_A_REFUSAL_FOR_A_CONFIRMATION,
        GIVES_A_NEW_ID_AFTER_TAKEOVER,
        GOES_ON_WITHOUT_ITS_LEASE,
        MOVES_ITS_MARK_PAST_OPEN_TRANSACTIONS,
        LETS_LATER_ONES_OVERTAKE_A_RETRY,
        PARKS_AND_FORGETS,
        DOES_NOT_DELETE_ALL_IT_ACKNOWLEDGES,
        HAS_TOO_MUCH_IN_FLIGHT,
        CHANGES_THE_PARTITION_OF_A_KEY,
        CONSUMES_WITHOUT_INBOX,
        COMMITS_THE_INBOX_BEFORE_THE_EFFECT,
        CONFIRMS_BEFORE_CONSUMING
    }

    static final String CONSUMER = "ledger";

    private static final int KEYS = 4;
    private static final int PARTITIONS = 2;
    private static final int RELAYS = 3;
    private static final int BATCH = 5;
    private static final int STEPS = 800;
    private static final int DRAIN_STEPS = 20_000;

    private static final class Row {
        final long sequence;
        final int key;
        final long producerSequence;
        final int partition;
        final String id;
        boolean committed;

        Row(long sequence, int key, long producerSequence, int partition, String id) {
            this.sequence = sequence;
            this.key = key;
            this.producerSequence = producerSequence;
            this.partition = partition;
            this.id = id;
        }
    }

    private static final class Partition {
        int owner = -1;
        long epoch;
        final Set<Long> read = new HashSet<>(); // by the present owner, and not acknowledged
    }

    /** What a relay knows of a partition that it owns, or believes to own. */
    private static final class Claim {
        final long epoch;
        long mark;
        Deque<Row> unpublished = new ArrayDeque<>();
        final List<Row> confirmed = new ArrayList<>();
        final Set<Integer> failed = new HashSet<>();

        Claim(long epoch) {
            this.epoch = epoch;
        }
    }

    private static final class Relay {
        boolean alive = true;
        boolean stalled;
        final Map<Integer, Claim> claims = new HashMap<>();
    }

    private final SeededRandom random;
    private final Defect defect;
    private final HistoryCheck history = HistoryCheck.create().expectEffectsOf(CONSUMER);
    private final TreeMap<Long, Row> table = new TreeMap<>();
    private final long[] lastCommitted = new long[KEYS];
    private final Map<Integer, List<Row>> open = new HashMap<>(); // by locked key
    private final Map<Integer, Integer> blockedUntil = new HashMap<>(); // by key
    private final List<Partition> partitions = new ArrayList<>();
    private final List<Relay> relays = new ArrayList<>();
    private final List<String> broker = new ArrayList<>();
    private final Set<String> inbox = new HashSet<>();
    private int consumed;
    private long nextSequence = 1;
    private long disruptions;
    private long unconfirmed;
    private int step;
    private boolean quiet;

    private SimulatedRelays(SeededRandom random, Defect defect) {
        this.random = random;
        this.defect = defect;
        for (int number = 0; number < PARTITIONS; number++) {
            partitions.add(new Partition());
        }
        for (int number = 0; number < RELAYS; number++) {
            relays.add(new Relay());
        }
    }

    /** Runs it to its end, and judges it. */
    static HistoryReport run(SeededRandom random, Defect defect) {
        SimulatedRelays simulation = new SimulatedRelays(random, defect);
        for (simulation.step = 0; simulation.step < STEPS; simulation.step++) {
            simulation.happen();
        }
        simulation.drain();
        return simulation
                .history
                .allowDuplicates((long) PARTITIONS * BATCH, simulation.disruptions)
                .allowUnconfirmed(simulation.unconfirmed)
                .report();
    }

    private void happen() {
        double chance = random.nextDouble();
        if (chance < 0.25) {
            produce();
        } else if (chance < 0.75) {
            relay(random.nextInt(RELAYS));
        } else if (chance < 0.95) {
            consume();
        } else {
            disturb(relays.get(random.nextInt(RELAYS)));
        }
    }

    private void drain() {
        quiet = true;
        relays.forEach(relay -> {
            relay.alive = true;
            relay.stalled = false;
        });
        for (int key = 0; key < KEYS; key++) {
            end(key);
        }
        for (int end = step + DRAIN_STEPS; step < end && !(table.isEmpty() && consumed == broker.size()); step++) {
            relay(random.nextInt(RELAYS));
            consume();
        }
        for (int round = 0; round < 200; round++) { // relays that still believe in a lease lose it now
            relay(random.nextInt(RELAYS));
            consume();
        }
    }

    private void disturb(Relay relay) {
        if (!relay.alive) {
            relay.alive = true;
        } else if (relay.stalled) {
            relay.stalled = false;
        } else {
            disruptions++;
            relay.stalled = random.nextBoolean();
            if (!relay.stalled) {
                relay.alive = false;
                relay.claims.clear();
            }
        }
    }

    private void produce() {
        int key = random.nextInt(KEYS);
        if (open.containsKey(key)) {
            end(key);
            return;
        }
        List<Row> rows = new ArrayList<>();
        for (int number = random.nextInt(1, 4); number > 0; number--) {
            long sequence = nextSequence++;
            Row row = new Row(
                    sequence,
                    key,
                    lastCommitted[key] + rows.size() + 1,
                    partitionOf(key),
                    new UUID(random.nextLong(), random.nextLong()).toString());
            rows.add(row);
            table.put(sequence, row);
            tell(row, Commit.UNKNOWN);
        }
        open.put(key, rows);
    }

    private int partitionOf(int key) {
        return defect == Defect.CHANGES_THE_PARTITION_OF_A_KEY && random.chance(0.1)
                ? random.nextInt(PARTITIONS)
                : key % PARTITIONS;
    }

    private void end(int key) {
        List<Row> rows = open.remove(key);
        if (rows == null) {
            return;
        }
        boolean commit = random.chance(0.8);
        boolean told = random.chance(0.85);
        for (Row row : rows) {
            row.committed = commit;
            if (!commit) {
                table.remove(row.sequence);
            }
            if (told) {
                tell(row, commit ? Commit.COMMITTED : Commit.ROLLED_BACK);
            }
        }
        lastCommitted[key] += commit ? rows.size() : 0;
    }

    private void tell(Row row, Commit commit) {
        history.add(new Added(row.id, "k" + row.key, row.producerSequence, commit));
    }

    private void relay(int number) {
        Relay relay = relays.get(number);
        if (!relay.alive || relay.stalled) {
            return;
        }
        takeOver(number, relay);
        if (!relay.claims.isEmpty()) {
            int partition = random.pick(List.copyOf(relay.claims.keySet()));
            advance(number, relay, partition);
        }
    }

    private void takeOver(int number, Relay relay) {
        int index = random.nextInt(PARTITIONS);
        Partition partition = partitions.get(index);
        boolean expired = partition.owner < 0
                || !relays.get(partition.owner).alive
                || relays.get(partition.owner).stalled
                || !relays.get(partition.owner).claims.containsKey(index);
        if (!expired) {
            return;
        }
        partition.owner = number;
        partition.epoch++;
        if (defect == Defect.TAKES_THE_IN_FLIGHT_OF_THE_DEAD_FOR_DONE) {
            partition.read.forEach(table::remove);
        }
        partition.read.clear();
        relay.claims.put(index, new Claim(partition.epoch));
    }

    private void advance(int number, Relay relay, int index) {
        Claim claim = relay.claims.get(index);
        if (claim == null) {
            return;
        }
        if (!claim.unpublished.isEmpty()) {
            publish(claim, claim.unpublished.removeFirst(), index, owns(number, claim, index));
        } else if (!claim.confirmed.isEmpty()) {
            acknowledge(number, relay, index, claim);
        } else if (owns(number, claim, index)) {
            read(claim, index);
        } else {
            relay.claims.remove(index);
        }
    }

    private boolean owns(int number, Claim claim, int index) {
        Partition partition = partitions.get(index);
        return defect == Defect.GOES_ON_WITHOUT_ITS_LEASE
                || (partition.owner == number && partition.epoch == claim.epoch);
    }

    private void read(Claim claim, int index) {
        int limit = defect == Defect.HAS_TOO_MUCH_IN_FLIGHT ? 100 * BATCH : BATCH;
        List<Row> batch = new ArrayList<>(table.tailMap(claim.mark, false).values().stream()
                .filter(row -> row.partition == index)
                .filter(row -> row.committed || defect == Defect.READS_UNCOMMITTED_ROWS)
                .filter(row -> blockedUntil.getOrDefault(row.key, 0) <= step)
                .limit(limit)
                .toList());
        if (defect == Defect.SWAPS_ROWS && random.chance(0.1)) {
            batch.sort(Comparator.comparingLong(row -> -row.sequence));
        }
        if (defect == Defect.SKIPS_A_ROW && !batch.isEmpty() && random.chance(0.1)) {
            claim.confirmed.add(batch.remove(random.nextInt(batch.size())));
        }
        if (defect == Defect.ACKNOWLEDGES_BEFORE_PUBLISHING) {
            batch.forEach(row -> table.remove(row.sequence));
        }
        claim.failed.clear();
        claim.unpublished = new ArrayDeque<>(batch);
        batch.forEach(row -> partitions.get(index).read.add(row.sequence));
    }

    private void publish(Claim claim, Row row, int index, boolean owned) {
        if (claim.failed.contains(row.key)) {
            return; // not before the one that failed
        }
        double chance = quiet ? 0 : random.nextDouble();
        if (chance < 0.85) {
            arrive(claim, row, index);
            claim.confirmed.add(row);
            return;
        }
        if (chance < 0.92) {
            unconfirmed++;
            arrive(claim, row, index);
        }
        if (defect == Defect.TAKES_A_REFUSAL_FOR_A_CONFIRMATION) {
            claim.confirmed.add(row);
        } else if (defect != Defect.LETS_LATER_ONES_OVERTAKE_A_RETRY) {
            claim.failed.add(row.key);
            if (owned) { // the statement that writes it down checks the lease
                boolean forget = defect == Defect.PARKS_AND_FORGETS && random.chance(0.2);
                blockedUntil.put(row.key, forget ? Integer.MAX_VALUE : step + random.nextInt(20));
            }
        }
    }

    private void arrive(Claim claim, Row row, int index) {
        boolean renamed = defect == Defect.GIVES_A_NEW_ID_AFTER_TAKEOVER && claim.epoch > 1;
        String id = renamed ? new UUID(random.nextLong(), random.nextLong()).toString() : row.id;
        broker.add(id);
        history.add(new Published(
                id, "k" + row.key, row.producerSequence, broker.size(), index, claim.epoch, row.sequence));
    }

    private void acknowledge(int number, Relay relay, int index, Claim claim) {
        if (!owns(number, claim, index)) {
            relay.claims.remove(index);
            return;
        }
        Partition partition = partitions.get(index);
        for (Row row : claim.confirmed) {
            boolean left = defect == Defect.DOES_NOT_DELETE_ALL_IT_ACKNOWLEDGES && !quiet && random.chance(0.3);
            if (!left) {
                table.remove(row.sequence);
            }
            partition.read.remove(row.sequence);
        }
        claim.mark = Math.max(claim.mark, mark(claim, index));
        claim.confirmed.clear();
    }

    /** Never past a row that is still there, visible or not. */
    private long mark(Claim claim, int index) {
        long last = claim.confirmed.get(claim.confirmed.size() - 1).sequence;
        if (defect == Defect.MOVES_ITS_MARK_PAST_OPEN_TRANSACTIONS) {
            return last;
        }
        return table.values().stream()
                .filter(row -> row.partition == index)
                .mapToLong(row -> row.sequence - 1)
                .findFirst()
                .stream()
                .map(beforeFirst -> Math.min(beforeFirst, last))
                .findFirst()
                .orElse(last);
    }

    private void consume() {
        if (consumed == broker.size()) {
            return;
        }
        String id = broker.get(consumed);
        boolean crash = !quiet && random.chance(0.1);
        if (crash) {
            if (defect == Defect.CONFIRMS_BEFORE_CONSUMING) {
                consumed++;
            } else if (defect == Defect.COMMITS_THE_INBOX_BEFORE_THE_EFFECT) {
                inbox.add(id);
            }
            return;
        }
        consumed++;
        if (inbox.add(id) || defect == Defect.CONSUMES_WITHOUT_INBOX) {
            history.add(new Applied(id, CONSUMER));
        }
    }
}
