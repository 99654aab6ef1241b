package dev.seawall.ratelimiter;

import dev.seawall.ResilienceRuntime;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Where the monotonic clock stands in the periods of a calendar; one for all limiters that share it.
 *
 * <p>The wall clock is read when the current period should be over, and once a second while anyone asks. Between, the monotonic
 * clock goes on from the last reading. Periods only go forward. Set forward, the wall clock ends the current period at once. Set
 * back, it makes the period longer, but not beyond its own full length since it began here: so no period comes twice, and a wall
 * clock that was years ahead for a moment does not hold up a quota for years.
 */
final class Calendar {

    private static final long NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long CHECK = NANOS;

    /**
     * A period.
     *
     * @param start when it begins, in seconds since 1970, which is what it is known by
     * @param end when it ends
     * @param endsAt the reading of the monotonic clock at that time
     */
    record Span(long start, long end, long endsAt) {}

    /** The current period, at which reading it was entered, and until when that need not be questioned. */
    private record State(Span span, long entered, long checkAt) {}

    private final CalendarPeriod period;
    private final ZoneId zone;
    private final ResilienceRuntime runtime;
    private final AtomicReference<State> state;

    Calendar(CalendarPeriod period, ZoneId zone, ResilienceRuntime runtime) {
        this.period = period;
        this.zone = zone;
        this.runtime = runtime;
        long now = runtime.now();
        Instant wall = runtime.wallTime();
        this.state = new AtomicReference<>(entered(CalendarPeriod.bounded(wall.getEpochSecond()), wall, now));
    }

    private State entered(long second, Instant wall, long now) {
        return judged(period.start(second, zone), period.end(second, zone), wall, now, now);
    }

    /** The period lasts until the wall clock says that it is over, but not longer than it is long. */
    private static State judged(long start, long end, Instant wall, long entered, long now) {
        long length = nanos(end - start);
        long left = nanos(end - CalendarPeriod.bounded(wall.getEpochSecond())) - wall.getNano();
        long endsAt = Gauge.later(now, Math.max(0, Math.min(left, entered + length - now)));
        return new State(new Span(start, end, endsAt), entered, Math.min(endsAt, now + CHECK));
    }

    private static long nanos(long seconds) {
        return Math.max(-Long.MAX_VALUE / NANOS, Math.min(seconds, Long.MAX_VALUE / NANOS)) * NANOS;
    }

    /** Told the time by whoever asks next: goes on to the next period if this one is over. */
    void update(long now) {
        State seen = state.get();
        if (now >= seen.checkAt) {
            state.compareAndSet(seen, after(seen, now));
        }
    }

    private State after(State seen, long now) {
        Span span = seen.span;
        Instant wall = runtime.wallTime();
        long second = CalendarPeriod.bounded(wall.getEpochSecond());
        if (second >= span.end) {
            return entered(second, wall, now);
        }
        if (now - seen.entered >= nanos(span.end - span.start)) {
            return entered(span.end, wall, now);
        }
        return judged(span.start, span.end, wall, seen.entered, now);
    }

    /** Goes on to a later period than the current one, because it was there before. */
    void forwardTo(long start) {
        State seen = state.get();
        while (start > seen.span.start
                && !state.compareAndSet(seen, entered(start, runtime.wallTime(), runtime.now()))) {
            seen = state.get();
        }
    }

    /** The current period, as of the last update. */
    Span current() {
        return state.get().span;
    }

    /** The period of a reading, which is the current one if that is not over by then. */
    Span at(long reading) {
        Span span = current();
        return reading < span.endsAt ? span : of(span.end + (reading - span.endsAt) / NANOS);
    }

    /** The period that follows. */
    Span next(Span span) {
        return of(span.end);
    }

    /** The period of a time in seconds since 1970. */
    Span of(long second) {
        long end = period.end(second, zone);
        return new Span(period.start(second, zone), end, readingOf(end));
    }

    /** When it will be so late, if nobody sets the wall clock. */
    long readingOf(long second) {
        Span span = current();
        return second < span.end ? span.endsAt : Gauge.later(span.endsAt, nanos(second - span.end));
    }

    /** Whether a period begins at this time. */
    boolean beginsAt(long second) {
        return second == CalendarPeriod.bounded(second) && period.start(second, zone) == second;
    }
}
