package dev.seawall.idempotency.redis;

import io.lettuce.core.RedisURI;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.ThreadLocalRandom;
import redis.embedded.RedisServer;

/**
 * A Redis of the test's own, which it may kill, restart and flush. Its port is below those that the system hands out, so nobody takes
 * it while the server is dead; one that is in use is passed over.
 */
final class EmbeddedRedis implements AutoCloseable {

    private static final int LOWEST_PORT = 12_000;
    private static final int PORTS = 18_000;
    private static final int TRIES = 20;

    private final int port;
    private RedisServer server;

    EmbeddedRedis() {
        this.port = startSomewhere();
    }

    private int startSomewhere() {
        UncheckedIOException last = null;
        for (int i = 0; i < TRIES; i++) {
            int candidate = LOWEST_PORT + ThreadLocalRandom.current().nextInt(PORTS);
            try {
                start(candidate);
                return candidate;
            } catch (UncheckedIOException taken) {
                last = taken;
            }
        }
        throw new IllegalStateException("no embedded Redis could be started", last);
    }

    void start() {
        start(port);
    }

    private void start(int port) {
        try {
            server = RedisServer.newRedisServer()
                    .port(port)
                    .bind("127.0.0.1")
                    .setting("save \"\"")
                    .setting("appendonly no")
                    .build();
            server.start();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    void kill() {
        try {
            server.stop();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    RedisURI uri() {
        return RedisURI.create("redis://127.0.0.1:" + port);
    }

    @Override
    public void close() {
        kill();
    }
}
