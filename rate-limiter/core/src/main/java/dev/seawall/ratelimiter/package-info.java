/**
 * A rate limiter for the pipelines of {@code dev.seawall}.
 *
 * <p>{@link dev.seawall.ratelimiter.RateLimiter} is the policy, {@link dev.seawall.ratelimiter.KeyedRateLimiter} one that keeps a
 * limiter for each key of its calls. A {@link dev.seawall.ratelimiter.Limit} says how many permits there are in a period and in
 * which rhythm, {@link dev.seawall.ratelimiter.RateLimiterConfig} which limits hold together and which calls may wait. A call
 * that gets no permit ends with a {@link dev.seawall.ratelimiter.RateLimitedException}. Work that is not a call asks for permits
 * by hand, at once or for later with a {@link dev.seawall.ratelimiter.Reservation}.
 *
 * <p>A {@link dev.seawall.ratelimiter.SavedLimiter} carries what was used over a restart.
 *
 * <p>{@link dev.seawall.ratelimiter.Quota} is what is left, as HTTP servers tell their clients;
 * {@link dev.seawall.ratelimiter.RateLimiterSnapshot} what a limiter has done, and
 * {@link dev.seawall.ratelimiter.RateLimiterEvent} what it tells listeners.
 */
@NullMarked
package dev.seawall.ratelimiter;

import org.jspecify.annotations.NullMarked;
