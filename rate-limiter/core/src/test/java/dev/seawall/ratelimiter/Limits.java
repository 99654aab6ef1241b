package dev.seawall.ratelimiter;

import dev.seawall.VirtualRuntime;
import java.time.Duration;
import java.util.List;

/** One limit of each kind: 10 in a second. */
final class Limits {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private Limits() {}

    /** As if made at a time, with a calendar that no test looks at. */
    static Plan plan(RateLimiterConfig config, long origin) {
        return new Plan(config, origin, new Calendars(VirtualRuntime.create()));
    }

    static List<Limit> all() {
        return List.of(
                Limit.tokenBucket(10, SECOND),
                Limit.fixedWindow(10, SECOND),
                Limit.slidingLog(10, SECOND),
                Limit.slidingWindow(10, SECOND),
                Limit.pacing(10, SECOND),
                Limit.warmUp(10, SECOND, Duration.ofSeconds(5), 3));
    }
}
