package dev.seawall.ratelimiter;

import dev.seawall.Durations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps several limits together, or one that needs more than a word, under a lock that is held for a few steps of arithmetic.
 *
 * <p>A call is due when the last of its limits lets it, and then takes from all of them as of that time. Due times never go
 * back: a call that must wait holds up those that come after it. What is given back undoes the last entry, or becomes a free
 * slot at its time that the next call takes that would otherwise have to wait longer; when that time has passed, the permits go
 * back to the limits one by one, as far as each has room.
 */
final class Ledger extends Meter {

    private final ReentrantLock lock = new ReentrantLock(); // guards all below
    private final Gauge[] gauges;
    private @Nullable NavigableMap<Long, Piece> slots; // by number, and so by time; null until there is one
    private long clock; // the latest reading seen
    private long lastDue;
    private long number;
    private boolean closed;

    Ledger(List<Gauge> gauges) {
        this.gauges = gauges.toArray(new Gauge[0]);
    }

    @Override
    long most() {
        long most = NEVER;
        for (Gauge gauge : gauges) {
            most = Math.min(most, gauge.most());
        }
        return most;
    }

    // ---- taking

    @Override
    boolean tryTake(long permits, long now) {
        long due = take(permits, now, now, null);
        return due != REPLACED && due <= now;
    }

    @Override
    long take(long permits, long now, long latest, @Nullable Piece piece) {
        lock.lock();
        try {
            if (closed) {
                return REPLACED;
            }
            update(now);
            long due = due(permits, Math.max(clock, lastDue));
            Piece slot = due > clock ? slot(permits) : null;
            long answer = slot == null ? due : slot.due;
            answer = answer <= clock ? now : answer;
            if (answer > latest) {
                return answer;
            }
            if (slot == null) {
                enter(permits, due, piece);
            } else {
                handOver(slot, piece);
            }
            return answer;
        } finally {
            lock.unlock();
        }
    }

    private void update(long now) {
        clock = Math.max(clock, now);
        for (Gauge gauge : gauges) {
            gauge.forgetBefore(clock);
        }
    }

    private long due(long permits, long from) {
        long due = from;
        for (Gauge gauge : gauges) {
            due = Math.max(due, gauge.take(permits, from, LOOK, null));
        }
        return due;
    }

    private void enter(long permits, long due, @Nullable Piece piece) {
        Piece[] parts = piece == null ? null : new Piece[gauges.length];
        for (int i = 0; i < gauges.length; i++) {
            Piece part = null;
            if (parts != null) {
                part = new Piece();
                parts[i] = part;
            }
            gauges[i].take(permits, due, due, part);
        }
        number++;
        if (piece != null && parts != null) {
            piece.meter = this;
            piece.permits = permits;
            piece.parts = parts;
            piece.due = due;
            piece.number = number;
            piece.previousDue = lastDue;
        }
        lastDue = due;
    }

    /** The first free slot that is large enough and still to come. */
    private @Nullable Piece slot(long permits) {
        NavigableMap<Long, Piece> free = slots;
        if (free == null) {
            return null;
        }
        dropPast(free);
        for (Piece slot : free.values()) {
            if (slot.permits >= permits) {
                return slot;
            }
        }
        return null;
    }

    private void dropPast(NavigableMap<Long, Piece> free) {
        Map.Entry<Long, Piece> first = free.firstEntry();
        while (first != null && first.getValue().due < clock) {
            free.pollFirstEntry();
            returnToGauges(first.getValue());
            first = free.firstEntry();
        }
    }

    /** The call gets the slot with all that belongs to it; what it does not need of it lapses. */
    private void handOver(Piece slot, @Nullable Piece piece) {
        removeSlot(slot.number);
        if (piece != null) {
            piece.meter = this;
            piece.permits = slot.permits;
            piece.parts = slot.parts;
            piece.due = slot.due;
            piece.number = slot.number;
            piece.previousDue = slot.previousDue;
        }
    }

