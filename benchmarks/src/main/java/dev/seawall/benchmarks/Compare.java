package dev.seawall.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.openjdk.jmh.runner.RunnerException;

/**
 * Runs all rows, prints the table and keeps what was measured. {@code bin/compare} starts it; by hand, rows run with JMH's
 * own main class.
 */
public final class Compare {

    private static final int WRONG_USAGE = 3;
    private static final int BROKEN = 5;

    private Compare() {}

    /**
     * Exits with 0 if all targets are met, 1 if one is missed, 2 if the machine was too busy to tell, 3 if
     * the filter matches no row, 5 if the run failed.
     *
     * @param args none: {@code bin/compare} passes system properties
     */
    public static void main(String[] args) {
        int exitCode;
        try {
            exitCode = compare(Settings.fromSystemProperties());
        } catch (Throwable broken) {
            System.err.println("the run failed; jmh.log or jmh.part may tell why");
            broken.printStackTrace();
            exitCode = BROKEN;
        }
        System.exit(exitCode);
    }

    private static int compare(Settings settings) throws IOException, RunnerException {
        if (!settings.matchesAny()) {
            System.err.println("no row has '" + settings.filter() + "' in its name; the rows are:");
            Group.ALL.forEach(group -> group.rows().forEach(System.err::println));
            System.err.println(RetainedSize.ROW);
            return WRONG_USAGE;
        }
        Files.createDirectories(settings.out());
        List<RetainedSize> sizes = settings.wants(RetainedSize.ROW) ? RetainedSize.measure() : List.of();
        Rounds rounds = new Rounds(settings);
        Figures figures = rounds.run();
        rounds.writeJson(settings.out().resolve("jmh.json"));
        Report report = new Report(settings, figures);
        String table = report.write(sizes);
        Files.writeString(settings.out().resolve("report.md"), table);
        for (int threads : settings.threads()) {
            String caption = "Seawall beside its peers, threads: " + threads;
            Files.writeString(
                    settings.out().resolve("plot-" + threads + ".svg"), new Plot(figures, threads).draw(caption));
        }
        System.out.print(table);
        return report.exitCode();
    }
}
