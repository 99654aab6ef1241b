package dev.seawall.circuitbreaker;

import dev.seawall.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * When the last n failures were: a ring in which each failure overwrites the oldest. If the one that is oldest afterwards is
 * within the period, there were n in it. A success touches nothing.
 */
final class FailureTimes extends Results {

    private static final long EMPTY = Long.MIN_VALUE;

    private final AtomicLongArray times;
    private final AtomicLong cursor = new AtomicLong();
    private final long periodNanos;

    FailureTimes(Window.Failures window) {
        super(window);
        this.times = new AtomicLongArray(window.count());
        this.periodNanos = Durations.toNanos(window.period());
        for (int i = 0; i < times.length(); i++) {
            times.set(i, EMPTY);
        }
    }

    @Override
    boolean readsClock(boolean bad) {
        return bad;
    }

    @Override
    boolean record(boolean failed, boolean slow, long now, Judge judge) {
        if (!failed && !slow) {
            return false;
        }
        long place = cursor.getAndIncrement();
        times.set((int) (place % times.length()), now);
        return isWithin(times.get((int) ((place + 1) % times.length())), now);
    }

    /** With so many overdue, the last of the others that are needed must be in the period, and with it all that are newer. */
    @Override
    boolean isTooMany(int overdue, long now, Judge judge) {
        int needed = times.length() - overdue;
        long next = cursor.get();
        return needed <= 0 || (next >= needed && isWithin(times.get((int) ((next - needed) % times.length())), now));
    }

    @Override
    String reason(int overdue, long now, Judge judge) {
        return judge.failures(window, overdue);
    }

    private boolean isWithin(long time, long now) {
        return time != EMPTY && now - time < periodNanos;
    }

    @Override
    List<Bucket> list(long now) {
        long next = cursor.get();
        List<Bucket> failures = new ArrayList<>();
        for (int i = 0; i < times.length(); i++) {
            long time = times.get((int) ((next + i) % times.length()));
            if (isWithin(time, now)) {
                failures.add(new Bucket(Duration.ofNanos(Math.max(0, now - time)), 1, 1, 0));
            }
        }
        return failures;
    }

    @Override
    void fill(List<Bucket> buckets, long now) {
        for (Bucket bucket : buckets) {
            long time = now - Durations.toNanos(bucket.age());
            long failures = Math.min(bucket.failures(), times.length());
            for (long i = 0; i < failures; i++) {
                times.set((int) (cursor.getAndIncrement() % times.length()), time);
            }
        }
    }
}
