package dev.seawall.outbox.webhook;

import dev.seawall.Require;
import java.net.URI;
import java.util.List;

/**
 * Who receives webhooks: an address, and the secrets it knows. While a secret is exchanged there are two, and each message has a
 * signature of each. Its text shows neither secrets nor the query and user of the address, which may be some. Immutable.
 */
public final class WebhookEndpoint {

    private static final int MOST_SECRETS = 5;

    private final URI uri;
    private final List<WebhookSecret> secrets;

    private WebhookEndpoint(URI uri, WebhookSecret[] secrets, List<String> schemes) {
        Require.check(
                schemes.contains(uri.getScheme()) && uri.getHost() != null,
                "the address of an endpoint must begin with %s and name a host, was %s",
                String.join(" or ", schemes),
                plain(uri));
        Require.between("number of secrets", secrets.length, 1, MOST_SECRETS);
        this.uri = uri;
        this.secrets = List.of(secrets);
    }

    /**
     * An endpoint.
     *
     * @param uri where messages are posted, over {@code https}
     * @param secrets 1 to 5 secrets, each of which signs
     * @return an endpoint
     */
    public static WebhookEndpoint of(URI uri, WebhookSecret... secrets) {
        return new WebhookEndpoint(uri, secrets, List.of("https"));
    }

    /**
     * An endpoint that may be without TLS, where the network can be trusted: anyone on the way can read the messages.
     *
     * @param uri where messages are posted, over {@code http} or {@code https}
     * @param secrets 1 to 5 secrets, each of which signs
     * @return an endpoint
     */
    public static WebhookEndpoint unencrypted(URI uri, WebhookSecret... secrets) {
        return new WebhookEndpoint(uri, secrets, List.of("http", "https"));
    }

    /**
     * Where messages are posted.
     *
     * @return the whole address
     */
    public URI uri() {
        return uri;
    }

    List<WebhookSecret> secrets() {
        return secrets;
    }

    private static String plain(URI uri) {
        return uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort())
                + uri.getRawPath();
    }

    @Override
    public String toString() {
        return plain(uri);
    }
}
