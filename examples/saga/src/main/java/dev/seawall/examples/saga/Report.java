package dev.seawall.examples.saga;

import dev.seawall.saga.SagaLogEntry;
import dev.seawall.saga.SagaResult;
import java.io.PrintStream;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Prints the story of a saga. */
final class Report {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneOffset.UTC);
    private static final String LINE = "  %-12s  %-9s  %-5s  %-14s  %-12s  %s%n";

    private Report() {}

    static void print(PrintStream out, String id, SagaResult<Order> result, List<SagaLogEntry> history) {
        out.printf("%n%s: %s%n", id, result);
        out.printf(LINE, "time", "node", "epoch", "step", "what", "attempt, text");
        for (SagaLogEntry line : history) {
            out.printf(
                    LINE,
                    TIME.format(line.at()),
                    orNothing(line.node()),
                    line.epoch(),
                    orNothing(line.entry().step()),
                    line.entry().kind(),
                    details(line));
        }
    }

    private static String details(SagaLogEntry line) {
        int attempt = line.entry().attempt();
        return ((attempt > 0 ? attempt + "  " : "") + orNothing(line.entry().text())).strip();
    }

    private static String orNothing(@Nullable String text) {
        return text == null ? "" : text;
    }
}
