package dev.seawall.benchmarks.killrun;

import dev.seawall.test.RunLedger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Runs, judges, and keeps the record. {@code bin/kill-run} starts it. */
public final class KillRun {

    private static final int VIOLATED = 1;
    private static final int BROKEN = 5;
    private static final int SHOWN = 20;

    private KillRun() {}

    /**
     * Exits with 0 if nothing was violated, 1 if something was, 5 if the run failed.
     *
     * @param args none: {@code bin/kill-run} passes system properties
     */
    public static void main(String[] args) {
        int exitCode;
        try {
            exitCode = run(
                    new Plan(
                            Integer.getInteger("killrun.kills", 50),
                            Long.getLong("killrun.seed", 1),
                            Integer.getInteger("killrun.relays", 4)),
                    Path.of(System.getProperty("killrun.out", "benchmarks/results/kill-run")),
                    System.getProperty("killrun.commit", "unknown"),
                    System.getProperty("killrun.ledger", ""));
        } catch (Throwable broken) {
            System.err.println("the run failed");
            broken.printStackTrace();
            exitCode = BROKEN;
        }
        System.exit(exitCode);
    }

    private static int run(Plan plan, Path out, String commit, String ledger) throws Exception {
        Path folder = out.toAbsolutePath().resolve("seed-" + plan.seed());
        delete(folder);
        Files.createDirectories(folder);
        System.out.printf("%s%n", plan);
        try (OutboxRun run = new OutboxRun(plan, folder)) {
            try {
                Outcome outcome = run.play();
                System.out.print(outcome.summary());
                if (!ledger.isEmpty()) {
                    RunLedger.in(Path.of(ledger)).append(outcome.facts(commit));
                }
                if (outcome.isClean()) {
                    return 0;
                }
                outcome.problems().stream().limit(SHOWN).forEach(System.out::println);
                System.out.println(
                        outcome.problems().size() + " violations. The histories and the killer's log are in " + folder);
                return VIOLATED;
            } finally {
                Files.writeString(folder.resolve("killer.log"), run.log());
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException kept) {
                    throw new UncheckedIOException(kept);
                }
            });
        }
    }
}
