package dev.seawall.idempotency.redis;

import dev.seawall.testdatabases.EmbeddedRedis;
import io.lettuce.core.RedisURI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

final class OnEmbeddedRedisTest extends RedisStoreTck {

    private static EmbeddedRedis server;
    private static RedisUnderTest redis;

    @BeforeAll
    static void start() {
        server = new EmbeddedRedis();
        redis = new RedisUnderTest(RedisURI.create(server.uri()));
    }

    @AfterAll
    static void stop() {
        redis.close();
        server.close();
    }

    @Override
    RedisUnderTest underTest() {
        return redis;
    }
}
