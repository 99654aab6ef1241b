package dev.seawall.bulkhead;

import dev.seawall.bulkhead.BulkheadFullException.Why;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The permits of a bulkhead and the queue for them.
 *
 * <p>One word holds the free permits, less 2^32 for each waiting call. While nobody waits, to take permits is one CAS, and to
 * give them back one addition. While somebody waits, the word is less than anyone could want, so nobody takes permits past the
 * queue; and whoever gives permits back sees in the word it has just changed that it must look at the queue. A new limit is an
 * addition to the same word, so no call is admitted by a limit that is no longer in force; after a lower one there may be less
 * than no free permit for a while.
 *
 * <p>The queue is guarded by a lock. A call joins it in this order: queue, word, then a look at the permits. Either the look
 * comes after a permit was given back and finds it, or who gives it back sees the call in the word; so no wake-up is lost. A
 * waiter leaves the word together with the queue. Its wait ends by one CAS on the waiter itself, which the lock has no part in:
 * permits granted to a call that has been abandoned meanwhile are put back and go to the next.
 *
 * <p>Each partition has its part of the queue. Of those who are first in theirs the one goes first whose partition's share has
 * room for it, and else who is first in the order of all.
 */
final class Permits {

    private static final int LINE = 8; // words of a cache line
    private static final long ONE_WAITING = -1L << 32;
    private static final long SOME_WAIT = Integer.MIN_VALUE; // the word is below this just if somebody waits

    private final AtomicLongArray word = new AtomicLongArray(2 * LINE + 1); // its middle has a cache line of its own
    private final ReentrantLock lock = new ReentrantLock(); // never held while a waiter is told anything
    private final List<Partition> partitions = new ArrayList<>(1); // guarded by lock; none is ever taken out
    private final Partition rest; // of calls that have no partition
    private volatile Map<String, Partition> byName = Map.of(); // written under lock
    private Comparator<Waiter> order; // guarded by lock
    private int queued; // guarded by lock
    private long arrivals; // guarded by lock
    private volatile int limit; // written under lock

    /** What the queue has decided and must be told once the lock is free. */
    static final class Decisions {

        private record Rejection(Waiter waiter, Why why) {}

        private final List<Waiter> granted = new ArrayList<>(1);
        private final List<Rejection> rejected = new ArrayList<>(0);

        private void reject(Waiter waiter, Why why) {
            rejected.add(new Rejection(waiter, why));
        }

        void tell() {
            granted.forEach(Waiter::granted);
            rejected.forEach(rejection -> rejection.waiter().reject(rejection.why()));
        }
    }

    Permits(int limit, QueueOrder order) {
        this.limit = limit;
        this.word.set(LINE, limit);
        this.order = comparator(order);
        this.rest = new Partition(this, null, this.order);
        this.partitions.add(rest);
    }

    private static Comparator<Waiter> comparator(QueueOrder order) {
        return switch (order) {
            case FIFO -> Permits::byAge;
            case LIFO -> (one, other) -> -byAge(one, other);
            case PRIORITY -> Permits::byUrgency;
        };
    }

    private static int byAge(Waiter one, Waiter other) {
        return Long.compare(one.place().number(), other.place().number());
    }

    private static int byUrgency(Waiter one, Waiter other) {
        int urgency = Integer.compare(other.place().priority(), one.place().priority());
        return urgency != 0 ? urgency : byAge(one, other);
    }

    // ---- taking and giving back

    /** Takes permits if there are enough and nobody waits. */
    boolean tryTake(int weight) {
        while (true) {
            long seen = word.get(LINE);
            if (seen < weight) {
                return false;
            }
            if (word.compareAndSet(LINE, seen, seen - weight)) {
                return true;
            }
            Thread.onSpinWait();
        }
    }

    void giveBack(int weight) {
        if (word.addAndGet(LINE, weight) < SOME_WAIT) {
            serve();
        }
    }

    // ---- the queue

    /** Puts a call into the queue, unless that holds {@code most} calls that all go before it. */
    boolean join(Waiter newcomer, int most) {
        Decisions decisions = new Decisions();
        lock.lock();
        try {
            newcomer.place().take(arrivals++); // under the lock, so that nobody comes after one with a later number
            if (newcomer.place().weight() > limit) {
                decisions.reject(newcomer, Why.TOO_HEAVY); // the limit was lowered while the call came
            } else if (queued < most || displaceLast(newcomer, decisions)) {
                newcomer.place().partition().add(newcomer);
                queued++;
                word.addAndGet(LINE, ONE_WAITING);
                serve(decisions);
            } else {
                return false;
            }
        } finally {
            lock.unlock();
        }
        decisions.tell();
        return true;
    }

    /** Makes room in a full queue if the newcomer goes before the last one in it. */
    private boolean displaceLast(Waiter newcomer, Decisions decisions) {
        Waiter last = last();
        boolean goesBefore =
                last != null && (newcomer.place().partition().owes(newcomer) || order.compare(newcomer, last) <= 0);
        if (last == null || !goesBefore) {
            return false;
        }
        remove(last);
        decisions.reject(last, Why.DISPLACED);
        return true;
    }

    /** The last of those whom no share has room for; {@code null} if there is room for all. */
    private @Nullable Waiter last() {
        Waiter last = null;
        for (Partition partition : partitions) {
            if (!partition.isEmpty() && partition.exceeds()) {
                Waiter candidate = partition.queue().last();
                last = last == null || order.compare(candidate, last) > 0 ? candidate : last;
            }
        }
        return last;
    }

