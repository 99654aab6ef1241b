package dev.seawall.ratelimiter;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a token bucket, a fixed window or a pace in one word.
 *
 * <p>Think of all permits there will ever be as a line, counted in the units of {@link Refill}. Time moves along the line:
 * {@code issued} is how far it has come. Calls take pieces of the line, each beginning where the one before ended or, if time
 * has overtaken that, where time is now; {@code taken} is the end of the last piece. A call may use its piece at once if that
 * ends no further than {@code capacity} ahead of {@code issued}, else when it does.
 *
 * <p>Why no limit is exceeded: pieces do not overlap, and one that is used at time t lies between {@code issued(t)} and
 * {@code issued(t) + capacity}. So all that is used from time a to time b lies between {@code issued(a)} and
 * {@code issued(b) + capacity}, and is no longer than that: one bucket, and what has been issued meanwhile.
 *
 * <p>This is the generic cell rate algorithm with permits in place of its theoretical arrival time, which has two gains. A
 * window that issues its permits in steps differs from a bucket in nothing but {@link Refill}; and a rate that divides no
 * nanosecond is exact. Example, 10 a second with a bucket of 3, where a permit is 100 million units: after a quiet minute three
 * calls take the pieces from 600 to 603 permits, the fourth would end at 604, 4 ahead of time, and is due when time has come to
 * 601, 100 ms later.
 *
 * <p>A piece that is given back makes the line shorter if it is the last. In the middle it becomes a {@linkplain FreePieces free
 * piece}, which the next call that would have to wait takes, so that nobody who was promised a time has to move. What time has
 * overtaken of it is lost: it has been issued again.
 */
final class Line extends Gauge {

    private static final AtomicReferenceFieldUpdater<Line, @Nullable FreePieces> FREE =
            AtomicReferenceFieldUpdater.newUpdater(Line.class, FreePieces.class, "free");

    /** As {@code taken}: closed. So far ahead of time that nothing can be had at once, and no sum with it overflows. */
    private static final long CLOSED = Long.MAX_VALUE - Refill.LONGEST;

    private static final long LAST = CLOSED - 1;
    private static final int CACHE_LINE = 8; // words

    private final Refill refill;
    private final AtomicLongArray words; // one word is used; if the line is padded, it has a cache line of its own
    private final int taken; // which word
    private volatile @Nullable FreePieces free; // null until a piece was given back in the middle

    Line(Refill refill, boolean padded) {
        this.refill = refill;
        this.words = new AtomicLongArray(padded ? 2 * CACHE_LINE + 1 : 1);
        this.taken = padded ? CACHE_LINE : 0;
    }

    @Override
    Limit limit() {
        return refill.limit();
    }

    @Override
    long most() {
        return refill.most();
    }

    // ---- taking

    @Override
    boolean tryTake(long permits, long now) {
        if (permits > refill.most()) {
            return false;
        }
        long cost = refill.cost(permits);
        long issued = refill.issuedAt(now);
        long before = words.get(taken);
        while (true) {
            long end = Math.max(before, issued) + cost;
            if (end - issued > refill.room(cost)) {
                return false;
            }
            if (words.compareAndSet(taken, before, end)) {
                return true;
            }
            Thread.onSpinWait();
            before = words.get(taken);
        }
    }

    @Override
    long take(long permits, long now, long latest, @Nullable Piece piece) {
        if (permits > refill.most()) {
            return NEVER;
        }
        long cost = refill.cost(permits);
        long issued = refill.issuedAt(now);
        while (true) {
            long before = words.get(taken);
            if (before == CLOSED) {
                return REPLACED;
            }
            long low = refill.begin(Math.max(before, issued), cost);
            long due = low > LAST - cost ? NEVER : due(low, cost, now);
            long sooner = due > now ? takeFree(cost, now, latest, piece) : NEVER;
            if (sooner != NEVER) { // never later, but perhaps as late, as in a window
                return sooner;
            }
            if (due > latest) {
                return due;
            }
            if (words.compareAndSet(taken, before, low + cost)) {
                hand(piece, low, low + cost);
                return due;
            }
            Thread.onSpinWait();
        }
    }

