package dev.seawall.ratelimiter;

import dev.seawall.ResilienceRuntime;
import java.time.ZoneId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The calendars of a limiter. They outlive its configurations, so that a period which is over stays so.
 */
final class Calendars {

    private record Kind(CalendarPeriod period, ZoneId zone) {}

    private final ResilienceRuntime runtime;
    private final Map<Kind, Calendar> calendars = new ConcurrentHashMap<>(1);

    Calendars(ResilienceRuntime runtime) {
        this.runtime = runtime;
    }

    Calendar of(Limit.CalendarQuota limit) {
        return calendars.computeIfAbsent(
                new Kind(limit.calendar(), limit.zone()), kind -> new Calendar(kind.period, kind.zone, runtime));
    }
}
