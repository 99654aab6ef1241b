package dev.seawall.benchmarks.killrun;

import dev.seawall.test.RunLedger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Runs, judges, and keeps the record. {@code bin/kill-run} starts it. */
public final class KillRun {

    private static final int VIOLATED = 1;
    private static final int BROKEN = 5;
    private static final int SHOWN = 20;

    /** Processes, what is done to them, and the judgement. */
    interface Run extends AutoCloseable {

        /** Runs everything, and lets it come to rest. */
        Result play() throws Exception;

        /** What the killer did and what processes said, for a failed run to be read. */
        String log();

        @Override
        void close();
    }

    /** What came of a run. */
    interface Result {

        /** What was violated. */
        List<String> problems();

        String summary();

        /** For the ledger. */
        Map<String, Object> facts(String commit);
    }

    private KillRun() {}

    /**
     * Exits with 0 if nothing was violated, 1 if something was, 5 if the run failed.
     *
     * @param args what to run; {@code bin/kill-run} passes the rest as system properties
     */
    public static void main(String[] args) {
        int exitCode;
        try {
            exitCode = run(
                    args.length == 0 ? "outbox" : args[0],
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

    private static int run(String what, Path out, String commit, String ledger) throws Exception {
        long seed = Long.getLong("killrun.seed", 1);
        Path folder = out.toAbsolutePath().resolve("seed-" + seed);
        delete(folder);
        Files.createDirectories(folder);
        try (Run run = start(what, seed, folder)) {
            try {
                Result result = run.play();
                System.out.print(result.summary());
                if (!ledger.isEmpty()) {
                    RunLedger.in(Path.of(ledger)).append(result.facts(commit));
                }
                return judge(result.problems(), folder);
            } finally {
                Files.writeString(folder.resolve("killer.log"), run.log());
            }
        }
    }

    private static Run start(String what, long seed, Path folder) throws Exception {
        int kills = Integer.getInteger("killrun.kills", 50);
        int nodes = Integer.getInteger("killrun.nodes", 4);
        if (what.equals("idempotency")) {
            IdempotencyPlan plan = new IdempotencyPlan(
                    kills, seed, nodes, Defect.valueOf(System.getProperty("killrun.defect", "NONE")));
            System.out.println(plan);
            return new IdempotencyRun(plan, folder);
        }
        if (what.equals("saga")) {
            SagaPlan plan = new SagaPlan(kills, seed, nodes);
            System.out.println(plan);
            return new SagaRun(plan, folder);
        }
        Plan plan = new Plan(kills, seed, nodes);
        System.out.println(plan);
        return new OutboxRun(plan, folder);
    }

    private static int judge(List<String> problems, Path folder) throws IOException {
        if (problems.isEmpty()) {
            return 0;
        }
        Files.write(folder.resolve("violations.txt"), problems);
        problems.stream().limit(SHOWN).forEach(System.out::println);
        System.out.println(problems.size() + " violations. They, the killer's log and the database are in " + folder);
        return VIOLATED;
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
