package dev.seawall.outbox;

import java.util.Map;
import java.util.Objects;

/**
 * A message in the form in which a broker carries it: headers and a body. Immutable, as long as nobody changes the body. Its text
 * shows no content.
 */
public final class WireMessage {

    private final String contentType;
    private final Map<String, String> headers;
    private final byte[] body;

    private WireMessage(String contentType, Map<String, String> headers, byte[] body) {
        this.contentType = Objects.requireNonNull(contentType, "contentType");
        this.headers = Map.copyOf(headers);
        this.body = Objects.requireNonNull(body, "body");
    }

    /**
     * A message as a broker carries it.
     *
     * @param contentType media type of the body
     * @param headers by name, without the content type
     * @param body not copied: it must not be changed any more
     * @return a message
     */
    public static WireMessage of(String contentType, Map<String, String> headers, byte[] body) {
        return new WireMessage(contentType, headers, body);
    }

    /**
     * What the body is.
     *
     * @return a media type; empty if the broker told none
     */
    public String contentType() {
        return contentType;
    }

    /**
     * The headers.
     *
     * @return by name
     */
    public Map<String, String> headers() {
        return headers;
    }

    /**
     * The body.
     *
     * @return not a copy: it must not be changed
     */
    public byte[] body() {
        return body;
    }

    @Override
    public String toString() {
        return "wire message of " + body.length + " bytes, " + headers.size() + " headers";
    }
}
