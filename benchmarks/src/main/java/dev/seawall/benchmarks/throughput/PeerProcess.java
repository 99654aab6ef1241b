package dev.seawall.benchmarks.throughput;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs what somebody else has made, in a process of its own with a class path of its own. */
final class PeerProcess {

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
        return run(
                        "outbox-peers",
                        "dev.seawall.outboxpeers.OutboxPeers",
                        List.of(
                                peer,
                                url,
                                Integer.toString(messages),
                                Integer.toString(Math.min(messages, OutboxTables.KEYS)),
                                Integer.toString(OutboxTables.PAYLOAD_BYTES)),
                        1)
                .get(0);
    }

    /**
     * Runs workflows.
     *
     * @param peer as the program beside calls it
     * @param url of an empty database, or one in which it may make its tables
     * @param millis how long, for each number at once
     * @return workflows a second, for each number at once
     */
    static List<Double> sagas(String peer, String url, int millis, int... atOnce)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(peer, url, Integer.toString(millis)));
        for (int many : atOnce) {
            arguments.add(Integer.toString(many));
        }
        return run("saga-peers", "dev.seawall.sagapeers.SagaPeers", arguments, atOnce.length);
    }

    private static List<Double> run(String module, String main, List<String> arguments, int wanted)
            throws IOException, InterruptedException {
        Path folder = Path.of("benchmarks", module, "target");
        if (!Files.isDirectory(folder.resolve("lib"))) {
            throw new IllegalStateException(folder + " is not built");
        }
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                folder.resolve("classes") + File.pathSeparator + folder.resolve("lib") + "/*",
                main));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        CompletableFuture.delayedExecutor(PATIENCE_MINUTES, TimeUnit.MINUTES).execute(process::destroyForcibly);
        try {
            return rates(arguments.get(0), process, wanted);
        } finally {
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    private static List<Double> rates(String peer, Process process, int wanted) throws IOException {
        List<Double> rates = new ArrayList<>();
        Deque<String> last = new ArrayDeque<>();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(RATE)) {
                    rates.add(Double.parseDouble(line.substring(RATE.length())));
                    if (rates.size() == wanted) {
                        return rates;
                    }
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
