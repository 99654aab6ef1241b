package dev.seawall.ratelimiter.redis;

import dev.seawall.testdatabases.EmbeddedRedis;
import io.lettuce.core.RedisURI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

final class OnEmbeddedRedisTest extends SharedLimitsTck {

    private static EmbeddedRedis server;

    @BeforeAll
    static void start() {
        server = new EmbeddedRedis();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    RedisURI uri() {
        return RedisURI.create(server.uri());
    }
}
