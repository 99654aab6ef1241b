package dev.seawall.ratelimiter;

import dev.seawall.Durations;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a sliding window by the counts of this period and of the one before. Guarded by the lock of its {@link Ledger}.
 *
 * <p>The share of the period before that still counts is rounded up: time within a period is measured in ticks, of which a
 * period has less than 2^32, so that a product with a count fits a word.
 */
final class WindowGauge extends Gauge {

    private static final int TICK_BITS = 31;

    private final Limit limit;
    private final long permits;
    private final long period;
    private final long origin;
    private final int shift; // a tick is so many powers of two of a nanosecond
    private final long ticks; // in a period
    private long index;
    private long before;
    private long current;

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

    private void moveTo(long now) {
        long reached = Math.max(0, now - origin) / period;
        if (reached > index) {
            before = reached == index + 1 ? current : 0;
            current = 0;
            index = reached;
        }
    }

    private long start(long window) {
        return window > Durations.MAX_NANOS / period
                ? Durations.plus(origin, Durations.MAX_NANOS)
                : Durations.plus(origin, window * period);
    }

    /** When so many can be given, at the time the counts were moved to or later. */
    private long due(long wanted, long from) {
        if (wanted > permits) {
            return NEVER;
        }
        long start = start(index);
        if (current + wanted <= permits) {
            return dueIn(start, before, permits - wanted - current, from);
        }
        return dueIn(Durations.plus(start, period), current, permits - wanted, from);
    }

    /** When the weight of the period before has sunk to what there is room for. */
    private long dueIn(long start, long earlier, long room, long from) {
        if (earlier <= room) {
            return Math.max(from, start);
        }
        long tick = ticks - room * ticks / earlier;
        return Math.max(from, Durations.plus(start, Math.min(period, tick << shift)));
    }

    @Override
    boolean tryTake(long wanted, long now) {
        return take(wanted, now, now, null) <= now;
    }

    @Override
    long take(long wanted, long now, long latest, @Nullable Piece piece) {
        moveTo(now);
        long due = due(wanted, now);
        if (due > latest) {
            return due;
        }
        moveTo(due);
        current += wanted;
        if (piece != null) {
            piece.meter = this;
            piece.permits = wanted;
            piece.low = index;
        }
        return due;
    }

    @Override
    void giveBack(Piece piece, long now) {
        if (piece.low == index) {
            current = Math.max(0, current - piece.permits);
        } else if (piece.low == index - 1) {
            before = Math.max(0, before - piece.permits);
        }
    }

    /** A debt counts for two periods, like any other use, and no longer. */
    @Override
    boolean charge(long wanted, long now) {
        moveTo(now);
        current = Math.min(current + Math.min(wanted, Limit.MOST_IN_A_SLIDING_WINDOW), Limit.MOST_IN_A_SLIDING_WINDOW);
        return true;
    }

    @Override
    long remaining(long now) {
        moveTo(now);
        long tick = Math.min(ticks, Math.max(0, now - start(index)) >> shift);
        long weighted = (before * (ticks - tick) + ticks - 1) / ticks;
        return Math.max(0, permits - current - weighted);
    }

    @Override
    long fullAt(long now) {
        moveTo(now);
        if (current > 0) {
            return Math.max(now, start(index + 2));
        }
        return before > 0 ? Math.max(now, start(index + 1)) : now;
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
        return Math.max(now, start(index));
    }

    @Override
    long used(long at) {
        return permits - remaining(at);
    }

    @Override
    void begin(long at, long used) {
        moveTo(at);
        current = Math.min(used, permits);
    }
}
