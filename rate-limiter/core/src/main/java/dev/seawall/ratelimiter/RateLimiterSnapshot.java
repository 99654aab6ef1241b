package dev.seawall.ratelimiter;

/**
 * What can be seen of a rate limiter at one moment. The numbers are read one after another, so they may be apart by calls that
 * come or go meanwhile. Calls that got their permits at once are not counted: that would cost those that need nothing.
 *
 * @param name the limiter's name
 * @param quota what is left of the limit that is tightest
 * @param waiting how many calls wait for their turn
 * @param delayed how many were promised permits for later, since the limiter was made; for the limiter of a key, of all its
 *     keys together
 * @param rejected how many were rejected, since the limiter was made; for the limiter of a key, of all its keys together
 */
public record RateLimiterSnapshot(String name, Quota quota, int waiting, long delayed, long rejected) {}
