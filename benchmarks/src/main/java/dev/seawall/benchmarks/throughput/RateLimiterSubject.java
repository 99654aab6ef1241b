package dev.seawall.benchmarks.throughput;

import dev.seawall.benchmarks.throughput.Contender.Role;
import dev.seawall.ratelimiter.Limit;
import dev.seawall.ratelimiter.SharedRateLimiter;
import dev.seawall.ratelimiter.redis.RedisRateLimiters;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.proxy.optimization.Optimization;
import io.github.bucket4j.distributed.proxy.optimization.Optimizations;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.github.bucket4j.redis.lettuce.cas.LettuceBasedProxyManager;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Decisions of a shared limiter, beside bucket4j and beside a script that is called as it is, on the same Redis. */
final class RateLimiterSubject implements Subject {

    private static final int KEYS = 1_000;
    private static final int SOME_PRIME = 7_919; // each thread goes through the keys in an order of its own
    private static final long PLENTY = 1_000_000;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** The generic cell rate algorithm as short as it can be: microseconds a permit, and microseconds a full bucket. */
    private static final String SCRIPT = """
            local t = redis.call('TIME')
            local now = t[1] * 1000000 + t[2]
            local full = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now) + ARGV[1]
            if full - now > tonumber(ARGV[2]) then
              return 0
            end
            redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', math.ceil((full - now) / 1000) + 1)
            return 1
            """;

    private final RedisProcess redis;
    private final RedisClient client;
    private final RedisRateLimiters limits;
    private final LettuceBasedProxyManager<String> peers;
    private final RedisCommands<String, String> raw;
    private final String sha;

    RateLimiterSubject() throws IOException {
        redis = RedisProcess.start();
        client = RedisClient.create(redis.uri());
        limits = RedisRateLimiters.builder(client.connect())
                .prefix("own")
                .timeout(PATIENCE)
                .build();
        StatefulRedisConnection<String, byte[]> bytes =
                client.connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE));
        peers = Bucket4jLettuce.casBasedBuilder(bytes).build();
        raw = client.connect().sync();
        sha = raw.scriptLoad(SCRIPT);
    }

    @Override
    public Report measure(boolean quick) throws InterruptedException {
        Run run = quick ? Run.QUICK : Run.CAREFUL;
        return new ContestReport(description(), run, run.of(contests()));
    }

    private String description() {
        return "Decisions a second of a shared rate limiter on one connection to a " + redis.kind();
    }

    private List<Contest> contests() {
        List<Contest> contests = new ArrayList<>();
        for (int threads : new int[] {1, 16}) {
            contests.add(new Contest("1 key", threads, 1.3, contenders("one-" + threads, 1)));
            contests.add(new Contest("1,000 keys", threads, 1.3, contenders("many-" + threads, KEYS)));
        }
        for (int threads : new int[] {1, 16}) {
            contests.add(new Contest("1 key over its limit", threads, 10, overTheLimit("hot-" + threads)));
        }
        return contests;
    }

    private List<Contender> contenders(String name, int keys) {
        Limit limit = Limit.tokenBucket(PLENTY, Duration.ofSeconds(1), PLENTY);
        Bandwidth bandwidth = Bandwidth.builder()
                .capacity(PLENTY)
                .refillGreedy(PLENTY, Duration.ofSeconds(1))
                .build();
        return contenders(name, keys, limit, bandwidth, 1, PLENTY);
    }

    private List<Contender> overTheLimit(String name) {
        Duration hour = Duration.ofHours(1);
        Bandwidth bandwidth =
                Bandwidth.builder().capacity(1).refillGreedy(1, hour).build();
        return contenders(
                name, 1, Limit.tokenBucket(1, hour), bandwidth, hour.toNanos() / 1_000, hour.toNanos() / 1_000);
    }

    private List<Contender> contenders(
            String name, int keys, Limit limit, Bandwidth bandwidth, long permitMicros, long fullMicros) {
        SharedRateLimiter[] own = IntStream.range(0, keys)
                .mapToObj(key -> limits.limiter(name + "-" + key, limit))
                .toArray(SharedRateLimiter[]::new);
        Bucket[] plain = buckets("plain-" + name, keys, bandwidth, null);
        Bucket[] batching = buckets("batching-" + name, keys, bandwidth, Optimizations.batching());
        String[] names = IntStream.range(0, keys)
                .mapToObj(key -> "raw-" + name + "-" + key)
                .toArray(String[]::new);
        String permit = Long.toString(permitMicros);
        String full = Long.toString(fullMicros);
        return List.of(
                new Contender("Seawall", Role.OWN, (thread, i) -> own[key(thread, i, keys)].tryAcquire()),
                new Contender("bucket4j", Role.PEER, (thread, i) -> plain[key(thread, i, keys)].tryConsume(1)),
                new Contender(
                        "bucket4j, batching", Role.PEER, (thread, i) -> batching[key(thread, i, keys)].tryConsume(1)),
                new Contender("raw script", Role.FLOOR, (thread, i) -> {
                    Long answer = raw.evalsha(
                            sha, ScriptOutputType.INTEGER, new String[] {names[key(thread, i, keys)]}, permit, full);
                    return answer == 1;
                }));
    }

    private static int key(int thread, long number, int keys) {
        return (int) ((number * SOME_PRIME + thread * 61L) % keys);
    }

    private Bucket[] buckets(String name, int keys, Bandwidth bandwidth, @Nullable Optimization optimization) {
        BucketConfiguration configuration =
                BucketConfiguration.builder().addLimit(bandwidth).build();
        return IntStream.range(0, keys)
                .mapToObj(key -> {
                    var builder = peers.builder();
                    if (optimization != null) {
                        builder = builder.withOptimization(optimization);
                    }
                    return builder.build(name + "-" + key, () -> configuration);
                })
                .toArray(Bucket[]::new);
    }

    @Override
    public void close() {
        limits.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        redis.close();
    }
}
