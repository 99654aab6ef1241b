package dev.seawall.outbox.nats;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Header values on the wire, where only printable ASCII is safe. Others are encoded, and say so by how they begin. */
final class HeaderText {

    private static final String MARK = "utf-8''"; // as in RFC 8187

    private HeaderText() {}

    static String encoded(String text) {
        boolean plain =
                text.chars().allMatch(c -> c >= ' ' && c <= '~') && text.strip().equals(text);
        return plain && !text.startsWith(MARK)
                ? text
                : MARK + URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The text; what is not encoded, or not as it should be, stays as it is: it may come from anyone. */
    static String decoded(String value) {
        if (!value.startsWith(MARK)) {
            return value;
        }
        try {
            return URLDecoder.decode(value.substring(MARK.length()).replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return value;
        }
    }
}
