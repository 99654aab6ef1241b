package dev.seawall.idempotency.redis;

import dev.seawall.Durations;
import dev.seawall.Require;
import dev.seawall.idempotency.Fingerprint;
import dev.seawall.idempotency.IdempotencyStore;
import dev.seawall.idempotency.Key;
import dev.seawall.idempotency.StoredAnswer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * Keeps idempotency records in Redis 5 or later: one key for each record, one script call for each operation.
 *
 * <p><b>What it guarantees:</b> as long as Redis keeps what it has acknowledged and its clock does not jump, it is a store like
 * any other: one holder for each key, and what was completed is given back byte for byte until its end.
 *
 * <p><b>What it does not:</b> Redis can lose what it has acknowledged: a failover to a replica that was behind, a restart without
 * an append-only file that is synced on each write, {@code FLUSHALL}, and the eviction of keys take claims and answers along. A request
 * that comes again then runs again. An attempt that is under way notices when it stores its answer, and ends with a
 * {@link dev.seawall.idempotency.ClaimLostException} unless another has completed meanwhile. Set {@code maxmemory-policy noeviction};
 * keep records of effects that must never happen twice in the database in which the effects are.
 *
 * <p><b>Failure:</b> an operation that gets no answer within {@link Builder#timeout} throws, and may have taken effect or not.
 * What waits for a connection then is not sent any more.
 *
 * <p><b>Threads:</b> safe for any number of threads; they share one connection. An interrupt does not end the wait for an answer, and
 * is kept. <b>Time:</b> Redis' clock decides. If it is set forward, claims lapse and records end early; if back, late.
 */
public final class RedisIdempotencyStore implements IdempotencyStore, AutoCloseable {

    private final Connector connector;
    private final String prefix;
    private final long timeoutMillis;

    private RedisIdempotencyStore(Builder builder) {
        this.connector = builder.connector;
        this.prefix = builder.prefix;
        this.timeoutMillis = millis(builder.timeout);
    }

    /**
     * Starts with a connection of the user's, which stays theirs to close. It may be used for other things; commands that block
     * would hold up every request.
     *
     * @param connection to a server, or to a primary and its replicas; made with {@link ByteArrayCodec}
     * @return a new builder
     */
    public static Builder builder(StatefulRedisConnection<byte[], byte[]> connection) {
        return new Builder(Connector.to(connection.async()));
    }

    /**
     * Starts with a connection of the user's to a cluster, which stays theirs to close.
     *
     * @param connection to a cluster, made with {@link ByteArrayCodec}
     * @return a new builder
     */
    public static Builder builder(StatefulRedisClusterConnection<byte[], byte[]> connection) {
        return new Builder(Connector.to(connection.async()));
    }

    /**
     * Starts with a client on which a connection is made when it is first needed, again and again while Redis cannot be reached. So
     * it need not be there when an application starts.
     *
     * @param client stays the user's to shut down
     * @param uri where Redis is
     * @return a new builder
     */
    public static Builder builder(RedisClient client, RedisURI uri) {
        Objects.requireNonNull(uri, "uri");
        return new Builder(
                Connector.of(() -> client.connectAsync(ByteArrayCodec.INSTANCE, uri), StatefulRedisConnection::async));
    }

    /**
     * Starts with a client of a cluster, on which a connection is made when it is first needed.
     *
     * @param client stays the user's to shut down
     * @return a new builder
     */
    public static Builder builder(RedisClusterClient client) {
        return new Builder(Connector.of(
                () -> client.connectAsync(ByteArrayCodec.INSTANCE), StatefulRedisClusterConnection::async));
    }

    @Override
    public Claim claim(Key key, Fingerprint fingerprint, UUID token, Duration claimFor, Duration keepFor) {
        Duration record = keepFor.compareTo(claimFor) < 0 ? claimFor : keepFor;
        List<Object> answer = run(
                Script.CLAIM, key, fingerprint.hash(), bytes(token), number(micros(claimFor)), number(millis(record)));
        String state = text(answer.get(0));
        return switch (state) {
            case "granted", "takenOver" -> new Granted(points(answer), state.equals("takenOver"));
            case "completed" -> new Completed(StoredAnswer.ofBytes((byte[]) answer.get(1)));
            case "held" -> new Held(Duration.ofNanos((Long) answer.get(1) * 1_000));
            case "mismatched" -> new Mismatched();
            default -> throw RoundTrip.strange(state);
        };
    }

    private static Map<String, StoredAnswer> points(List<Object> answer) {
        Map<String, StoredAnswer> points = new HashMap<>();
        for (int i = 1; i < answer.size(); i += 2) {
            points.put(text(answer.get(i)), StoredAnswer.ofBytes((byte[]) answer.get(i + 1)));
        }
        return points;
    }

    @Override
    public boolean extend(Key key, UUID token, Duration claimFor) {
        return isDone(run(Script.EXTEND, key, bytes(token), number(micros(claimFor)), number(millis(claimFor))));
    }

    @Override
    public boolean save(Key key, UUID token, String point, StoredAnswer result) {
        return isDone(run(Script.SAVE, key, bytes(token), bytes(point), result.bytes()));
    }

    @Override
    public boolean complete(Key key, UUID token, StoredAnswer answer, Duration keepFor) {
        return isDone(run(Script.COMPLETE, key, bytes(token), answer.bytes(), number(millis(keepFor))));
    }

    @Override
    public boolean release(Key key, UUID token) {
        return isDone(run(Script.RELEASE, key, bytes(token)));
    }

    /**
     * Does nothing: Redis deletes records at their end by itself.
     *
     * @param most how many at most, at least 1
     * @return 0
     */
    @Override
    public int purge(int most) {
        Require.atLeast("most", most, 1);
        return 0;
    }

    /** Closes the connection if it was made here. Operations then throw. */
    @Override
    public void close() {
        connector.close();
    }

    @Override
    public String toString() {
        return "idempotency store '" + prefix + "' in Redis";
    }

    private List<Object> run(Script script, Key key, byte[]... arguments) {
        byte[] name = bytes(prefix + ":" + HexFormat.of().formatHex(key.hash()));
        return new RoundTrip(script, name, arguments).run(connector, timeoutMillis);
    }

    private static boolean isDone(List<Object> answer) {
        return (Long) answer.get(0) == 1;
    }

    private static long micros(Duration duration) {
        return ceil(Durations.toNanos(duration), 1_000);
    }

    private static long millis(Duration duration) {
        return ceil(Durations.toNanos(duration), 1_000_000);
    }

    private static long ceil(long nanos, long unit) {
        return nanos / unit + (nanos % unit == 0 ? 0 : 1);
    }

    private static byte[] number(long number) {
        return bytes(Long.toString(number));
    }

    private static byte[] bytes(UUID token) {
        return ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(token.getMostSignificantBits())
                .putLong(token.getLeastSignificantBits())
                .array();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(Object word) {
        return new String((byte[]) word, StandardCharsets.UTF_8);
    }

    /** Settings of a store. Not thread-safe. */
    public static final class Builder {

        private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(1);

        private final Connector connector;
        private String prefix = "seawall-idempotency";
        private Duration timeout = Duration.ofSeconds(1);

        private Builder(Connector connector) {
            this.connector = connector;
        }

        /**
         * Sets what all keys in Redis begin with, before a colon.
         *
         * @param prefix the same in all processes that share records; {@code seawall-idempotency} unless set
         * @return this builder
         */
        public Builder prefix(String prefix) {
            this.prefix = Require.name(prefix);
            return this;
        }

        /**
         * Sets how long an operation may take, connecting included.
         *
         * @param limit at least 1 ms; 1 s unless set. Shorter than a third of a claim, so that renewals fit in
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
         * Makes the store.
         *
         * @return to be closed when it is no longer needed
         */
        public RedisIdempotencyStore build() {
            return new RedisIdempotencyStore(this);
        }
    }
}
