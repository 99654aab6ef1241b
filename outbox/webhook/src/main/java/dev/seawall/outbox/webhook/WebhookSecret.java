package dev.seawall.outbox.webhook;

import dev.seawall.Require;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The key with which webhooks are signed, known to sender and receiver. Its text does not show it. */
public final class WebhookSecret {

    private static final String PREFIX = "whsec_";
    private static final String ALGORITHM = "HmacSHA256";
    private static final int SHORTEST = 24;
    private static final int LONGEST = 64;

    private final SecretKeySpec key;

    private WebhookSecret(byte[] key) {
        Require.check(
                key.length >= SHORTEST && key.length <= LONGEST,
                "a webhook secret must have from %s to %s bytes, had %s",
                SHORTEST,
                LONGEST,
                key.length);
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    /**
     * A secret in the form in which it is handed out.
     *
     * @param text the key in Base64, with or without {@code whsec_} before it
     * @return a secret
     * @throws IllegalArgumentException if it is not Base64, or of fewer than 24 or more than 64 bytes
     */
    public static WebhookSecret of(String text) {
        String encoded = text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text;
        byte[] key;
        try {
            key = Base64.getDecoder().decode(encoded);
        } catch (IllegalArgumentException broken) {
            // without the cause, whose message shows a part of the secret
            throw new IllegalArgumentException("a webhook secret must be Base64, with or without " + PREFIX);
        }
        return new WebhookSecret(key);
    }

    byte[] sign(String id, String timestamp, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
            return mac.doFinal(body);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this JVM has no " + ALGORITHM, missing);
        }
    }

    @Override
    public String toString() {
        return "webhook secret";
    }
}
