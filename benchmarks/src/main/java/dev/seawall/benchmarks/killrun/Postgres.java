package dev.seawall.benchmarks.killrun;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A PostgreSQL of the run's own that loses nothing it acknowledged, on a data directory that survives its death. */
final class Postgres implements AutoCloseable {

    private static final long GONE_WITHIN_SECONDS = 30;

    private final Path data;
    private final int port;
    private EmbeddedPostgres server;

    Postgres(Path data) throws IOException {
        this.data = data;
        this.server = start(0);
        this.port = server.getPort();
    }

    private EmbeddedPostgres start(int wanted) throws IOException {
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setPGStartupWait(Duration.ofSeconds(60))
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("fsync", "on")
                .setServerConfig("max_connections", "200");
        if (wanted != 0) {
            builder.setPort(wanted);
        }
        return builder.start();
    }

    int port() {
        return port;
    }

    String url() {
        return url(port, "killrun");
    }

    static String url(int port, String application) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres&ApplicationName=" + application;
    }

    /** As {@code pg_ctl stop -m immediate} does, and then starts it again. */
    void crash() throws IOException, InterruptedException {
        long pid = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
        ProcessHandle postmaster = ProcessHandle.of(pid).orElseThrow(() -> new IOException("no process " + pid));
        int status =
                new ProcessBuilder("kill", "-QUIT", Long.toString(pid)).start().waitFor();
        if (status != 0) {
            throw new IOException("kill -QUIT " + pid + " ended with " + status);
        }
        try {
            postmaster.onExit().get(GONE_WITHIN_SECONDS, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException alive) {
            throw new IOException("PostgreSQL still runs after its kill", alive);
        }
        closeQuietly(); // gives back its lock on the directory
        server = start(port);
    }

    private void closeQuietly() {
        try {
            server.close();
        } catch (IOException | RuntimeException dead) {
            // it was killed: that it cannot be stopped is no news
        }
    }

    @Override
    public void close() {
        closeQuietly();
    }
}
