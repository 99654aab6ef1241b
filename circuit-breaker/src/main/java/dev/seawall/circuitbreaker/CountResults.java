package dev.seawall.circuitbreaker;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * The last n results in a ring of bytes.
 *
 * <p>To record is to take the next place from the cursor, swap the new result into it, and add the difference between the new
 * and the old one to the sum of bad results. Every change of a place is one atomic swap, and the sum moves by exactly what was
 * swapped, so once all recorders have finished it is what the ring holds, however their steps were mixed.
 *
 * <p>The cursor runs from 0 to n and is set back by n by whoever takes a multiple of n, which spares a division; places taken
 * in between are beyond n and fold back.
 *
 * <p>A ring that is full of successes does not change by one more: any rotation of it is the same ring. So while nothing is bad
 * a success is not written at all, and threads share nothing but two words that nobody writes.
 */
final class CountResults extends Results {

    private static final VarHandle PLACES = MethodHandles.arrayElementVarHandle(byte[].class);
    private static final AtomicLongFieldUpdater<CountResults> BAD =
            AtomicLongFieldUpdater.newUpdater(CountResults.class, "bad");
    private static final int FAILED = 1;
    private static final int SLOW = 2;
    private static final int FAILURE_SHIFT = 32; // failures in the upper half of the sum, slow calls in the lower
    private static final long SLOW_MASK = (1L << FAILURE_SHIFT) - 1;
    private static final int LINE = 8; // words of a cache line

    private final byte[] places;
    private final AtomicLongArray cursor =
            new AtomicLongArray(2 * LINE + 1); // its middle word has a cache line of its own
    private volatile long bad; // changed through BAD only
    private volatile boolean full;

    CountResults(Window.Count window) {
        super(window);
        this.places = new byte[window.calls()];
    }

    @Override
    boolean readsClock(boolean bad) {
        return false;
    }

    @Override
    boolean record(boolean failed, boolean slow, long now, Judge judge) {
        int result = (failed ? FAILED : 0) | (slow ? SLOW : 0);
        if (result == 0 && full && bad == 0) {
            return false;
        }
        put(nextPlace(), result);
        long sum = bad;
        return sum != 0 && judge.exceeded(calls(), sum >>> FAILURE_SHIFT, sum & SLOW_MASK);
    }

    @Override
    boolean isTooMany(int overdue, long now, Judge judge) {
        long sum = bad;
        return judge.exceeded(calls() + overdue, sum >>> FAILURE_SHIFT, (sum & SLOW_MASK) + overdue);
    }

    private int nextPlace() {
        int size = places.length;
        long taken = cursor.getAndIncrement(LINE);
        if (taken < size) {
            return (int) taken;
        }
        full = true;
        int place = (int) (taken % size);
        if (place == 0) {
            cursor.getAndAdd(LINE, -size);
        }
        return place;
    }

    private void put(int place, int result) {
        if ((byte) PLACES.getVolatile(places, place) != (byte) result) {
            long difference = weight(result) - weight((byte) PLACES.getAndSet(places, place, (byte) result));
            if (difference != 0) {
                BAD.addAndGet(this, difference);
            }
        }
    }

    private static long weight(int result) {
        return ((long) (result & FAILED) << FAILURE_SHIFT) + (result >> 1);
    }

    private long calls() {
        return full ? places.length : Math.min(cursor.get(LINE), places.length);
    }

    /** Runs of equal results. */
    @Override
    List<Bucket> list(long now) {
        int calls = (int) calls();
        long oldest = full ? cursor.get(LINE) : 0;
        List<Bucket> runs = new ArrayList<>();
        int length = 0;
        for (int i = 0; i < calls; i++) {
            int result = at(oldest + i);
            length++;
            if (i == calls - 1 || at(oldest + i + 1) != result) {
                runs.add(new Bucket(
                        Duration.ZERO, length, (result & FAILED) * (long) length, (result >> 1) * (long) length));
                length = 0;
            }
        }
        return runs;
    }

    private byte at(long place) {
        return (byte) PLACES.getVolatile(places, (int) (place % places.length));
    }

    /** Keeps the newest; within a bucket bad results are taken for the newest. */
    @Override
    void fill(List<Bucket> buckets, long now) {
        long calls = buckets.stream().mapToLong(Bucket::calls).sum();
        long skipped = Math.max(0, calls - places.length);
        for (Bucket bucket : buckets) {
            long first = Math.min(skipped, bucket.calls());
            skipped -= first;
            for (long i = first; i < bucket.calls(); i++) {
                boolean failed = i >= bucket.calls() - bucket.failures();
                boolean slow = i >= bucket.calls() - bucket.slowCalls();
                put(nextPlace(), (failed ? FAILED : 0) | (slow ? SLOW : 0));
            }
        }
    }
}
