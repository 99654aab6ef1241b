package dev.seawall.outbox.jdbc;

import dev.seawall.jdbc.Lease;
import dev.seawall.outbox.jdbc.Messages.Range;
import dev.seawall.outbox.jdbc.Row.KeyName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A partition in the hands of one worker: its mark, and what is under way.
 *
 * <p>The mark is a sequence below which nothing needs to be read. It may rise to a sequence when every message up to there was
 * seen by a read that began after that sequence was settled, and is acknowledged or hidden by a block. It falls when a block is
 * opened. So a rise that was found out by a read does not count if the mark has fallen since.
 */
final class OwnedPartition {

    final Lease lease;
    private final TreeMap<Long, Delivery> pending = new TreeMap<>();
    private final Map<KeyName, KeyQueue> queues = new HashMap<>();
    private final Map<KeyName, Block> open = new HashMap<>();
    private long low;
    private int falls;
    private boolean full;
    private int underWay;

    /** A read, and what it would let the mark rise to. */
    record Seen(long upTo, int falls) {}

    OwnedPartition(Lease lease) {
        this.lease = lease;
    }

    int part() {
        return lease.partition();
    }

    // ---- the mark

    /** Whether the last read found as much as it could take. */
    boolean wasFull() {
        return full;
    }

    Range range(int most, long mostBytes) {
        return new Range(part(), low, most, mostBytes);
    }

    /** Takes note of a read that began when so much was settled. */
    Seen seen(Range range, List<Row> rows, long settled) {
        long bytes = 0;
        for (Row row : rows) {
            bytes += row.size();
        }
        full = rows.size() >= range.most() || bytes >= range.mostBytes();
        long upTo = full ? Math.min(settled, rows.get(rows.size() - 1).seq) : settled;
        return new Seen(upTo, falls);
    }

    void rise(Seen seen) {
        if (seen.falls() == falls) {
            long first = pending.isEmpty() ? Long.MAX_VALUE : pending.firstKey() - 1;
            low = Math.max(low, Math.min(seen.upTo(), first));
        }
    }

    private void fallTo(long seq) {
        low = Math.min(low, seq);
        falls++;
    }

    /** Everything may have changed: it is read from the beginning. */
    void startAnew() {
        fallTo(0);
    }

    // ---- messages

    /** Takes in what was read and is not under way yet. */
    List<KeyQueue> add(Collection<Row> rows) {
        List<KeyQueue> changed = new ArrayList<>();
        for (Row row : rows) {
            if (!pending.containsKey(row.seq)) {
                Delivery delivery = new Delivery(this, row);
                pending.put(row.seq, delivery);
                KeyQueue queue = queues.computeIfAbsent(row.key, key -> new KeyQueue());
                queue.add(delivery);
                changed.add(queue);
            }
        }
        return changed;
    }

    @Nullable
    KeyQueue queue(KeyName key) {
        return queues.get(key);
    }

    /** One of its messages is handed to the publisher. */
    void began() {
        underWay++;
    }

    /** One that was handed over has ended. */
    void ended() {
        underWay--;
    }

    boolean isAnyUnderWay() {
        return underWay > 0;
    }

    Collection<Delivery> pending() {
        return pending.values();
    }

    boolean isIdle() {
        return pending.isEmpty();
    }

    /** Forgets a message that is in the table no more, or hidden there by a block. */
    void settled(Delivery delivery) {
        pending.remove(delivery.row.seq);
        KeyQueue queue = queues.get(delivery.row.key);
        if (queue != null && queue.isDone()) {
            queues.remove(delivery.row.key);
        }
    }

    /** Forgets a message that stays in the table, to be read again. */
    void giveUp(Delivery delivery) {
        settled(delivery);
        falls++;
    }

    // ---- blocks

    Map<KeyName, Block> open() {
        return open;
    }

    /** Lets the messages of a failing key be seen again, from its first. */
    void open(Block block) {
        if (open.putIfAbsent(block.key(), block) == null) {
            fallTo(block.fromSeq() - 1);
        }
    }

    /** The key has no block any more, or has one again. */
    void closed(KeyName key) {
        open.remove(key);
    }

    @Override
    public String toString() {
        return lease + ", above " + low + ", " + pending.size() + " pending";
    }
}
