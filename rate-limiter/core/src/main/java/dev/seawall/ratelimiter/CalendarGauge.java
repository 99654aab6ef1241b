package dev.seawall.ratelimiter;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Counts the permits of the current period of a calendar, and of those to come that were reserved for. Guarded by the lock of its
 * {@link Ledger}.
 */
final class CalendarGauge extends Gauge {

    private static final long MOST = Long.MAX_VALUE / 2;
    private static final int PAIR = 2; // words: when a period starts, and its count

    private final Limit.CalendarQuota limit;
    private final Calendar calendar;
    private long[] counts = new long[PAIR]; // by start, only what is not over
    private int size; // words in use

    CalendarGauge(Limit.CalendarQuota limit, Calendar calendar) {
        this.limit = limit;
        this.calendar = calendar;
    }

    @Override
    Limit limit() {
        return limit;
    }

    @Override
    long most() {
        return limit.permits();
    }

    // ---- counts

    @Override
    void forgetBefore(long now) {
        calendar.update(now);
        long current = calendar.current().start();
        int over = 0;
        while (over < size && counts[over] < current) {
            over += PAIR;
        }
        if (over > 0) {
            System.arraycopy(counts, over, counts, 0, size - over);
            size -= over;
        }
    }

    /** The place of a period, or the one before which it would stand, as {@code -place - 1}. */
    private int find(long start) {
        int place = 0;
        while (place < size && counts[place] < start) {
            place += PAIR;
        }
        return place < size && counts[place] == start ? place : -place - 1;
    }

    private long count(long start) {
        int place = find(start);
        return place < 0 ? 0 : counts[place + 1];
    }

    private void add(long start, long permits) {
        int place = find(start);
        if (place < 0) {
            place = -place - 1;
            insert(place, start);
        }
        counts[place + 1] = Math.min(MOST, counts[place + 1] + permits);
    }

    private void insert(int place, long start) {
        if (size == counts.length) {
            counts = Arrays.copyOf(counts, 2 * size);
        }
        System.arraycopy(counts, place, counts, place + PAIR, size - place);
        counts[place] = start;
        counts[place + 1] = 0;
        size += PAIR;
    }

    // ---- taking and giving back

    @Override
    boolean tryTake(long wanted, long now) {
        return take(wanted, now, now, null) <= now;
    }

    @Override
    long take(long wanted, long from, long latest, @Nullable Piece piece) {
        if (wanted > limit.permits()) {
            return NEVER;
        }
        Calendar.Span span = calendar.at(from);
        long due = from;
        while (count(span.start()) + wanted > limit.permits()) {
            due = span.endsAt();
            span = calendar.next(span);
        }
        if (due > latest) {
            return due;
        }
        add(span.start(), wanted);
        if (piece != null) {
            piece.meter = this;
            piece.permits = wanted;
            piece.low = span.start();
        }
        return due;
    }

    @Override
    void giveBack(Piece piece, long now) {
        int place = find(piece.low);
        if (place >= 0) {
            counts[place + 1] = Math.max(0, counts[place + 1] - piece.permits);
        }
    }

    /** A debt counts in its own period, and is forgotten with it. */
    @Override
    boolean charge(long wanted, long now) {
        add(calendar.at(now).start(), Math.min(wanted, MOST));
        return true;
    }

    // ---- looking in

    @Override
    long remaining(long now) {
        return Math.max(0, limit.permits() - count(calendar.at(now).start()));
    }

    /** When the last period starts that has a count, if it is not over; else {@link #NEVER}. */
    private long lastUsed(long now) {
        long current = calendar.at(now).start();
        for (int place = size - PAIR; place >= 0 && counts[place] >= current; place -= PAIR) {
            if (counts[place + 1] > 0) {
                return counts[place];
            }
        }
        return NEVER;
    }

    @Override
    long fullAt(long now) {
        long last = lastUsed(now);
        return last == NEVER ? now : Math.max(now, calendar.of(last).endsAt());
    }

    @Override
    boolean isIdle(long now) {
        return lastUsed(now) == NEVER;
    }

    // ---- changing the configuration

    @Override
    Carried close(long now) {
        return carried(now);
    }

    /** Within the current period all is due. */
    @Override
    long lastDue(long now) {
        long last = lastUsed(now);
        return last == NEVER || last <= calendar.at(now).start() ? now : Math.max(now, calendar.readingOf(last));
    }

    @Override
    long used(long at) {
        return Math.min(limit.permits(), count(calendar.at(at).start()));
    }

    @Override
    void begin(long at, long used) {
        size = 0;
        add(calendar.at(at).start(), Math.min(used, limit.permits()));
    }

    // ---- carrying over a restart

    @Override
    void save(ByteWriter out, long origin) {
        out.writeInt(size);
        for (int i = 0; i < size; i++) {
            out.writeLong(counts[i]);
        }
    }

    @Override
    void restore(ByteReader in, long origin, long now) {
        int words = in.readCount(Long.BYTES);
        in.check(words % PAIR == 0, "a count without a period");
        counts = new long[Math.max(PAIR, words)];
        for (size = 0; size < words; size += PAIR) {
            counts[size] = in.readLong();
            counts[size + 1] = in.readLong();
            in.check(
                    calendar.beginsAt(counts[size])
                            && counts[size + 1] >= 0
                            && counts[size + 1] <= MOST
                            && (size == 0 || counts[size - PAIR] < counts[size]),
                    "a wrong period");
        }
    }
}
