package dev.seawall.bulkhead;

import java.util.Comparator;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Some of the calls of a bulkhead: who of them waits, and how many permits they use. A call takes its permits here and gives them
 * back here, whatever is configured meanwhile.
 *
 * <p>The permits are taken first and counted then, so a call that is just being let in may not be counted yet. Those that have no
 * share are not counted at all: nothing depends on it.
 */
final class Partition {

    private final Permits permits;
    private final @Nullable String name; // null for calls without a partition
    private final AtomicInteger inUse = new AtomicInteger();
    private volatile int percent; // written under the lock of the permits

    // ---- guarded by the lock of the permits

    private TreeSet<Waiter> queue;
    private int wanted; // by those who wait

    Partition(Permits permits, @Nullable String name, Comparator<Waiter> order) {
        this.permits = permits;
        this.name = name;
        this.queue = new TreeSet<>(order);
    }

    @Nullable
    String name() {
        return name;
    }

    Permits permits() {
        return permits;
    }

    // ---- taking and giving back

    /** Takes permits if there are enough and nobody waits, in whichever partition. */
    boolean tryTake(int weight) {
        if (!permits.tryTake(weight)) {
            return false;
        }
        count(weight);
        return true;
    }

    void giveBack(int weight) {
        count(-weight);
        permits.giveBack(weight);
    }

    void count(int weight) {
        if (name != null) {
            inUse.addAndGet(weight);
        }
    }

    // ---- numbers

    int inUse() {
        return inUse.get();
    }

    /** How many permits are guaranteed. */
    int share() {
        return Partitions.permits(percent, permits.limit());
    }

    PartitionSnapshot snapshot() {
        return new PartitionSnapshot(Objects.requireNonNull(name), share(), inUse(), queue.size());
    }

    void percent(int changed) {
        percent = changed;
    }

    boolean isConfigured() {
        return percent > 0;
    }

    // ---- with the lock of the permits held

    boolean isEmpty() {
        return queue.isEmpty();
    }

    SortedSet<Waiter> queue() {
        return queue;
    }

    void add(Waiter waiter) {
        queue.add(waiter);
        wanted += waiter.place().weight();
    }

    boolean remove(Waiter waiter) {
        boolean waited = queue.remove(waiter);
        if (waited) {
            wanted -= waiter.place().weight();
        }
        return waited;
    }

    void reorder(Comparator<Waiter> order) {
        TreeSet<Waiter> reordered = new TreeSet<>(order);
        reordered.addAll(queue);
        queue = reordered;
    }

    /** Whether the share has room for the first who waits. */
    boolean owesFirst() {
        return percent > 0 && inUse() + queue.first().place().weight() <= share();
    }

    /** Whether the share has room for one who comes now, after those who wait. */
    boolean owes(Waiter newcomer) {
        return percent > 0 && inUse() + wanted + newcomer.place().weight() <= share();
    }

    /** Whether the share has no room for the last who waits. */
    boolean exceeds() {
        return percent == 0 || inUse() + wanted > share();
    }
}
