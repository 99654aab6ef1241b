package dev.seawall.testdatabases;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.ThreadLocalRandom;
import redis.embedded.RedisServer;

/**
 * A Redis of the test's own, which it may kill, restart and flush. Its port is below those that the system hands out, so nobody takes
 * it while the server is dead; one that is in use is passed over.
 */
public final class EmbeddedRedis implements AutoCloseable {

    private static final int LOWEST_PORT = 12_000;
    private static final int PORTS = 18_000;
    private static final int TRIES = 20;

    private final int port;
    private RedisServer server;

    /** Starts it. */
    public EmbeddedRedis() {
        this.server = startedSomewhere();
        this.port = server.ports().get(0);
    }

    private static RedisServer startedSomewhere() {
        UncheckedIOException last = null;
        for (int i = 0; i < TRIES; i++) {
            try {
                return started(LOWEST_PORT + ThreadLocalRandom.current().nextInt(PORTS));
            } catch (UncheckedIOException taken) {
                last = taken;
            }
        }
        throw new IllegalStateException("no embedded Redis could be started", last);
    }

    /** Starts it again, empty, where it was. */
    public void start() {
        server = started(port);
    }

    private static RedisServer started(int port) {
        try {
            RedisServer server = RedisServer.newRedisServer()
                    .port(port)
                    .bind("127.0.0.1")
                    .setting("save \"\"")
                    .setting("appendonly no")
                    .build();
            server.start();
            return server;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Everything in it is lost. */
    public void kill() {
        try {
            server.stop();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** For any client. */
    public String uri() {
        return "redis://127.0.0.1:" + port;
    }

    @Override
    public void close() {
        kill();
    }
}
