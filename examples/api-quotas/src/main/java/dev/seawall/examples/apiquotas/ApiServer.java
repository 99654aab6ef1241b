package dev.seawall.examples.apiquotas;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.seawall.ratelimiter.Limit;
import dev.seawall.ratelimiter.Quota;
import dev.seawall.ratelimiter.RateLimitedException;
import dev.seawall.ratelimiter.RateLimiterConfig;
import dev.seawall.ratelimiter.SharedKeyedRateLimiter;
import dev.seawall.ratelimiter.SharedRateLimiter;
import dev.seawall.ratelimiter.redis.RedisRateLimiters;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * One instance of the API. It knows nothing of the other: they meet in Redis. Answers say what is left of the client's quota in the
 * header fields of the IETF draft <i>RateLimit header fields for HTTP</i>.
 */
final class ApiServer implements AutoCloseable {

    /** Of each client, over all instances. */
    static final Limit QUOTA = Limit.tokenBucket(20, Duration.ofSeconds(1));

    private static final int THREADS = 16;
    private static final int MOST_CLIENTS = 10_000;

    private final RedisClient redis = RedisClient.create();
    private final RedisRateLimiters limits;
    private final SharedKeyedRateLimiter clients;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final HttpServer server;

    ApiServer(RedisURI uri) throws IOException {
        limits = RedisRateLimiters.builder(redis, uri)
                .prefix("api")
                .timeout(Duration.ofSeconds(2))
                .build();
        clients = limits.keyed("clients", String.class, client -> client, RateLimiterConfig.of(QUOTA), MOST_CLIENTS);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String client = exchange.getRequestHeaders().getFirst("X-Client");
            if (client == null) {
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            SharedRateLimiter limiter = clients.limiter(client);
            int status = 204;
            try {
                limiter.acquire();
            } catch (RateLimitedException rejection) {
                status = 429;
                exchange.getResponseHeaders()
                        .set("Retry-After", seconds(rejection.retryAfter().orElse(Duration.ofSeconds(1))));
            }
            tellQuota(exchange, limiter.quota());
            exchange.sendResponseHeaders(status, -1);
        }
    }

    private static void tellQuota(HttpExchange exchange, Quota quota) {
        Limit limit = quota.limit();
        exchange.getResponseHeaders()
                .set("RateLimit-Policy", "\"client\";q=" + limit.permits() + ";w=" + seconds(limit.period()));
        exchange.getResponseHeaders()
                .set("RateLimit", "\"client\";r=" + quota.remaining() + ";t=" + seconds(quota.resetAfter()));
    }

    /** Whole seconds, as these fields have them, and rather too long than too short. */
    private static String seconds(Duration duration) {
        return Long.toString((duration.toMillis() + 999) / 1_000);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        limits.close();
        redis.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
}
