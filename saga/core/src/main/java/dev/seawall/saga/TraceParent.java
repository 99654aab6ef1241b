package dev.seawall.saga;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rule for the trace that is kept with a saga: version 00 of the W3C Recommendation "Trace Context". */
final class TraceParent {

    private static final Pattern FORM = Pattern.compile("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

    private TraceParent() {}

    /** What breaks the rule is no trace, and harms no saga. */
    static @Nullable String orNull(@Nullable String text) {
        return text != null && FORM.matcher(text).matches() ? text : null;
    }
}
