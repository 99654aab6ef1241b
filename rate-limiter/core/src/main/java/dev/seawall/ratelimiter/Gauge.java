package dev.seawall.ratelimiter;

import dev.seawall.Layer;
import java.time.Duration;
import java.util.List;

/** A meter of a single limit. */
abstract class Gauge extends Meter {

    /** The limit it keeps. */
    abstract Limit limit();

    /** A later reading, which may begin with one from before the clock's first, where limits were restored. */
    static long later(long reading, long nanos) {
        long sum = reading + nanos;
        return sum < reading || sum == Layer.NO_DEADLINE ? Layer.NO_DEADLINE - 1 : sum;
    }

    /** Told the time, before anything else is asked: what it has made irrelevant may be forgotten. */
    void forgetBefore(long now) {}

    /** How many permits can be had at once. */
    abstract long remaining(long now);

    /** When nothing that was taken will matter any more. */
    abstract long fullAt(long now);

    /** When the last of what was taken is due, debts included; {@code now} if all is. */
    abstract long lastDue(long now);

    @Override
    long idleAt(long now) {
        return fullAt(now);
    }

    /** How many permits were in use at a time at which all were due. */
    abstract long used(long at);

    /** Begins with so many in use at a time. */
    abstract void begin(long at, long used);

    @Override
    final Quota quota(long now) {
        return new Quota(
                limit(),
                remaining(now),
                Duration.ofNanos(Math.max(0, fullAt(now) - now)),
                Duration.ofNanos(Math.max(0, take(1, now, LOOK, null) - now)));
    }

    final Carried carried(long now) {
        long at = lastDue(now);
        return new Carried(at, at > now, List.of(new Carried.Used(limit(), used(at))));
    }

    @Override
    final void begin(Carried carried) {
        begin(carried.at(), carried.ahead() ? Long.MAX_VALUE : carried.usedOf(limit(), 0, 1));
    }
}
