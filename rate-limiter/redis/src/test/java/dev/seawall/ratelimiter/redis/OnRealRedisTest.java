package dev.seawall.ratelimiter.redis;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisURI;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

@Tag("services")
final class OnRealRedisTest extends SharedLimitsTck {

    private static final RedisURI REAL = RedisURI.create("redis://127.0.0.1:6379");

    @BeforeAll
    static void find() {
        try (RedisClient client = RedisClient.create(REAL)) {
            client.connect().close();
        } catch (RedisConnectionException none) {
            if ("1".equals(System.getenv("SEAWALL_REQUIRE_SERVICES"))) {
                fail("no Redis at " + REAL, none);
            }
            abort("no Redis at " + REAL);
        }
    }

    @Override
    RedisURI uri() {
        return REAL;
    }
}
