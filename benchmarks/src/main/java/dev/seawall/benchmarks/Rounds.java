package dev.seawall.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs all rows once, then all again, and so on, each time in a fresh JVM: what drifts hits all rows alike. */
final class Rounds {

    private static final String ALLOCATION = "gc.alloc.rate.norm";

    private final Settings settings;
    private final Path log;
    private final Figures figures = new Figures();
    private final Map<String, List<RunResult>> raw = new LinkedHashMap<>();

    Rounds(Settings settings) {
        this.settings = settings;
        this.log = settings.out().resolve("jmh.log");
    }

    Figures run() throws RunnerException, IOException {
        Files.deleteIfExists(log);
        for (int round = 1; round <= settings.rounds(); round++) {
            for (int threads : settings.threads()) {
                System.err.printf("round %d of %d, threads: %d ", round, settings.rounds(), threads);
                for (Group group : Group.ALL) {
                    for (String row : group.rows()) {
                        run(group, row, threads);
                    }
                }
                System.err.println();
            }
        }
        return figures;
    }

    private void run(Group group, String row, int threads) throws RunnerException {
        if (!settings.wants(row)) {
            return;
        }
        String name = group.type().getPackageName() + "." + row;
        Path part = settings.out().resolve("jmh.part");
        Options options = new OptionsBuilder()
                .include("^" + Pattern.quote(name) + "$")
                .threads(threads)
                .forks(1)
                .warmupIterations(settings.warmups())
                .warmupTime(settings.time())
                .measurementIterations(settings.iterations())
                .measurementTime(settings.time())
                .addProfiler(GCProfiler.class)
                .jvmArgs("-Xms256m", "-Xmx256m")
                .shouldFailOnError(true)
                .verbosity(VerboseMode.NORMAL)
                .output(part.toString())
                .build();
        RunResult result = new Runner(options).runSingle();
        keep(part);
        raw.computeIfAbsent(row + " " + threads, key -> new ArrayList<>()).add(result);
        double nanos = median(result, IterationResult::getPrimaryResult);
        double bytes =
                median(result, iteration -> iteration.getSecondaryResults().get(ALLOCATION));
        figures.add(row, threads, nanos, bytes);
        System.err.print('.');
    }

    private void keep(Path part) throws RunnerException {
        try {
            Files.write(log, Files.readAllBytes(part), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            Files.delete(part);
        } catch (IOException unwritable) {
            throw new RunnerException(unwritable);
        }
    }

    /** The middle iteration: a thread that was kept waiting spoils one of them, in either direction. */
    private static double median(RunResult result, Function<IterationResult, Result<?>> part) {
        double[] scores = iterations(result)
                .mapToDouble(iteration -> part.apply(iteration).getScore())
                .sorted()
                .toArray();
        return scores[scores.length / 2];
    }

    private static Stream<IterationResult> iterations(RunResult result) {
        return result.getBenchmarkResults().stream().flatMap(fork -> fork.getIterationResults().stream());
    }

    /** Writes JMH's own format, the rounds of a row as if they were forks of one run. */
    void writeJson(Path file) throws IOException {
        List<RunResult> merged = raw.values().stream().map(Rounds::merge).toList();
        try (PrintStream stream = new PrintStream(file.toFile(), StandardCharsets.UTF_8)) {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, stream).writeOut(merged);
        }
    }

    private static RunResult merge(List<RunResult> rounds) {
        List<BenchmarkResult> forks = rounds.stream()
                .flatMap(round -> round.getBenchmarkResults().stream())
                .toList();
        return new RunResult(rounds.get(0).getParams(), forks);
    }
}
