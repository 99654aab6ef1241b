package dev.seawall.outbox.cloudevents;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the attributes of an event in binary mode are called, and how they are written, as the specification says for a protocol. */
public enum Binding {
    /** {@code ce-id}; values are percent-encoded. */
    HTTP("ce-", true),

    /** {@code ce_id}. */
    KAFKA("ce_", false),

    /** {@code cloudEvents_id}; {@code cloudEvents:id} is read too. */
    AMQP("cloudEvents_", false),

    /** {@code ce-id}; values are percent-encoded. */
    NATS("ce-", true);

    private static final String OTHER_AMQP = "cloudevents:";

    /** What the specification has encoded: all but visible ASCII, and the characters that mean something. */
    private static final Pattern ENCODED = Pattern.compile("[^!#$&-~]+|[\"%]+");

    private final String prefix;
    private final boolean encodes;

    Binding(String prefix, boolean encodes) {
        this.prefix = prefix;
        this.encodes = encodes;
    }

    String header(String attribute) {
        return prefix + attribute;
    }

    /** Whose header it is; of bindings with the same names, any. */
    static @Nullable Binding of(String header) {
        String lower = header.toLowerCase(Locale.ROOT);
        if (lower.startsWith(HTTP.prefix)) {
            return HTTP;
        }
        if (lower.startsWith(KAFKA.prefix)) {
            return KAFKA;
        }
        return lower.startsWith(AMQP.prefix.toLowerCase(Locale.ROOT)) || lower.startsWith(OTHER_AMQP) ? AMQP : null;
    }

    String attribute(String header) {
        return header.substring(prefix.length()).toLowerCase(Locale.ROOT);
    }

    String encoded(String value) {
        return encodes
                ? ENCODED.matcher(value)
                        .replaceAll(part -> URLEncoder.encode(part.group(), StandardCharsets.UTF_8)
                                .replace("+", "%20"))
                : value;
    }

    String decoded(String value) {
        return encodes ? URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8) : value;
    }
}