    /** Who goes first; {@code null} if nobody waits. */
    private @Nullable Waiter first() {
        Waiter first = null;
        boolean owed = false;
        for (Partition partition : partitions) {
            if (!partition.isEmpty()) {
                Waiter candidate = partition.queue().first();
                boolean owes = partition.owesFirst();
                if (first == null || (owes == owed ? order.compare(candidate, first) < 0 : owes)) {
                    first = candidate;
                    owed = owes;
                }
            }
        }
        return first;
    }

    /** Takes an abandoned call out of the queue. Those behind it may need fewer permits than it did. */
    void leave(Waiter waiter) {
        Decisions decisions = new Decisions();
        lock.lock();
        try {
            if (remove(waiter)) {
                serve(decisions);
            }
        } finally {
            lock.unlock();
        }
        decisions.tell();
    }

    private boolean remove(Waiter waiter) {
        boolean waited = waiter.place().partition().remove(waiter);
        if (waited) {
            queued--;
            word.addAndGet(LINE, -ONE_WAITING);
        }
        return waited;
    }

    /** Grants what there is to those who go first. */
    private void serve() {
        Decisions decisions = new Decisions();
        lock.lock();
        try {
            serve(decisions);
        } finally {
            lock.unlock();
        }
        decisions.tell();
    }

    private void serve(Decisions decisions) {
        for (Waiter first = first(); first != null; first = first()) {
            int weight = first.place().weight();
            if (!tryTakeFirst(weight)) {
                return;
            }
            Partition partition = first.place().partition();
            partition.count(weight);
            if (first.tryGrant()) {
                decisions.granted.add(first);
            } else {
                partition.count(-weight);
                word.addAndGet(LINE, weight); // abandoned, and about to leave
            }
            remove(first);
        }
    }

    /** Takes permits for the first in the queue, whom nobody can come before. */
    private boolean tryTakeFirst(int weight) {
        while (true) {
            long seen = word.get(LINE);
            if (free(seen) < weight) {
                return false;
            }
            if (word.compareAndSet(LINE, seen, seen - weight)) {
                return true;
            }
            Thread.onSpinWait();
        }
    }

    // ---- settings and numbers

    /**
     * Takes over a new limit, order and shares. Never waits: permits over a lower limit are in use until they are given back, and
     * until then none is granted.
     *
     * @return what the caller must tell once it holds no lock
     */
    Decisions configure(int newLimit, QueueOrder newOrder, @Nullable Partitions shares) {
        Decisions decisions = new Decisions();
        lock.lock();
        try {
            order = comparator(newOrder);
            partitions.forEach(partition -> partition.reorder(order));
            partition(shares == null ? Map.of() : shares.shares());
            limit(newLimit, decisions);
        } finally {
            lock.unlock();
        }
        return decisions;
    }

    /** A partition that has no share any more stays for the calls in it. */
    private void partition(Map<String, Integer> shares) {
        byName.values().forEach(partition -> partition.percent(0));
        Map<String, Partition> named = new HashMap<>(byName);
        shares.forEach((name, percent) -> {
            Partition partition = named.get(name);
            if (partition == null) {
                partition = new Partition(this, name, order);
                partitions.add(partition);
                named.put(name, partition);
            }
            partition.percent(percent);
        });
        byName = Map.copyOf(named);
    }

    /** Takes over a new limit, as {@link #configure} does. */
    Decisions limit(int newLimit) {
        Decisions decisions = new Decisions();
        lock.lock();
        try {
            limit(newLimit, decisions);
        } finally {
            lock.unlock();
        }
        return decisions;
    }

    private void limit(int newLimit, Decisions decisions) {
        word.addAndGet(LINE, newLimit - limit);
        limit = newLimit;
        rejectAllOver(newLimit, Why.TOO_HEAVY, decisions);
        serve(decisions);
    }

    /** Rejects all who wait now. */
    void rejectAll(Why why) {
        Decisions decisions = new Decisions();
        lock.lock();
        try {
            rejectAllOver(0, why, decisions);
        } finally {
            lock.unlock();
        }
        decisions.tell();
    }

    private void rejectAllOver(int weight, Why why, Decisions decisions) {
        for (Waiter waiter : inOrder()) {
            if (waiter.place().weight() > weight) {
                remove(waiter);
                decisions.reject(waiter, why);
            }
        }
    }

    private List<Waiter> inOrder() {
        List<Waiter> waiters = new ArrayList<>(queued);
        partitions.forEach(partition -> waiters.addAll(partition.queue()));
        waiters.sort(order);
        return waiters;
    }

    /** Where calls without a partition belong. */
    Partition rest() {
        return rest;
    }

    /** The partition of a name. */
    Partition partition(@Nullable String name) {
        Partition named = name == null ? null : byName.get(name);
        return named == null ? rest : named;
    }

    /** What can be seen of the partitions that have a share, by name. */
    List<PartitionSnapshot> partitions() {
        if (byName.isEmpty()) {
            return List.of();
        }
        lock.lock();
        try {
            return partitions.stream()
                    .filter(Partition::isConfigured)
                    .map(Partition::snapshot)
                    .sorted(Comparator.comparing(PartitionSnapshot::name))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    int limit() {
        return limit;
    }

    /** How many permits can be taken; negative for a while after the limit was lowered. */
    int free() {
        return free(word.get(LINE));
    }

    private static int free(long word) {
        return (int) word; // what waits is in the upper half only
    }

    /** While the limit is being changed, this may be wrong by the change. */
    int inUse() {
        return limit - free();
    }

    int waiting() {
        long seen = word.get(LINE);
        return (int) ((free(seen) - seen) >> 32);
    }
}
