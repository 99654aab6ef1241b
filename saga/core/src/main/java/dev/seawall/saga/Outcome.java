package dev.seawall.saga;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How an attempt ended.
 *
 * @param job which
 * @param value what it answered
 * @param failure what it threw; {@code null} if it returned
 * @param took how long
 */
record Outcome<S>(
        Next.Job<S> job, @Nullable Object value, @Nullable Throwable failure, Duration took) {}
