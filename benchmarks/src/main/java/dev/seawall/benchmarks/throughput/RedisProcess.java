package dev.seawall.benchmarks.throughput;

import io.lettuce.core.RedisURI;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import redis.embedded.RedisServer;

/** A Redis of the benchmark's own: the one on the path, else the one that a library brings. */
final class RedisProcess implements AutoCloseable {

    private static final int PATIENCE = 100;

    private final int port;
    private final @Nullable Process process;
    private final @Nullable RedisServer embedded;

    private RedisProcess(int port, @Nullable Process process, @Nullable RedisServer embedded) {
        this.port = port;
        this.process = process;
        this.embedded = embedded;
    }

    static RedisProcess start() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Path program = onThePath();
        if (program == null) {
            RedisServer server = RedisServer.newRedisServer().port(port).build();
            server.start();
            return new RedisProcess(port, null, server);
        }
        Process process = new ProcessBuilder(List.of(
                        program.toString(),
                        "--port",
                        Integer.toString(port),
                        "--bind",
                        "127.0.0.1",
                        "--save",
                        "",
                        "--appendonly",
                        "no"))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectErrorStream(true)
                .start();
        waitFor(port);
        return new RedisProcess(port, process, null);
    }

    private static @Nullable Path onThePath() {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
                .map(folder -> Path.of(folder, "redis-server"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    private static void waitFor(int port) throws IOException {
        for (int i = 0; i < PATIENCE; i++) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", port), 1_000);
                return;
            } catch (IOException notYet) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
        }
        throw new IOException("redis-server does not listen");
    }

    String kind() {
        return process == null ? "embedded Redis" : "local redis-server";
    }

    RedisURI uri() {
        return RedisURI.create("redis://127.0.0.1:" + port);
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroy();
        }
        if (embedded != null) {
            try {
                embedded.stop();
            } catch (IOException gone) {
                throw new IllegalStateException(gone);
            }
        }
    }
}
