package dev.seawall.ratelimiter.redis;

import dev.seawall.Durations;
import dev.seawall.Require;
import dev.seawall.ResilienceRuntime;
import dev.seawall.circuitbreaker.CircuitBreaker;
import dev.seawall.circuitbreaker.CircuitBreakerConfig;
import dev.seawall.circuitbreaker.Window;
import dev.seawall.ratelimiter.Limit;
import dev.seawall.ratelimiter.PermitStore;
import dev.seawall.ratelimiter.RateLimiterConfig;
import dev.seawall.ratelimiter.SharedKeyedRateLimiter;
import dev.seawall.ratelimiter.SharedRateLimiter;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.codec.StringCodec;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes rate limiters whose permits are kept in Redis, so that all processes that use the same Redis, prefix and names stay within
 * the limits together.
 *
 * <p><b>What it guarantees:</b> as long as Redis keeps its data and its clock is not set forward, no limit is exceeded by calls
 * that start when they are due, at any number of processes and threads. A decision takes one round trip, with as many calls of
 * one limiter as have come meanwhile; all limits of a limiter are decided together. While Redis' last answer, at most a second
 * old, says that a call would be rejected, it is rejected without asking.
 *
 * <p><b>Limits:</b> token buckets, fixed windows (which begin at multiples of the period since 1970, UTC), sliding windows and
 * pacing, with periods of whole microseconds. A token bucket gives at most {@code burst + rate × (L + 1 µs)} permits in every
 * interval of length L. Permits can be had at most {@link Builder#longestWait} ahead; a debt is at most what comes in until
 * then and in the time that a full limit takes. Limits that are changed go on from what their kind and period had used; others
 * begin with all their permits.
 *
 * <p><b>While Redis cannot be asked:</b> round trips are guarded by a {@linkplain #guard() circuit breaker} and a
 * {@linkplain Builder#timeout time limit}. A call whose round trip fails, and every call while the breaker is open, is decided
 * as {@link WhenDown} says. What was sent and not answered in time may have been counted: permits can be lost that way, never
 * won. A decision takes at most twice the time limit.
 *
 * <p><b>Giving back:</b> permits of a bucket or a pace that are not used are free for others if nobody has taken any since, those
 * of a window as long as it matters. Else they are lost.
 *
 * <p><b>Data loss:</b> a Redis that loses its data begins with all permits. One whose clock is set back rejects no longer than a
 * limit needs to fill up, and at most {@link Builder#longestWait} more.
 *
 * <p><b>Threads:</b> safe for any number of threads. Nothing of the user's runs on the threads of the Redis client.
 *
 * <p><b>Time:</b> Redis' clock decides; waits are measured by the runtime's.
 */
public final class RedisRateLimiters implements AutoCloseable {

    private final String prefix;
    private final ResilienceRuntime runtime;
    private final WhenDown whenDown;
    private final int instances;
    private final long horizon;
    private final Guard guard;

    private RedisRateLimiters(Builder builder) {
        this.prefix = builder.prefix;
        this.runtime = builder.runtime;
        this.whenDown = builder.whenDown;
        this.instances = builder.instances;
        this.horizon = Durations.toNanos(builder.longestWait) / 1_000;
        this.guard = new Guard(
                prefix + " rate limits",
                builder.connector,
                builder.guard,
                runtime,
                Durations.toNanos(builder.timeout),
                whenDown);
        builder.connector.begin();
    }

    /**
     * Starts with a connection of the user's, which stays theirs to close. It may be used for other things; commands that block
     * would hold up every call.
     *
     * @param connection to a server, or to a primary and its replicas
     * @return a new builder
     */
    public static Builder builder(StatefulRedisConnection<String, String> connection) {
        return new Builder(Connector.to(connection.async()));
    }

    /**
     * Starts with a connection of the user's to a cluster, which stays theirs to close.
     *
     * @param connection to a cluster
     * @return a new builder
     */
    public static Builder builder(StatefulRedisClusterConnection<String, String> connection) {
        return new Builder(Connector.to(connection.async()));
    }

    /**
     * Starts with a client on which a connection is made in the background, again and again while Redis cannot be reached. So it
     * need not be there when an application starts.
     *
     * @param client stays the user's to shut down
     * @param uri where Redis is
     * @return a new builder
     */
    public static Builder builder(RedisClient client, RedisURI uri) {
        Objects.requireNonNull(uri, "uri");
        return new Builder(
                Connector.of(() -> client.connectAsync(StringCodec.UTF8, uri), StatefulRedisConnection::async));
    }

    /**
     * Starts with a client of a cluster, on which a connection is made in the background.
     *
     * @param client stays the user's to shut down
     * @return a new builder
     */
    public static Builder builder(RedisClusterClient client) {
        return new Builder(
                Connector.of(() -> client.connectAsync(StringCodec.UTF8), StatefulRedisClusterConnection::async));
    }

    /**
     * A limiter that rejects at once. Make one for each name and process, and keep it: it remembers what Redis has said.
     *
     * @param name the same in all processes; appears in exceptions, events and Redis' keys
     * @param limit how many calls start in a period
     * @return a new limiter
     * @throws IllegalArgumentException if the limit is of a kind or a size that cannot be kept in Redis
     */
    public SharedRateLimiter limiter(String name, Limit limit) {
        return limiter(name, RateLimiterConfig.of(limit));
    }

    /**
     * A limiter. Make one for each name and process, and keep it: it remembers what Redis has said.
     *
     * @param name the same in all processes; appears in exceptions, events and Redis' keys
     * @param config how many calls start in a period, and which may wait
     * @return a new limiter
     * @throws IllegalArgumentException if a limit is of a kind or a size that cannot be kept in Redis, or calls may wait for
     *     more than {@link Builder#longestWait}
     */
    public SharedRateLimiter limiter(String name, RateLimiterConfig config) {
        Require.name(name);
        return SharedRateLimiter.of(name, config, runtime, current -> permits(name, null, current));
    }

    /**
     * A limiter for each key of its calls, such as a customer. The keys themselves stand in Redis' keys: use a digest if they are
     * secrets.
     *
     * @param name the same in all processes; appears in exceptions, events and Redis' keys
     * @param type which subjects have a key, subtypes included
     * @param key the key of a subject; {@code null} for none
     * @param perKey what holds for each key
     * @param maxKeys for how many keys this process remembers what Redis has said, at least 1
     * @param <S> type of the subject
     * @return a new policy
     * @throws IllegalArgumentException as {@link #limiter(String, RateLimiterConfig)}
     */
    public <S> SharedKeyedRateLimiter keyed(
            String name,
            Class<S> type,
            Function<? super S, ? extends @Nullable String> key,
            RateLimiterConfig perKey,
            int maxKeys) {
        Require.name(name);
        return SharedKeyedRateLimiter.of(
                name, type, key, perKey, maxKeys, runtime, (one, config) -> permits(name, one, config));
    }

    private PermitStore permits(String name, @Nullable String key, RateLimiterConfig config) {
        return new RedisPermits(
                Layout.of(prefix, name, key, config, horizon),
                guard,
                new Fallback(whenDown, name, config, instances, runtime),
                runtime);
    }

    /**
     * The breaker around the round trips: listen to it to hear when Redis is given up on and asked again.
     *
     * @return the breaker that all limiters of this object share
     */
    public CircuitBreaker guard() {
        return guard.breaker();
    }

    /**
     * Closes the connection if it was made here. Limiters then do as {@link WhenDown} says.
     */
    @Override
    public void close() {
        guard.close();
    }

    /** Settings of shared limiters. Not thread-safe. */
    public static final class Builder {

        private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(1);
        private static final Duration LONGEST_WAIT = Duration.ofDays(366);

        private final Connector connector;
        private String prefix = "seawall";
        private WhenDown whenDown = WhenDown.LOCAL;
        private int instances = 1;
        private Duration timeout = Duration.ofMillis(250);
        private Duration longestWait = Duration.ofMinutes(1);
        private CircuitBreakerConfig guard = CircuitBreakerConfig.builder()
                .window(Window.consecutive(3))
                .openDuration(Duration.ofSeconds(1))
                .trials(1)
                .trialSuccesses(1)
                .build();
        private ResilienceRuntime runtime = ResilienceRuntime.shared();

        private Builder(Connector connector) {
            this.connector = connector;
        }

        /**
         * Sets what all keys in Redis begin with, after a brace.
         *
         * @param prefix the same in all processes that share limits; {@code seawall} unless set
         * @return this builder
         */
        public Builder prefix(String prefix) {
            this.prefix = Require.name(prefix);
            return this;
        }

        /**
         * Sets what is done with calls while Redis cannot be asked.
         *
         * @param behaviour {@link WhenDown#LOCAL} unless set
         * @return this builder
         */
        public Builder whenDown(WhenDown behaviour) {
            this.whenDown = Objects.requireNonNull(behaviour, "behaviour");
            return this;
        }

        /**
         * Sets by how many processes the limits are divided while each limits by itself: a rate and a burst by so many, a
         * window's permits too, but to no less than one.
         *
         * @param processes from 1 to 10,000; 1 unless set: each process keeps the whole limit, which favours availability
         * @return this builder
         */
        public Builder instances(int processes) {
            this.instances = Require.between("instances", processes, 1, 10_000);
            return this;
        }

        /**
         * Sets how long a round trip may take.
         *
         * @param limit at least 1 ms; 250 ms unless set
         * @return this builder
         */
        public Builder timeout(Duration limit) {
            Require.check(
                    limit.compareTo(SHORTEST_TIMEOUT) >= 0,
                    "timeout must be at least 1 ms, was %s",
                    Durations.format(limit));
            this.timeout = limit;
            return this;
        }

        /**
         * Sets how far ahead permits can be had, whatever a call asks for, and how much longer than that a debt lasts.
         *
         * @param wait longer than 0 s, at most 366 days; 1 min unless set. The same in all processes that share limits
         * @return this builder
         */
        public Builder longestWait(Duration wait) {
            Require.check(
                    Require.positive("longestWait", wait).compareTo(LONGEST_WAIT) <= 0,
                    "longestWait must be at most 366 days, was %s",
                    Durations.format(wait));
            this.longestWait = wait;
            return this;
        }

        /**
         * Sets when Redis is given up on, and for how long.
         *
         * @param config opens after 3 failures in a row, for 1 s, with one trial, unless set
         * @return this builder
         */
        public Builder guard(CircuitBreakerConfig config) {
            this.guard = Objects.requireNonNull(config, "config");
            return this;
        }

        /**
         * Sets the runtime whose clock measures waits and time limits.
         *
         * @param runtime that of the pipelines the limiters are in; the shared one unless set
         * @return this builder
         */
        public Builder runtime(ResilienceRuntime runtime) {
            this.runtime = Objects.requireNonNull(runtime, "runtime");
            return this;
        }

        /**
         * Makes the limiters' maker.
         *
         * @return to be closed when it is no longer needed
         */
        public RedisRateLimiters build() {
            return new RedisRateLimiters(this);
        }
    }
}