    @Override
    boolean charge(long permits, long now) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            update(now);
            for (Gauge gauge : gauges) {
                gauge.charge(permits, Math.max(clock, lastDue));
            }
            number++; // what was taken before is no longer the last
            return true;
        } finally {
            lock.unlock();
        }
    }

    // ---- giving back

    @Override
    void giveBack(Piece piece, long now) {
        lock.lock();
        try {
            clock = Math.max(clock, now);
            if (closed) {
                return;
            }
            if (piece.number == number) {
                undoLast(piece);
            } else if (piece.due > clock) {
                addSlot(piece);
            } else {
                returnToGauges(piece);
            }
        } finally {
            lock.unlock();
        }
    }

    private void undoLast(Piece piece) {
        Piece last = piece;
        while (last != null) {
            returnToGauges(last);
            lastDue = last.previousDue;
            number = last.number - 1;
            last = removeSlot(number);
        }
    }

    private void addSlot(Piece slot) {
        if (slots == null) {
            slots = new TreeMap<>();
        }
        slots.put(slot.number, slot);
    }

    private @Nullable Piece removeSlot(long place) {
        return slots == null ? null : slots.remove(place);
    }

    private void returnToGauges(Piece piece) {
        for (int i = 0; i < gauges.length; i++) {
            gauges[i].giveBack(piece.parts[i], clock);
        }
    }

    // ---- looking in

    @Override
    Quota quota(long now) {
        lock.lock();
        try {
            update(now);
            long from = Math.max(clock, lastDue);
            Quota tightest = gauges[0].quota(from);
            for (int i = 1; i < gauges.length; i++) {
                Quota other = gauges[i].quota(from);
                tightest = other.isTighterThan(tightest) ? other : tightest;
            }
            return from > clock ? tightest.afterWait(from - clock) : tightest;
        } finally {
            lock.unlock();
        }
    }

    @Override
    boolean isIdle(long now) {
        lock.lock();
        try {
            update(now);
            boolean idle = lastDue <= now;
            for (Gauge gauge : gauges) {
                idle = idle && gauge.isIdle(clock);
            }
            return idle;
        } finally {
            lock.unlock();
        }
    }

    @Override
    long idleAt(long now) {
        lock.lock();
        try {
            update(now);
            long idleAt = Math.max(now, lastDue);
            for (Gauge gauge : gauges) {
                idleAt = Math.max(idleAt, gauge.isIdle(clock) ? now : gauge.idleAt(clock));
            }
            return idleAt;
        } finally {
            lock.unlock();
        }
    }

    // ---- changing the configuration

    @Override
    Carried close(long now) {
        lock.lock();
        try {
            closed = true;
            update(now);
            long at = Math.max(clock, lastDue);
            for (Gauge gauge : gauges) {
                at = Math.max(at, gauge.lastDue(at));
            }
            List<Carried.Used> used = new ArrayList<>();
            for (Gauge gauge : gauges) {
                used.add(new Carried.Used(gauge.limit(), gauge.used(at)));
            }
            return new Carried(at, at > clock, used);
        } finally {
            lock.unlock();
        }
    }

    @Override
    void begin(Carried carried) {
        lock.lock();
        try {
            for (int i = 0; i < gauges.length; i++) {
                gauges[i].begin(carried.at(), carried.usedOf(gauges[i].limit(), i, gauges.length));
            }
            lastDue = carried.at();
        } finally {
            lock.unlock();
        }
    }

    // ---- carrying over a restart

    /** Free slots are not written, and so lapse. */
    @Override
    void save(ByteWriter out, long origin) {
        lock.lock();
        try {
            out.writeLong(Math.max(0, lastDue - origin));
            for (Gauge gauge : gauges) {
                gauge.save(out, origin);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    void restore(ByteReader in, long origin, long now) {
        lock.lock();
        try {
            lastDue = Math.max(0, Gauge.later(origin, in.readLong(Durations.MAX_NANOS)));
            for (Gauge gauge : gauges) {
                gauge.restore(in, origin, now);
            }
        } finally {
            lock.unlock();
        }
    }
}
