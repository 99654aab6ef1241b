package dev.seawall.ratelimiter;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/** Pieces of a {@link Line} that were given back while others had taken what follows them. Neighbours are one piece. */
final class FreePieces {

    static final long NONE = -1;

    private final ReentrantLock lock = new ReentrantLock();
    private final TreeMap<Long, Long> endByLow = new TreeMap<>(); // guarded by lock

    void lock() {
        lock.lock();
    }

    void unlock() {
        lock.unlock();
    }

    void add(long low, long end) {
        lock.lock();
        try {
            Map.Entry<Long, Long> before = endByLow.floorEntry(low);
            Long endOfNext = endByLow.remove(end);
            long newEnd = endOfNext == null ? end : endOfNext;
            boolean joins = before != null && before.getValue() == low;
            endByLow.put(joins ? before.getKey() : low, newEnd);
        } finally {
            lock.unlock();
        }
    }

    // ---- with the lock held

    /** Forgets what time has overtaken. */
    void dropBelow(long issued) {
        Map.Entry<Long, Long> first = endByLow.firstEntry();
        while (first != null && first.getKey() < issued) {
            endByLow.pollFirstEntry();
            if (first.getValue() > issued) {
                endByLow.put(issued, first.getValue());
            }
            first = endByLow.firstEntry();
        }
    }

    /** Where the first room for a call is. */
    long find(long cost, Refill refill) {
        for (Map.Entry<Long, Long> piece : endByLow.entrySet()) {
            long low = refill.begin(piece.getKey(), cost);
            if (low + cost <= piece.getValue()) {
                return low;
            }
        }
        return NONE;
    }

    /** Takes a part out of the piece it is in. */
    void remove(long low, long end) {
        Map.Entry<Long, Long> piece = endByLow.floorEntry(low);
        endByLow.remove(piece.getKey());
        if (piece.getKey() < low) {
            endByLow.put(piece.getKey(), low);
        }
        if (end < piece.getValue()) {
            endByLow.put(end, piece.getValue());
        }
    }

    long lowOfLast() {
        return endByLow.isEmpty() ? NONE : endByLow.lastKey();
    }

    long endOfLast() {
        return endByLow.lastEntry().getValue();
    }

    void removeLast() {
        endByLow.pollLastEntry();
    }

    /** How many whole permits lie free between two points. */
    long permits(long from, long to, Refill refill) {
        lock.lock();
        try {
            long permits = 0;
            for (Map.Entry<Long, Long> piece : endByLow.entrySet()) {
                long low = Math.max(from, piece.getKey());
                long end = Math.min(to, piece.getValue());
                permits += refill.permits(Math.max(0, end - low));
            }
            return permits;
        } finally {
            lock.unlock();
        }
    }
}
