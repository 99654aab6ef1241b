/**
 * Idempotency records in Redis, for services that share a Redis but no database.
 *
 * <p>{@link dev.seawall.idempotency.redis.RedisIdempotencyStore} is handed to {@code Idempotency.builder}.
 */
@NullMarked
package dev.seawall.idempotency.redis;

import org.jspecify.annotations.NullMarked;
