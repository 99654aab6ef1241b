package dev.seawall.saga;

import dev.seawall.Durations;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** What of a definition can be told without its code. */
final class Shape {

    private static final int DIGITS = 16;

    private Shape() {}

    static <S> String fingerprint(List<Step<S>> steps) {
        StringBuilder text = new StringBuilder();
        for (Step<S> step : steps) {
            text.append(kind(step)).append(' ').append(step.name());
            if (step instanceof Step.Work<S> work) {
                work.tasks()
                        .forEach(task -> text.append(' ').append(task.name()).append(task.undo() == null ? '-' : '+'));
            }
            text.append('\n');
        }
        return sha256(text.toString()).substring(0, DIGITS);
    }

    static String sha256(String text) {
        return sha256(text.getBytes(StandardCharsets.UTF_8));
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) { // every Java platform has it
            throw new IllegalStateException(impossible);
        }
    }

    private static String kind(Step<?> step) {
        if (step instanceof Step.Work<?> work) {
            return work.isPivot() ? "pivot" : work.isParallel() ? "parallel" : "step";
        }
        return step instanceof Step.Await<?> ? "await" : "sleep";
    }

    static <S> String mermaid(List<Step<S>> steps) {
        StringBuilder text = new StringBuilder("flowchart TD\n    start([start])\n");
        String before = "start";
        for (int i = 0; i < steps.size(); i++) {
            String id = "s" + i;
            draw(text, id, before, steps.get(i));
            before = id;
        }
        return text.append("    completed([completed])\n    ")
                .append(before)
                .append(" --> completed\n")
                .toString();
    }

    private static <S> void draw(StringBuilder text, String id, String before, Step<S> step) {
        line(text, id + node(step));
        line(text, before + (step instanceof Step.Work<S> work && work.when() != null ? " -- if --> " : " --> ") + id);
        if (step instanceof Step.Work<S> work) {
            for (int i = 0; i < work.tasks().size(); i++) {
                Task<S> task = work.tasks().get(i);
                String of = id;
                if (work.isParallel()) {
                    of = id + "b" + i;
                    line(text, of + "[\"" + task.name() + "\"]");
                    line(text, id + " --- " + of);
                }
                if (task.undo() != null) {
                    line(text, of + " -. undo .-> " + of + "u[\"undo " + task.name() + "\"]");
                }
            }
        }
    }

    private static String node(Step<?> step) {
        if (step instanceof Step.Work<?> work) {
            String name = step.name();
            return work.isPivot()
                    ? "{{\"" + name + ", pivot\"}}"
                    : work.isParallel() ? "[[\"" + name + "\"]]" : "[\"" + name + "\"]";
        }
        return step instanceof Step.Await<?> await
                ? "[/\"" + step.name() + ", at most " + Durations.format(await.limit()) + "\"/]"
                : "([\"" + step.name() + ", " + ((Step.Sleep<?>) step).text() + "\"])";
    }

    private static void line(StringBuilder text, String line) {
        text.append("    ").append(line).append('\n');
    }
}
