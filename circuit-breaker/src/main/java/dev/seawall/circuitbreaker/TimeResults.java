package dev.seawall.circuitbreaker;

import dev.seawall.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts by slots of time.
 *
 * <p>Time is cut into slots, numbered from the clock's origin; slot number s uses place {@code s mod n}. A place has three words,
 * for calls, failures and slow calls, each with the slot's number in its upper and the count in its lower half. Where the number
 * is the slot's, to count is to add 1. An older number means that the place still holds a slot that has left the window: a CAS
 * replaces the word. A newer one means that this result comes too late for its slot, and is left out. Words are independent of
 * each other, so that nothing has to be consistent but each one.
 *
 * <p>Successes can only lower a rate, unless old ones leave the window, so while no slot of the window holds a failure or a slow
 * call nothing is summed.
 */
final class TimeResults extends Results {

    private static final int WORDS = 3;
    private static final int CALLS = 0;
    private static final int FAILURES = 1;
    private static final int SLOW = 2;
    private static final int COUNT_BITS = 32;
    private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;
    private static final int MOST_LATE = 1 << 20;
    private static final long UNUSED = 0; // a word nothing was counted in yet
    private static final long NEVER = Long.MIN_VALUE / 2;

    private final AtomicLongArray words;
    private final int slots;
    private final long slotNanos;
    private final AtomicLong lastBad = new AtomicLong(NEVER); // the newest slot that got a failure or a slow call

    TimeResults(Window.Time window) {
        super(window);
        this.slots = window.slots();
        this.slotNanos = Durations.toNanos(window.length()) / slots;
        this.words = new AtomicLongArray(slots * WORDS);
    }

    @Override
    boolean readsClock(boolean bad) {
        return true;
    }

    @Override
    boolean record(boolean failed, boolean slow, long now, Judge judge) {
        return count(failed, slow, now) && isTooMany(0, now, judge);
    }

    @Override
    boolean isTooMany(int overdue, long now, Judge judge) {
        long slot = slot(now);
        return judge.exceeded(sum(slot, CALLS) + overdue, sum(slot, FAILURES), sum(slot, SLOW) + overdue);
    }

    /** Counts a result and says whether the window holds anything bad. */
    boolean count(boolean failed, boolean slow, long now) {
        long slot = slot(now);
        add(slot, CALLS, 1);
        if (failed) {
            add(slot, FAILURES, 1);
        }
        if (slow) {
            add(slot, SLOW, 1);
        }
        if (failed || slow) {
            lastBad.accumulateAndGet(slot, Math::max);
            return true;
        }
        long last = lastBad.get();
        if (slot - last < slots) {
            return true;
        }
        if (last != NEVER) {
            lastBad.compareAndSet(last, NEVER);
        }
        return false;
    }

    /** Whether nothing bad has been counted, as far as can be told without the time. */
    boolean isSpotless() {
        return lastBad.get() == NEVER;
    }

    long calls(long now) {
        return sum(slot(now), CALLS);
    }

    long failures(long now) {
        return sum(slot(now), FAILURES);
    }

    long slowCalls(long now) {
        return sum(slot(now), SLOW);
    }

    private long slot(long now) {
        return Math.floorDiv(now, slotNanos);
    }

    private void add(long slot, int kind, long count) {
        int index = index(slot, kind);
        long tag = tag(slot);
        while (true) {
            long word = words.get(index);
            if (word >>> COUNT_BITS == tag) {
                if (words.getAndAdd(index, count) >>> COUNT_BITS != tag) {
                    words.getAndAdd(index, -count); // the place went to a newer slot between the two steps
                }
                return;
            }
            if ((word != UNUSED && isNewer(word >>> COUNT_BITS, tag))
                    || words.compareAndSet(index, word, tag << COUNT_BITS | count)) {
                return;
            }
        }
    }

    private int index(long slot, int kind) {
        return (int) Math.floorMod(slot, (long) slots) * WORDS + kind;
    }

    private static long tag(long slot) {
        return slot & COUNT_MASK;
    }

    /** Numbers are cut to 32 bits, so they are compared by their distance; nobody is late by a million slots. */
    private static boolean isNewer(long tag, long other) {
        int distance = (int) (tag - other);
        return distance > 0 && distance < MOST_LATE;
    }

    private long sum(long slot, int kind) {
        long tag = tag(slot);
        long sum = 0;
        for (int i = kind; i < words.length(); i += WORDS) {
            long word = words.get(i);
            int age = age(word, tag);
            if (age >= 0 && age < slots) {
                sum += word & COUNT_MASK;
            }
        }
        return sum;
    }

    private long count(long slot, int kind) {
        long word = words.get(index(slot, kind));
        return age(word, tag(slot)) == 0 ? word & COUNT_MASK : 0;
    }

    /** How many slots before this one a word was counted; negative if it is a newer one. */
    private static int age(long word, long tag) {
        return (int) (tag - (word >>> COUNT_BITS));
    }

    @Override
    List<Bucket> list(long now) {
        long slot = slot(now);
        List<Bucket> buckets = new ArrayList<>();
        for (long s = slot - slots + 1; s <= slot; s++) {
            long calls = count(s, CALLS);
            if (calls > 0) {
                long middle = s * slotNanos + slotNanos / 2;
                long failures = Math.min(calls, count(s, FAILURES));
                long slow = Math.min(calls, count(s, SLOW));
                buckets.add(new Bucket(Duration.ofNanos(Math.max(0, now - middle)), calls, failures, slow));
            }
        }
        return buckets;
    }

    @Override
    void fill(List<Bucket> buckets, long now) {
        long slot = slot(now);
        for (Bucket bucket : buckets) {
            long source = slot(now - Durations.toNanos(bucket.age()));
            if (source > slot - slots) {
                addUpToHalf(source, CALLS, bucket.calls());
                addUpToHalf(source, FAILURES, bucket.failures());
                addUpToHalf(source, SLOW, bucket.slowCalls());
                if (bucket.failures() > 0 || bucket.slowCalls() > 0) {
                    lastBad.accumulateAndGet(source, Math::max);
                }
            }
        }
    }

    /** Leaves the other half of what a word can count to the calls to come. */
    private void addUpToHalf(long slot, int kind, long count) {
        add(slot, kind, Math.min(count, COUNT_MASK / 2 - count(slot, kind)));
    }
}
