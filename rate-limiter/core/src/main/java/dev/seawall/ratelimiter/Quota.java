package dev.seawall.ratelimiter;

import java.time.Duration;

/**
 * What is left of a limit at one moment: what an HTTP server puts into {@code RateLimit-Policy}, {@code RateLimit} (see the IETF
 * draft <i>RateLimit header fields for HTTP</i>) and {@code Retry-After}. Of several limits it is the one with the least left.
 *
 * @param limit the limit; its permits and period are the quota of {@code RateLimit-Policy}
 * @param remaining how many permits can be had at once, never negative
 * @param resetAfter how long until the limit is as good as new if nothing more is taken
 * @param retryAfter how long until one permit can be had; zero if it can be now
 */
public record Quota(Limit limit, long remaining, Duration resetAfter, Duration retryAfter) {

    boolean isTighterThan(Quota other) {
        return remaining < other.remaining
                || (remaining == other.remaining && retryAfter.compareTo(other.retryAfter) > 0);
    }

    /** The same when calls that wait go first. */
    Quota afterWait(long nanos) {
        return new Quota(limit, 0, resetAfter.plusNanos(nanos), retryAfter.plusNanos(nanos));
    }
}
