package dev.seawall.benchmarks.overload;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;

/** The process of a {@link Dependency}. Ends when closed, and when this process ends, whichever way. */
final class DependencyProcess implements AutoCloseable {

    private final Process process;
    private final PrintWriter orders;
    private final URI uri;

    DependencyProcess() throws IOException {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Dependency.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        orders = new PrintWriter(process.getOutputStream(), true, UTF_8);
        String port = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8)).readLine();
        if (port == null) {
            throw new IOException("the dependency has not started");
        }
        uri = URI.create("http://127.0.0.1:" + port);
    }

    URI uri() {
        return uri;
    }

    void become(Health health) {
        orders.println(health);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
