package dev.seawall.benchmarks.throughput;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Measures the subject that is named, prints a table and leaves it, the rounds and a drawing in a folder. */
public final class Throughput {

    /** Makes a subject, with the server that it needs. */
    private interface Start {
        Subject subject() throws Exception;
    }

    private static final Map<String, Start> SUBJECTS = new TreeMap<>(Map.of(
            "idempotency",
            IdempotencySubject::new,
            "outbox",
            OutboxSubject::new,
            "ratelimiter",
            RateLimiterSubject::new,
            "saga",
            SagaSubject::new));

    private Throughput() {}

    /** Runs; ends with 1 if a target was missed, 3 if there is no such subject. */
    public static void main(String[] arguments) throws Exception {
        Start start = SUBJECTS.get(arguments[0]);
        if (start == null) {
            System.err.println("throughput: what can be measured is " + SUBJECTS.keySet());
            System.exit(3);
            return;
        }
        Path folder = Path.of(System.getProperty("throughput.out", "benchmarks/results/throughput"));
        boolean met;
        try (Subject subject = start.subject()) {
            Report report = subject.measure(Boolean.getBoolean("throughput.quick"));
            write(folder, arguments[0], report);
            System.out.println(report.table());
            met = report.met();
        }
        System.exit(met ? 0 : 1);
    }

    private static void write(Path folder, String name, Report report) {
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve(name + ".md"), report.table());
            Files.writeString(folder.resolve(name + ".csv"), report.raw());
            Files.writeString(folder.resolve(name + ".svg"), report.drawing());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
