package dev.seawall.benchmarks.adaptive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Lets fixed and adaptive bulkheads go through the same day. {@code bin/simulate} starts it. */
public final class Simulation {

    private static final double QUICK = 0.1;

    private Simulation() {}

    /**
     * Prints a table and keeps it with a drawing. The same seed gives the same bytes.
     *
     * @param args none: {@code bin/simulate} passes system properties
     */
    public static void main(String[] args) throws IOException {
        long seed = Long.getLong("simulate.seed", 42);
        double scale = Boolean.getBoolean("simulate.quick") ? QUICK : 1;
        List<Day.Result> results = Candidate.ALL.parallelStream()
                .map(candidate -> Day.simulate(candidate, seed, scale))
                .toList();
        String table = new DayReport(results, seed, scale).write();
        System.out.print(table);
        String drawing = new DayPlot(results).draw();
        Path out = Path.of(System.getProperty("simulate.out", "benchmarks/results/simulation"));
        write(out.resolve("adaptive.md"), table);
        write(out.resolve("adaptive.svg"), drawing);
        String image = System.getProperty("simulate.image", "");
        if (!image.isEmpty()) {
            write(Path.of(image), drawing);
        }
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, text);
    }
}
