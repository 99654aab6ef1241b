package dev.seawall.idempotency.http;

import dev.seawall.idempotency.InvalidKeyException;
import dev.seawall.idempotency.Key;
import java.util.List;

/** The value of the header field: a structured-field string such as {@code "8e03"}, or its text without the quotes. */
final class KeyHeader {

    static final String NAME = "Idempotency-Key";

    private KeyHeader() {}

    /**
     * The key. The messages say the rule, never the value.
     *
     * @throws MalformedKeyException if there are several, or it is none
     */
    static String parse(List<String> lines) {
        if (lines.size() != 1) {
            throw new MalformedKeyException("there must be one key, were " + lines.size());
        }
        String value = lines.get(0).strip();
        String key = value.startsWith("\"") ? unquoted(value) : bare(value);
        try {
            Key.of("http", key);
        } catch (InvalidKeyException invalid) {
            throw new MalformedKeyException(String.valueOf(invalid.getMessage()));
        }
        return key;
    }

    private static String bare(String value) {
        if (value.indexOf('"') >= 0 || value.indexOf('\\') >= 0 || value.indexOf(',') >= 0) {
            throw new MalformedKeyException("a key with quotes, backslashes or commas must stand in quotes");
        }
        return value;
    }

    private static String unquoted(String value) {
        StringBuilder key = new StringBuilder();
        for (int i = 1; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"') {
                if (i < value.length() - 1) {
                    throw new MalformedKeyException("nothing may follow the quote that ends the key");
                }
                return key.toString();
            }
            if (c == '\\') {
                i++;
                if (i == value.length() || (value.charAt(i) != '"' && value.charAt(i) != '\\')) {
                    throw new MalformedKeyException("a backslash must stand before a quote or a backslash");
                }
            }
            key.append(value.charAt(i));
        }
        throw new MalformedKeyException("the quote at the beginning of the key is not closed");
    }

    static String quoted(String key) {
        return '"' + key.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /** The message is for the client. */
    static final class MalformedKeyException extends IllegalArgumentException {

        private static final long serialVersionUID = 1L;

        MalformedKeyException(String message) {
            super(message);
        }
    }
}
