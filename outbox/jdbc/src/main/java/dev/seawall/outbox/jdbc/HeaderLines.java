package dev.seawall.outbox.jdbc;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Headers as they are stored: a line each, {@code name:value}. Neither name nor value can have a line feed. */
final class HeaderLines {

    private HeaderLines() {}

    static @Nullable String write(Map<String, String> headers) {
        if (headers.isEmpty()) {
            return null;
        }
        StringBuilder lines = new StringBuilder();
        new TreeMap<>(headers)
                .forEach((name, value) ->
                        lines.append(name).append(':').append(value).append('\n'));
        return lines.toString();
    }

    /** Reads what anyone may have written. */
    static Map<String, String> read(@Nullable String lines) {
        if (lines == null || lines.isEmpty()) {
            return Map.of();
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (int from = 0; from < lines.length(); ) {
            int end = lines.indexOf('\n', from);
            int colon = lines.indexOf(':', from);
            if (end < 0 || colon < 0 || colon > end) {
                throw new IllegalArgumentException("the headers are not lines of name:value");
            }
            headers.put(lines.substring(from, colon), lines.substring(colon + 1, end));
            from = end + 1;
        }
        return headers;
    }
}
