package dev.seawall.ratelimiter;

import dev.seawall.Durations;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a pace that begins slowly. Guarded by the lock of its {@link Ledger}.
 *
 * <p>The rate depends on how long the limiter has been in use: from {@code rate / coldFactor} it climbs in a straight line over
 * {@code warmUp}, and falls back when a permit was there for so long and nobody took it. A permit makes the next one wait for the interval that belongs to the rate at its own time.
 */
final class WarmUpGauge extends Gauge {

    private final Limit limit;
    private final double interval;
    private final double coldFactor;
    private final long warmUp;
    private long warmingSince = NEVER; // cold until the first permit
    private long free; // when the next permit may be used

    WarmUpGauge(Limit.WarmUp limit) {
        this.limit = limit;
        this.interval = (double) Durations.toNanos(limit.period()) / limit.permits();
        this.coldFactor = limit.coldFactor();
        this.warmUp = Durations.toNanos(limit.warmUp());
    }

    @Override
    Limit limit() {
        return limit;
    }

    @Override
    long most() {
        return Long.MAX_VALUE;
    }

    private boolean isColdAt(long at) {
        return warmingSince == NEVER || at - free >= warmUp;
    }

    /** How long those who come after a call that uses so many permits wait, rounded up. */
    private long cost(long permits, long at) {
        double warmth = isColdAt(at) ? 0 : Math.min(1, (double) (at - warmingSince) / warmUp);
        double now = interval * coldFactor / (1 + (coldFactor - 1) * warmth);
        return Math.min(Durations.MAX_NANOS, (long) Math.ceil(now * permits));
    }

    private void use(long permits, long at) {
        long cost = cost(permits, at);
        if (isColdAt(at)) {
            warmingSince = at;
        }
        free = Durations.plus(at, cost);
    }

    @Override
    boolean tryTake(long permits, long now) {
        return take(permits, now, now, null) <= now;
    }

    @Override
    long take(long permits, long now, long latest, @Nullable Piece piece) {
        long due = Math.max(now, free);
        if (due > latest) {
            return due;
        }
        long before = free;
        use(permits, due);
        if (piece != null) {
            piece.meter = this;
            piece.low = before;
            piece.end = free;
        }
        return due;
    }

    @Override
    void giveBack(Piece piece, long now) {
        if (free == piece.end) {
            free = piece.low;
        }
    }

    @Override
    boolean charge(long permits, long now) {
        use(permits, Math.max(now, free));
        return true;
    }

    @Override
    long remaining(long now) {
        return free <= now ? 1 : 0;
    }

    @Override
    long fullAt(long now) {
        return Math.max(now, free);
    }

    /** A new one is cold. */
    @Override
    boolean isIdle(long now) {
        return free <= now && isColdAt(now);
    }

    @Override
    long idleAt(long now) {
        return warmingSince == NEVER ? now : Math.max(now, later(free, warmUp));
    }

    @Override
    Carried close(long now) {
        return carried(now);
    }

    @Override
    long lastDue(long now) {
        return Math.max(now, free - (long) interval);
    }

    @Override
    long used(long at) {
        return free <= at ? 0 : 1;
    }

    @Override
    void begin(long at, long used) {
        if (used > 0) {
            use(1, at);
        }
    }

    // ---- carrying over a restart

    @Override
    void save(ByteWriter out, long origin) {
        boolean used = warmingSince != NEVER;
        out.writeByte(used ? 1 : 0);
        if (used) {
            out.writeLong(warmingSince - origin);
            out.writeLong(free - origin);
        }
    }

    @Override
    void restore(ByteReader in, long origin, long now) {
        if (in.readByte() != 0) {
            long since = in.readLong(Durations.MAX_NANOS);
            free = later(origin, in.readLong(Durations.MAX_NANOS));
            warmingSince = later(origin, since);
            in.check(warmingSince <= free, "times out of order");
        }
    }
}
