package dev.seawall.outbox.webhook;

import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.PoisonMessageException;
import dev.seawall.outbox.WireMessage;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** A message as a request: the same each time but for the time of sending, and the signatures that depend on it. */
record WebhookRequest(String id, WireMessage wire, WebhookEndpoint endpoint) {

    /** What says how the bytes of a request are to be taken belongs to the client alone. */
    private static final Set<String> TAKEN = Set.of(
            "connection",
            "content-encoding",
            "content-length",
            "content-type",
            "expect",
            "host",
            "keep-alive",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "user-agent");

    private static final Pattern ID = Pattern.compile("[!-\\-/-~]+"); // no '.', which separates what is signed
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+");
    private static final Pattern BEYOND_ASCII = Pattern.compile("[^ -~]+");

    static WebhookRequest of(Envelope message, WireMessage wire, WebhookEndpoint endpoint) {
        if (!ID.matcher(message.id()).matches()) {
            throw new PoisonMessageException(
                    "the id of a webhook must consist of visible ASCII characters without '.'", null);
        }
        wire.headers().keySet().forEach(WebhookRequest::requireFree);
        return new WebhookRequest(message.id(), wire, endpoint);
    }

    private static void requireFree(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (!NAME.matcher(name).matches() || lower.startsWith("webhook-") || TAKEN.contains(lower)) {
            throw new PoisonMessageException(
                    "header " + name.replaceAll("[^!-~]", "?") + " cannot be that of a webhook", null);
        }
    }

    HttpRequest signed(InstantSource clock) {
        String timestamp = Long.toString(clock.instant().getEpochSecond());
        HttpRequest.Builder request = HttpRequest.newBuilder(endpoint.uri())
                .POST(BodyPublishers.ofByteArray(wire.body()))
                .setHeader("Content-Type", wire.contentType())
                .setHeader("User-Agent", "seawall");
        wire.headers().forEach((name, value) -> request.setHeader(name, ascii(value)));
        return request.setHeader(WebhookSignature.ID, id)
                .setHeader(WebhookSignature.TIMESTAMP, timestamp)
                .setHeader(
                        WebhookSignature.SIGNATURE, WebhookSignature.signatures(endpoint, id, timestamp, wire.body()))
                .build();
    }

    /** Headers carry ASCII; what is beyond is percent-encoded. */
    private static String ascii(String value) {
        return BEYOND_ASCII.matcher(value).replaceAll(part -> URLEncoder.encode(part.group(), StandardCharsets.UTF_8));
    }
}
