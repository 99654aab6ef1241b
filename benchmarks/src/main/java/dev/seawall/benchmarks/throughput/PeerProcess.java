package dev.seawall.benchmarks.throughput;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Drains the outbox of somebody else in a process of its own, with a class path of its own. */
final class PeerProcess {

    private static final Path FOLDER = Path.of("benchmarks", "outbox-peers", "target");
    private static final int PATIENCE_MINUTES = 10;
    private static final int LAST_LINES = 20;
    private static final String RATE = "rate ";

    private PeerProcess() {}

    /**
     * Fills and drains.
     *
     * @param peer as the program beside calls it
     * @param url of an empty database, or one in which it may make its tables
     * @return messages a second
     */
    static double drain(String peer, String url, int messages) throws IOException, InterruptedException {
        if (!Files.isDirectory(FOLDER.resolve("lib"))) {
            throw new IllegalStateException(FOLDER + " is not built");
        }
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        FOLDER.resolve("classes") + File.pathSeparator + FOLDER.resolve("lib") + "/*",
                        "dev.seawall.outboxpeers.OutboxPeers",
                        peer,
                        url,
                        Integer.toString(messages),
                        Integer.toString(Math.min(messages, OutboxTables.KEYS)),
                        Integer.toString(OutboxTables.PAYLOAD_BYTES)))
                .redirectErrorStream(true)
                .start();
        CompletableFuture.delayedExecutor(PATIENCE_MINUTES, TimeUnit.MINUTES).execute(process::destroyForcibly);
        try {
            return rate(peer, process);
        } finally {
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    private static double rate(String peer, Process process) throws IOException {
        Deque<String> last = new ArrayDeque<>();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(RATE)) {
                    return Double.parseDouble(line.substring(RATE.length()));
                }
                last.addLast(line);
                if (last.size() > LAST_LINES) {
                    last.removeFirst();
                }
            }
        }
        throw new IllegalStateException(peer + " gave no rate: " + String.join("\n", last));
    }
}
