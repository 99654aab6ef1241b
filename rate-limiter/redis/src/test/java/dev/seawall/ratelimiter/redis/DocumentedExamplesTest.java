package dev.seawall.ratelimiter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.Pipeline;
import dev.seawall.ratelimiter.Limit;
import dev.seawall.ratelimiter.RateLimiterConfig;
import dev.seawall.ratelimiter.SharedKeyedRateLimiter;
import dev.seawall.ratelimiter.SharedRateLimiter;
import dev.seawall.testdatabases.EmbeddedRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The example of the page about the rate limiter on Redis, as it stands there. */
final class DocumentedExamplesTest {

    private record Order(String customer) {}

    @Test
    void redisPage_limiters_areShared() throws Exception {
        try (EmbeddedRedis server = new EmbeddedRedis();
                RedisClient client = RedisClient.create()) {
            RedisURI uri = RedisURI.create(server.uri());
            // spotless:off
            RedisRateLimiters limits = RedisRateLimiters.builder(client, uri)       // or a connection, also of a cluster
                    .prefix("shop")
                    .whenDown(WhenDown.LOCAL)                                       // while Redis cannot be asked
                    .build();

            SharedRateLimiter search = limits.limiter("search", RateLimiterConfig.builder()
                    .limit(Limit.perSecond(100))                                    // over all processes
                    .limit(Limit.fixedWindow(100_000, Duration.ofDays(1)))          // in the same round trip
                    .maxWait(Duration.ofMillis(200))
                    .build());

            Pipeline searches = Pipeline.of(search);                                // like any other limiter
            CompletableFuture<Boolean> free = search.tryAcquireAsync();             // blocks no thread

            SharedKeyedRateLimiter customers = limits.keyed(
                    "customers", Order.class, Order::customer, RateLimiterConfig.of(Limit.perMinute(60)), 10_000);
            // spotless:on

            assertThat(searches.call(() -> "found")).isEqualTo("found");
            assertThat(free.get(10, TimeUnit.SECONDS)).isTrue();
            assertThat(Pipeline.of(customers).callWith(new Order("c"), Order::customer))
                    .isEqualTo("c");
            limits.close();
        }
    }
}
