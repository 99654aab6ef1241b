package dev.seawall.idempotency.redis;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisURI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

@Tag("services")
final class OnRealRedisTest extends RedisStoreTck {

    private static final RedisURI REAL = RedisURI.create("redis://127.0.0.1:6379");
    private static RedisUnderTest redis;

    @BeforeAll
    static void connect() {
        try {
            redis = new RedisUnderTest(REAL);
        } catch (RedisConnectionException none) {
            if ("1".equals(System.getenv("SEAWALL_REQUIRE_SERVICES"))) {
                fail("no Redis at " + REAL, none);
            }
            abort("no Redis at " + REAL);
        }
    }

    @AfterAll
    static void disconnect() {
        if (redis != null) {
            redis.close();
        }
    }

    @Override
    RedisUnderTest underTest() {
        return redis;
    }
}
