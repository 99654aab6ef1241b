package dev.seawall.ratelimiter;

import dev.seawall.Durations;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a sliding window by the counts of this period and of the one before, and of those to come that were reserved for.
 * Guarded by the lock of its {@link Ledger}.
 *
 * <p>What still counts of the period before is rounded down to whole permits: else a limit of one permit would give one in two
 * periods. Time within a period is measured in ticks, of which a period has less than 2^32, so that a product with a count fits
 * a word.
 */
final class WindowGauge extends Gauge {

    private static final int TICK_BITS = 31;
    private static final int FIRST_SIZE = 3;

    private final Limit limit;
    private final long permits;
    private final long period;
    private final long origin;
    private final int shift; // a tick is so many powers of two of a nanosecond
    private final long ticks; // in a period
    private long first; // the window of the first count
    private long[] counts = new long[FIRST_SIZE]; // of windows one after another, up to the last that was reserved for

    WindowGauge(Limit.SlidingWindow limit, long origin) {
        this.limit = limit;
        this.permits = limit.permits();
        this.period = Durations.toNanos(limit.period());
        this.origin = origin;
        this.shift = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(period) - TICK_BITS);
        this.ticks = ((period - 1) >> shift) + 1;
    }

    @Override
    Limit limit() {
        return limit;
    }

    @Override
    long most() {
        return permits;
    }

    private long window(long at) {
        return Math.max(0, at - origin) / period;
    }

    private long count(long window) {
        long index = window - first;
        return index >= 0 && index < counts.length ? counts[(int) index] : 0;
    }

    private void add(long window, long permits) {
        long index = window - first;
        if (index < 0) {
            return; // too long ago to matter
        }
        if (index >= counts.length) {
            counts = Arrays.copyOf(counts, (int) index * 2);
        }
        counts[(int) index] = Math.max(0, Math.min(counts[(int) index] + permits, Limit.MOST_IN_A_SLIDING_WINDOW));
    }

    @Override
    void forgetBefore(long now) {
        long passed = window(now) - 1 - first;
        if (passed > 0) {
            int dropped = (int) Math.min(passed, counts.length);
            System.arraycopy(counts, dropped, counts, 0, counts.length - dropped);
            Arrays.fill(counts, counts.length - dropped, counts.length, 0);
            first += passed;
        }
    }

    private long start(long window) {
        return window > Durations.MAX_NANOS / period
                ? later(origin, Durations.MAX_NANOS)
                : later(origin, window * period);
    }

    /** When so many can be given; nothing was promised for later than the given time. */
    private long due(long wanted, long from) {
        if (wanted > permits) {
            return NEVER;
        }
        long window = window(from);
        long current = count(window);
        if (current + wanted <= permits) {
            return dueIn(start(window), count(window - 1), permits - wanted - current, from);
        }
        return dueIn(start(window + 1), current, permits - wanted, from);
    }

    /** When the weight of the period before has sunk to what there is room for. */
    private long dueIn(long start, long earlier, long room, long from) {
        if (earlier <= room) {
            return Math.max(from, start);
        }
        long tick = ticks
                - ((room + 1) * ticks - 1) / earlier; // the first with earlier × (ticks - tick) < (room + 1) × ticks
        return Math.max(from, later(start, Math.min(period, tick << shift)));
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
        add(window(due), wanted);
        if (piece != null) {
            piece.meter = this;
            piece.permits = wanted;
            piece.due = due;
        }
        return due;
    }

    @Override
    void giveBack(Piece piece, long now) {
        add(window(piece.due), -piece.permits);
    }

    /** A debt counts for two periods, like any other use, and no longer. */
    @Override
    boolean charge(long wanted, long now) {
        add(window(now), Math.min(wanted, Limit.MOST_IN_A_SLIDING_WINDOW));
        return true;
    }

    @Override
    long remaining(long now) {
        long window = window(now);
        long tick = Math.max(0, now - start(window)) >> shift;
        long weighted = count(window - 1) * (ticks - tick) / ticks;
        return Math.max(0, permits - count(window) - weighted);
    }

    @Override
    long fullAt(long now) {
        long last = window(now) - 1;
        for (int i = 0; i < counts.length; i++) {
            last = counts[i] > 0 ? Math.max(last, first + i) : last;
        }
        return count(last) > 0 ? start(last + 2) : now;
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
        return now;
    }

    @Override
    long used(long at) {
        return permits - remaining(at);
    }

    @Override
    void begin(long at, long used) {
        forgetBefore(at);
        add(window(at), Math.min(used, permits));
    }

    // ---- carrying over a restart

    @Override
    void save(ByteWriter out, long origin) {
        out.writeLong(first);
        int size = counts.length;
        while (size > 0 && counts[size - 1] == 0) {
            size--;
        }
        out.writeInt(size);
        for (int i = 0; i < size; i++) {
            out.writeLong(counts[i]);
        }
    }

    @Override
    void restore(ByteReader in, long origin, long now) {
        first = in.readLong(window(now));
        int size = in.readCount(Long.BYTES);
        counts = new long[Math.max(FIRST_SIZE, size)];
        for (int i = 0; i < size; i++) {
            counts[i] = in.readLong(Limit.MOST_IN_A_SLIDING_WINDOW);
        }
    }
}
