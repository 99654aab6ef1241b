package dev.seawall.test;

import dev.seawall.Require;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A file that gets a line of JSON for each long run: what was run, on what, and what came out. Lines are only ever added, so that
 * failed runs stay on record beside the good ones.
 *
 * <p><b>Threads:</b> for one thread and one process at a time.
 */
public final class RunLedger {

    private final Path file;

    private RunLedger(Path file) {
        this.file = file;
    }

    /**
     * A ledger.
     *
     * @param file where it is kept; made with the first line
     * @return a ledger
     */
    public static RunLedger in(Path file) {
        return new RunLedger(file);
    }

    /**
     * Adds a line. It begins with {@code at}, the time now, and {@code jdk}, the version of this Java.
     *
     * @param facts what else to tell, in this order: text, numbers that are finite, and truth values
     * @throws IllegalArgumentException if there is a value of another type, or {@code at} or {@code jdk}
     * @throws UncheckedIOException if it cannot be written
     */
    public void append(Map<String, ?> facts) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("at", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        all.put("jdk", Runtime.version().toString());
        facts.forEach((name, value) ->
                Require.check(all.put(name, value) == null, "facts must not have '%s', which is there already", name));
        String line = all.entrySet().stream()
                .map(fact -> quote(fact.getKey()) + ":" + json(fact.getKey(), fact.getValue()))
                .collect(Collectors.joining(",", "{", "}\n"));
        try {
            Files.writeString(file, line, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot write to " + file, failed);
        }
    }

    private static String json(String name, Object value) {
        boolean finite = value instanceof Number number && Double.isFinite(number.doubleValue());
        Require.check(
                finite || value instanceof CharSequence || value instanceof Boolean,
                "'%s' must be text, a finite number or a truth value, was %s",
                name,
                value);
        return value instanceof CharSequence ? quote(value.toString()) : value.toString();
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int index = 0; index < text.length(); index++) {
            char character = text.charAt(index);
            if (character == '"' || character == '\\') {
                quoted.append('\\').append(character);
            } else if (character < ' ') {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) character));
            } else {
                quoted.append(character);
            }
        }
        return quoted.append('"').toString();
    }

    @Override
    public String toString() {
        return "ledger in " + file;
    }
}