    private long due(long low, long cost, long now) {
        return Math.max(now, refill.readingOf(low + cost - refill.room(cost)));
    }

    private void hand(@Nullable Piece piece, long low, long end) {
        if (piece != null) {
            piece.meter = this;
            piece.low = low;
            piece.end = end;
        }
    }

    /** Takes the first free piece that is long enough, if it is due in time. Answers when it is. */
    private long takeFree(long cost, long now, long latest, @Nullable Piece piece) {
        FreePieces pieces = free;
        if (pieces == null) {
            return NEVER;
        }
        pieces.lock();
        try {
            pieces.dropBelow(refill.issuedAt(now));
            long low = pieces.find(cost, refill);
            if (low == FreePieces.NONE) {
                return NEVER;
            }
            long due = due(low, cost, now);
            if (due <= latest) {
                pieces.remove(low, low + cost);
                hand(piece, low, low + cost);
            }
            return due;
        } finally {
            pieces.unlock();
        }
    }

    @Override
    boolean charge(long permits, long now) {
        long cost = permits > LAST / refill.cost(1) ? LAST : refill.cost(permits);
        long issued = refill.issuedAt(now);
        while (true) {
            long before = words.get(taken);
            if (before == CLOSED) {
                return false;
            }
            long low = Math.max(before, issued);
            if (words.compareAndSet(taken, before, low > LAST - cost ? LAST : low + cost)) {
                return true;
            }
            Thread.onSpinWait();
        }
    }

    // ---- giving back

    @Override
    void giveBack(Piece piece, long now) {
        if (words.compareAndSet(taken, piece.end, piece.low)) {
            FreePieces pieces = free;
            if (pieces != null) {
                shorten(pieces);
            }
        } else if (piece.end > refill.issuedAt(now)) {
            FreePieces pieces = freePieces();
            pieces.add(piece.low, piece.end);
            shorten(pieces);
        }
    }

    /**
     * Takes free pieces off the end of the line. Both who shortens the line and who adds a free piece look afterwards, so one
     * of them sees that a piece has come to be the last.
     */
    private void shorten(FreePieces pieces) {
        pieces.lock();
        try {
            long low = pieces.lowOfLast();
            while (low != FreePieces.NONE && words.compareAndSet(taken, pieces.endOfLast(), low)) {
                pieces.removeLast();
                low = pieces.lowOfLast();
            }
        } finally {
            pieces.unlock();
        }
    }

    private FreePieces freePieces() {
        FreePieces known = free;
        while (known == null) {
            FREE.compareAndSet(this, null, new FreePieces());
            known = free;
        }
        return known;
    }

    // ---- looking in

    @Override
    long remaining(long now) {
        long issued = refill.issuedAt(now);
        long end = issued + refill.capacity();
        long permits = refill.permits(Math.max(0, end - Math.max(words.get(taken), issued)));
        FreePieces pieces = free;
        return pieces == null ? permits : permits + pieces.permits(issued, end, refill);
    }

    @Override
    long fullAt(long now) {
        return Math.max(now, refill.readingOf(words.get(taken)));
    }

    @Override
    boolean isIdle(long now) {
        return words.get(taken) <= refill.issuedAt(now);
    }

    // ---- changing the configuration

    @Override
    Carried close(long now) {
        long last = words.getAndSet(taken, CLOSED);
        Line still = new Line(refill, false);
        still.words.set(still.taken, last);
        return still.carried(now);
    }

    @Override
    long lastDue(long now) {
        return Math.max(now, refill.readingOf(words.get(taken) - refill.capacity()));
    }

    @Override
    long used(long at) {
        long units = words.get(taken) - refill.issuedAt(at);
        return units <= 0 ? 0 : refill.permits(units - 1) + 1;
    }

    @Override
    void begin(long at, long used) {
        long most = refill.permits(refill.capacity());
        words.set(taken, refill.issuedAt(at) + refill.cost(Math.min(used, most)));
    }

    // ---- carrying over a restart

    /** What lies free in the middle is not written, and so lapses. */
    @Override
    void save(ByteWriter out, long origin) {
        out.writeLong(words.get(taken));
    }

    @Override
    void restore(ByteReader in, long origin, long now) {
        words.set(taken, in.readLong(LAST));
    }
}
