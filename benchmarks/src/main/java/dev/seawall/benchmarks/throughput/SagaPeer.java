package dev.seawall.benchmarks.throughput;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Workflows of somebody else in a process of its own, which waits to be told how many to run at once, and for how long. */
final class SagaPeer implements AutoCloseable {

    private static final Path FOLDER = Path.of("benchmarks", "saga-peers", "target");
    private static final String RATE = "rate ";
    private static final int LAST_LINES = 20;

    private final String name;
    private final Process process;
    private final BufferedReader answers;
    private final BufferedWriter wishes;

    /**
     * Starts it.
     *
     * @param name as the program beside calls it
     * @param url of a database in which it may make its tables
     */
    SagaPeer(String name, String url) throws IOException {
        if (!Files.isDirectory(FOLDER.resolve("lib"))) {
            throw new IllegalStateException(FOLDER + " is not built");
        }
        this.name = name;
        this.process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        FOLDER.resolve("classes") + File.pathSeparator + FOLDER.resolve("lib") + "/*",
                        "dev.seawall.sagapeers.SagaPeers",
                        name,
                        url))
                .redirectErrorStream(true)
                .start();
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.wishes = process.outputWriter(StandardCharsets.UTF_8);
    }

    /** Workflows a second. */
    double rate(int atOnce, long nanos) {
        try {
            wishes.write(atOnce + " " + nanos + "\n");
            wishes.flush();
            Deque<String> last = new ArrayDeque<>();
            for (String line = answers.readLine(); line != null; line = answers.readLine()) {
                if (line.startsWith(RATE)) {
                    return Double.parseDouble(line.substring(RATE.length()));
                }
                last.addLast(line);
                if (last.size() > LAST_LINES) {
                    last.removeFirst();
                }
            }
            throw new IllegalStateException(name + " gave no rate: " + String.join("\n", last));
        } catch (IOException gone) {
            throw new IllegalStateException(name + " is gone", gone);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
