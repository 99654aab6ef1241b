/**
 * Rate limits that several processes share, kept in Redis.
 *
 * <p>{@link dev.seawall.ratelimiter.redis.RedisRateLimiters} makes the limiters, which are used like those of
 * {@code dev.seawall.ratelimiter}. {@link dev.seawall.ratelimiter.redis.WhenDown} says what they do while Redis cannot be asked.
 */
@NullMarked
package dev.seawall.ratelimiter.redis;

import org.jspecify.annotations.NullMarked;
