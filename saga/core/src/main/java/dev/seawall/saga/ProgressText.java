package dev.seawall.saga;

import dev.seawall.payload.EncodedPayload;
import dev.seawall.saga.Mark.Phase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The stored form of {@link Progress}: a line with its version, a line for each thing that is set, and a line for each mark.
 *
 * <pre>
 * seawall-saga 1
 * #shape 0123456789abcdef
 * #until 5000000000
 * reserve-stock done 0
 * take-payment begun 2 doubt
 * hotel done 0 sure booking 1 YXBwbGljYXRpb24vanNvbg== e30=
 * </pre>
 *
 * A step's name cannot begin with the sign that settings begin with.
 */
final class ProgressText {

    private static final String HEAD = "seawall-saga 1";

    private ProgressText() {}

    static String write(Progress progress) {
        StringBuilder text = new StringBuilder(HEAD).append("\n#shape ").append(progress.fingerprint());
        setting(text, "trace", progress.trace());
        setting(text, "cause", progress.cause() == null ? null : encoded(progress.cause()));
        setting(
                text,
                "until",
                progress.until() == null ? null : progress.until().toMillis());
        progress.marks().values().forEach(mark -> write(text, mark));
        return text.append('\n').toString();
    }

    private static void setting(StringBuilder text, String name, @Nullable Object value) {
        if (value != null) {
            text.append("\n#").append(name).append(' ').append(value);
        }
    }

    private static void write(StringBuilder text, Mark mark) {
        text.append('\n').append(mark.name()).append(' ');
        text.append(mark.phase().name().toLowerCase(Locale.ROOT)).append(' ').append(mark.failures());
        EncodedPayload result = mark.result();
        if (mark.inDoubt() || result != null) {
            text.append(mark.inDoubt() ? " doubt" : " sure");
        }
        if (result != null) {
            text.append(' ').append(result.type()).append(' ').append(result.version());
            text.append(' ').append(encoded(result.contentType())).append(' ');
            text.append(Base64.getEncoder().encodeToString(result.bytes()));
        }
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String decoded(String text) {
        return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
    }

    /**
     * Reads it.
     *
     * @throws IllegalArgumentException if it is of a later version, or was changed by hand
     */
    static Progress read(String text) {
        String[] lines = text.split("\n", -1);
        if (!lines[0].equals(HEAD)) {
            throw new IllegalArgumentException("its progress is not in the form '" + HEAD + "'");
        }
        Progress progress = Progress.start("", null);
        Map<String, Mark> marks = new LinkedHashMap<>();
        for (int i = 1; i < lines.length; i++) {
            if (lines[i].startsWith("#")) {
                progress = set(progress, lines[i]);
            } else if (!lines[i].isEmpty()) {
                Mark mark = mark(lines[i]);
                marks.put(mark.name(), mark);
            }
        }
        return progress.with(marks.values());
    }

    private static Progress set(Progress old, String line) {
        int space = line.indexOf(' ');
        String value = line.substring(space + 1);
        return switch (line.substring(1, Math.max(1, space))) {
            case "shape" -> new Progress(value, old.trace(), old.cause(), old.until(), old.marks());
            case "trace" -> new Progress(old.fingerprint(), value, old.cause(), old.until(), old.marks());
            case "cause" -> old.compensating(decoded(value)).until(old.until());
            case "until" -> old.until(Duration.ofMillis(Long.parseLong(value)));
            default -> throw new IllegalArgumentException("its progress has an unknown line");
        };
    }

    private static Mark mark(String line) {
        String[] words = line.split(" ", -1);
        if (words.length != 3 && words.length != 4 && words.length != 8) {
            throw new IllegalArgumentException("its progress has a line of " + words.length + " words");
        }
        EncodedPayload result = words.length < 8 ? null : result(words);
        return new Mark(
                words[0],
                Phase.valueOf(words[1].toUpperCase(Locale.ROOT)),
                Integer.parseInt(words[2]),
                words.length > 3 && words[3].equals("doubt"),
                result);
    }

    private static EncodedPayload result(String[] words) {
        return EncodedPayload.of(
                words[4],
                Integer.parseInt(words[5]),
                decoded(words[6]),
                Base64.getDecoder().decode(words[7]));
    }
}
