package dev.seawall.ratelimiter;

import dev.seawall.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A configuration made ready for use, shared by all limiters that have it. */
final class Plan {

    final RateLimiterConfig config;
    final long maxWaitNanos;
    private final long longestWaitNanos; // whatever is asked for
    private final long origin;
    private final Calendars calendars;
    private final @Nullable Refill single; // for the one limit that needs but a word

    Plan(RateLimiterConfig config, long origin, Calendars calendars) {
        this(
                config,
                origin,
                calendars,
                config.limits().size() == 1 ? refill(config.limits().get(0), origin) : null);
    }

    private Plan(RateLimiterConfig config, long origin, Calendars calendars, @Nullable Refill single) {
        this.config = config;
        this.longestWaitNanos =
                config.limits().stream().mapToLong(Plan::longestWaitNanos).min().orElseThrow();
        this.maxWaitNanos = bounded(config.maxWait());
        this.origin = origin;
        this.calendars = calendars;
        this.single = single;
    }

    private static long longestWaitNanos(Limit limit) {
        if (limit instanceof Limit.CalendarQuota) {
            return Durations.toNanos(Limit.LONGEST_WAIT_FOR_A_QUOTA);
        }
        return limit instanceof Limit.SlidingWindow window
                ? Durations.toNanos(window.period().multipliedBy(Limit.PERIODS_AHEAD))
                : Durations.MAX_NANOS;
    }

    /** How long a call may wait that asks for so much. */
    long bounded(Duration maxWait) {
        return Math.min(longestWaitNanos, Durations.toNanos(maxWait));
    }

    /** The plan for a changed configuration. Limits that stay the same go on as they are. */
    Plan changed(RateLimiterConfig changed, long now) {
        return hasLimitsOf(changed) ? new Plan(changed, origin, calendars, single) : new Plan(changed, now, calendars);
    }

    /** The same as if it had been made at another time. */
    Plan madeAt(long otherOrigin) {
        return new Plan(config, otherOrigin, calendars);
    }

    /** From when on periods are counted. */
    long origin() {
        return origin;
    }

    Calendar calendar(Limit.CalendarQuota limit) {
        return calendars.of(limit);
    }

    /** Whether its meters can stay. */
    boolean hasMetersOf(Plan other) {
        return origin == other.origin && hasLimitsOf(other.config);
    }

    private boolean hasLimitsOf(RateLimiterConfig other) {
        return config.limits().equals(other.limits());
    }

    private static @Nullable Refill refill(Limit limit, long origin) {
        if (limit instanceof Limit.TokenBucket bucket) {
            return Refill.of(bucket, origin);
        }
        if (limit instanceof Limit.FixedWindow window) {
            return Refill.of(window, origin);
        }
        return limit instanceof Limit.Pacing pacing ? Refill.of(pacing, origin) : null;
    }

    /** A meter on which nothing has been taken. */
    Meter meter(boolean padded) {
        if (single != null) {
            return new Line(single, padded);
        }
        List<Gauge> gauges = new ArrayList<>();
        for (Limit limit : config.limits()) {
            gauges.add(gauge(limit));
        }
        return new Ledger(gauges);
    }

    private Gauge gauge(Limit limit) {
        if (limit instanceof Limit.SlidingLog log) {
            return new LogGauge(log);
        }
        if (limit instanceof Limit.SlidingWindow window) {
            return new WindowGauge(window, origin);
        }
        if (limit instanceof Limit.WarmUp warmUp) {
            return new WarmUpGauge(warmUp);
        }
        if (limit instanceof Limit.CalendarQuota quota) {
            return new CalendarGauge(quota, calendars.of(quota));
        }
        Refill refill = refill(limit, origin);
        if (refill == null) {
            throw new IllegalStateException("no gauge for " + limit);
        }
        return new Line(refill, false);
    }
}
