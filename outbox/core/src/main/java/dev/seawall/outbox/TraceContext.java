package dev.seawall.outbox;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The trace that a message belongs to, in the form of the W3C Recommendation "Trace Context": what a producer's thread carries is
 * stored with the message, and is there again where the message is consumed. What breaks the rules is ignored, as the
 * Recommendation says, and harms no message.
 *
 * @param traceparent version 00: trace, parent and flags
 * @param tracestate what vendors add; empty if there is nothing
 */
public record TraceContext(String traceparent, String tracestate) {

    /** The name of the header with the trace. */
    public static final String TRACEPARENT = "traceparent";

    /** The name of the header with what vendors add. */
    public static final String TRACESTATE = "tracestate";

    private static final Pattern PARENT =
            Pattern.compile("(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");
    private static final int LONGEST_PARENT = 200;
    private static final Pattern MEMBER =
            Pattern.compile("([a-z0-9][a-z0-9_*/@-]{0,255})=([ -+\\--<>-~]{0,255}[!-+\\--<>-~])");
    private static final int MOST_MEMBERS = 32;
    private static final int LONGEST_STATE = 2_000;

    /** Checks both. */
    public TraceContext {
        if (!isParent(traceparent) || !traceparent.startsWith("00-")) {
            throw new IllegalArgumentException("traceparent must be of version 00 of the W3C Recommendation");
        }
        if (!tracestate.isEmpty() && !isState(tracestate)) {
            throw new IllegalArgumentException("tracestate must be as the W3C Recommendation says");
        }
    }

    /**
     * Reads what a tracer or a sender gave.
     *
     * @param traceparent the trace; of a version later than 00, what this one knows
     * @param tracestate what vendors add, ignored if it breaks the rules or has more than 2,000 characters
     * @return empty if there is no trace, or one that breaks the rules
     */
    public static Optional<TraceContext> of(@Nullable String traceparent, @Nullable String tracestate) {
        if (traceparent == null || !isParent(traceparent)) {
            return Optional.empty();
        }
        String state = tracestate == null || !isState(tracestate) ? "" : tracestate;
        return Optional.of(new TraceContext(inThisVersion(traceparent), state));
    }

    /**
     * Reads the headers of a message.
     *
     * @param headers by name, in upper or lower case
     * @return empty if there is no trace, or one that breaks the rules
     */
    public static Optional<TraceContext> in(Map<String, String> headers) {
        return of(valueOf(headers, TRACEPARENT), valueOf(headers, TRACESTATE));
    }

    private static @Nullable String valueOf(Map<String, String> headers, String name) {
        String value = headers.get(name);
        if (value != null) {
            return value;
        }
        for (Map.Entry<String, String> header : headers.entrySet()) {
            if (header.getKey().equalsIgnoreCase(name)) {
                return header.getValue();
            }
        }
        return null;
    }

    private static boolean isParent(String text) {
        if (text.length() > LONGEST_PARENT) {
            return false;
        }
        Matcher form = PARENT.matcher(text);
        return form.matches() && (form.group(5) == null || !form.group(1).equals("00"));
    }

    private static String inThisVersion(String traceparent) {
        if (traceparent.startsWith("00-")) {
            return traceparent;
        }
        int flags = Integer.parseInt(traceparent, 53, 55, 16) & 1; // the only one whose meaning will not change
        return "00" + traceparent.substring(2, 53) + "0" + flags;
    }

    private static boolean isState(String text) {
        if (text.length() > LONGEST_STATE) {
            return false;
        }
        Set<String> keys = new HashSet<>();
        for (String part : text.split(",", -1)) {
            String member = part.replaceAll("^[ \t]+|[ \t]+$", "");
            Matcher form = MEMBER.matcher(member);
            if (!member.isEmpty() && (!form.matches() || !keys.add(form.group(1)))) {
                return false;
            }
        }
        return !keys.isEmpty() && keys.size() <= MOST_MEMBERS;
    }

    /**
     * Which trace it is.
     *
     * @return 32 hexadecimal digits
     */
    public String traceId() {
        return traceparent.substring(3, 35);
    }

    /**
     * What in the trace has led to the message.
     *
     * @return 16 hexadecimal digits
     */
    public String parentId() {
        return traceparent.substring(36, 52);
    }

    /**
     * Whether the trace may be recorded.
     *
     * @return the flag of that name
     */
    public boolean sampled() {
        return (Integer.parseInt(traceparent, 53, 55, 16) & 1) == 1;
    }

    /**
     * The headers of a message, as an outbox asks for with its context.
     *
     * @return one or two headers
     */
    public Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(TRACEPARENT, traceparent);
        if (!tracestate.isEmpty()) {
            headers.put(TRACESTATE, tracestate);
        }
        return headers;
    }
}
