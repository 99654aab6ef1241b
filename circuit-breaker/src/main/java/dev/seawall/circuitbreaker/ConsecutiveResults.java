package dev.seawall.circuitbreaker;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The length of the run of failures under way. A success after a success writes nothing. */
final class ConsecutiveResults extends Results {

    private final AtomicInteger run = new AtomicInteger();
    private final int longest;

    ConsecutiveResults(Window.Consecutive window) {
        super(window);
        this.longest = window.failures();
    }

    @Override
    boolean readsClock(boolean bad) {
        return false;
    }

    @Override
    boolean record(boolean failed, boolean slow, long now, Judge judge) {
        if (failed || slow) {
            return run.incrementAndGet() >= longest;
        }
        if (run.get() != 0) {
            run.set(0);
        }
        return false;
    }

    @Override
    boolean isTooMany(int overdue, long now, Judge judge) {
        return run.get() + (long) overdue >= longest;
    }

    @Override
    String reason(int overdue, long now, Judge judge) {
        return judge.failures(window, overdue);
    }

    @Override
    List<Bucket> list(long now) {
        int length = run.get();
        return length == 0 ? List.of() : List.of(new Bucket(Duration.ZERO, length, length, 0));
    }

    @Override
    void fill(List<Bucket> buckets, long now) {
        long failures = buckets.stream().mapToLong(Bucket::failures).sum();
        run.set((int) Math.min(failures, longest - 1L)); // the next failure decides, not the import
    }
}
