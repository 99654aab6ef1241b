package dev.seawall.ratelimiter;

import dev.seawall.Durations;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a sliding log: when each permit of the last period was given, and for which time each later one was promised. As many
 * as the limit allows may lie within a period, so a further one is due when the one so many before it is a period old. Guarded by
 * the lock of its {@link Ledger}.
 */
final class LogGauge extends Gauge {

    private static final int FIRST_SIZE = 16;

    private final Limit limit;
    private final int permits;
    private final long period;
    private long[] times; // a ring, in order
    private int oldest;
    private int size;

    LogGauge(Limit.SlidingLog limit) {
        this.limit = limit;
        this.permits = (int) limit.permits();
        this.period = Durations.toNanos(limit.period());
        this.times = new long[FIRST_SIZE];
    }

    @Override
    Limit limit() {
        return limit;
    }

    @Override
    long most() {
        return permits;
    }

    private long time(int index) {
        return times[(oldest + index) % times.length];
    }

    /** When so many can be given. */
    private long due(long wanted, long from) {
        if (wanted > permits) {
            return NEVER;
        }
        int before = size + (int) wanted - permits;
        return before <= 0 ? from : Math.max(from, later(time(before - 1), period));
    }

    @Override
    boolean tryTake(long wanted, long now) {
        return take(wanted, now, now, null) <= now;
    }

    @Override
    long take(long wanted, long now, long latest, @Nullable Piece piece) {
        long due = due(wanted, now);
        if (due > latest) {
            return due;
        }
        if (piece != null) {
            piece.meter = this;
            piece.permits = wanted;
            piece.due = due;
        }
        add((int) wanted, due);
        return due;
    }

    private void add(int wanted, long at) {
        for (int i = 0; i < wanted; i++) {
            if (size == times.length) {
                grow();
            }
            times[(oldest + size) % times.length] = at;
            size++;
        }
    }

    private void grow() {
        long[] larger = new long[2 * times.length];
        for (int i = 0; i < size; i++) {
            larger[i] = time(i);
        }
        times = larger;
        oldest = 0;
    }

    @Override
    void forgetBefore(long now) {
        while (size > 0 && later(times[oldest], period) <= now) {
            oldest = (oldest + 1) % times.length;
            size--;
        }
    }

    @Override
    void giveBack(Piece piece, long now) {
        long left = piece.permits;
        int kept = size;
        int to = size;
        for (int from = size - 1; from >= 0; from--) { // newest first
            long time = time(from);
            if (time == piece.due && left > 0) {
                left--;
                kept--;
            } else {
                to--;
                times[(oldest + to) % times.length] = time;
            }
        }
        oldest = (oldest + to) % times.length;
        size = kept;
    }

    /** More than the log can hold fills it as of a later time, so that the debt is paid by a log full in each period. */
    @Override
    boolean charge(long wanted, long now) {
        long at = size == 0 ? now : Math.max(now, time(size - 1));
        long more = (wanted - 1) / permits;
        if (more > 0) {
            at = Durations.plus(at, more > Durations.MAX_NANOS / period ? Durations.MAX_NANOS : more * period);
            add(permits, Math.max(now, at - period));
        }
        add((int) ((wanted - 1) % permits) + 1, at);
        return true;
    }

    @Override
    long remaining(long now) {
        int inside = 0;
        while (inside < size && later(time(size - 1 - inside), period) > now) {
            inside++;
        }
        return Math.max(0, (long) permits - inside);
    }

    @Override
    long fullAt(long now) {
        return size == 0 ? now : Math.max(now, later(time(size - 1), period));
    }

    @Override
    boolean isIdle(long now) {
        return fullAt(now) <= now;
    }

    @Override
    Carried close(long now) {
        return carried(now);
    }

    @Override
    long lastDue(long now) {
        return size == 0 ? now : Math.max(now, time(size - 1));
    }

    @Override
    long used(long at) {
        return permits - remaining(at);
    }

    @Override
    void begin(long at, long used) {
        Arrays.fill(times, 0);
        size = 0;
        add((int) Math.min(used, permits), at);
    }

    // ---- carrying over a restart

    @Override
    void save(ByteWriter out, long origin) {
        out.writeInt(size);
        for (int i = 0; i < size; i++) {
            out.writeLong(time(i) - origin);
        }
    }

    @Override
    void restore(ByteReader in, long origin, long now) {
        int count = in.readCount(Long.BYTES);
        times = new long[Math.max(FIRST_SIZE, count)];
        oldest = 0;
        for (size = 0; size < count; size++) {
            times[size] = later(origin, in.readLong(Durations.MAX_NANOS));
            in.check(size == 0 || times[size - 1] <= times[size], "times out of order");
        }
    }
}
