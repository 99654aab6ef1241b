package dev.seawall.outbox.webhook;

import dev.seawall.Durations;
import dev.seawall.Require;
import dev.seawall.ResilienceRuntime;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Checks webhooks where they arrive: who knows none of the secrets can neither make one nor change its id, time or body, nor send
 * an old one again after the tolerance. Within it, the same message may come more than once: an {@link dev.seawall.outbox.Inbox}
 * recognises it by its id. Other headers are not signed.
 *
 * <p><b>Threads:</b> immutable, safe for any number of threads. Takes the same time whatever part of a signature is right.
 */
public final class WebhookSignature {

    /** Name of the header with the message's id, which stays the same however often it is sent. */
    public static final String ID = "webhook-id";

    /** Name of the header with the time of sending, in seconds since 1970. */
    public static final String TIMESTAMP = "webhook-timestamp";

    /** Name of the header with the signatures. */
    public static final String SIGNATURE = "webhook-signature";

    /** How far the clocks may be apart, unless set otherwise: 5 minutes. */
    public static final Duration DEFAULT_TOLERANCE = Duration.ofMinutes(5);

    private static final String SCHEME = "v1,";
    private static final int LONGEST_ID = 200;
    private static final int LONGEST_TIMESTAMP = 12;
    private static final int LONGEST_SIGNATURES = 2_000;

    private final List<WebhookSecret> secrets;
    private final Duration tolerance;
    private final InstantSource clock;

    private WebhookSignature(List<WebhookSecret> secrets, Duration tolerance, InstantSource clock) {
        this.secrets = List.copyOf(secrets);
        this.tolerance = Require.positive("tolerance", tolerance);
        this.clock = Objects.requireNonNull(clock, "clock");
        Require.atLeast("number of secrets", this.secrets.size(), 1);
    }

    /**
     * Checks with the usual tolerance, by the time of day of {@link ResilienceRuntime#shared()}.
     *
     * @param secrets one of them must have signed
     * @return a check
     */
    public static WebhookSignature of(WebhookSecret... secrets) {
        return of(List.of(secrets), DEFAULT_TOLERANCE, ResilienceRuntime.shared()::wallTime);
    }

    /**
     * Checks.
     *
     * @param secrets one of them must have signed
     * @param tolerance how far the time of sending may be from that of the clock, in either direction, longer than 0 s
     * @param clock the time of day
     * @return a check
     */
    public static WebhookSignature of(List<WebhookSecret> secrets, Duration tolerance, InstantSource clock) {
        return new WebhookSignature(secrets, tolerance, clock);
    }

    /**
     * Checks a webhook, before its body is read as anything.
     *
     * @param header the value of a header, asked for by its name in lower case; {@code null} if there is none
     * @param body as it arrived, byte for byte
     * @throws WebhookSignatureException if it is not genuine, or too old; answer with 400 or 401
     */
    public void verify(Function<String, @Nullable String> header, byte[] body) {
        String id = required(header, ID, LONGEST_ID);
        String timestamp = required(header, TIMESTAMP, LONGEST_TIMESTAMP);
        String signatures = required(header, SIGNATURE, LONGEST_SIGNATURES);
        requireRecent(timestamp);
        for (WebhookSecret secret : secrets) {
            byte[] right = secret.sign(id, timestamp, body);
            if (Arrays.stream(signatures.split(" ")).anyMatch(signature -> isSame(right, signature))) {
                return;
            }
        }
        throw new WebhookSignatureException("none of its signatures is right", null);
    }

    private static String required(Function<String, @Nullable String> header, String name, int longest) {
        String value = header.apply(name);
        if (value == null || value.isEmpty() || value.length() > longest) {
            throw new WebhookSignatureException("header " + name + " must have 1 to " + longest + " characters", null);
        }
        return value;
    }

    private void requireRecent(String timestamp) {
        long sent;
        try {
            sent = Long.parseLong(timestamp);
        } catch (NumberFormatException broken) {
            throw new WebhookSignatureException("header " + TIMESTAMP + " must be a whole number", broken);
        }
        Duration apart =
                Duration.between(Instant.ofEpochSecond(sent), clock.instant()).abs();
        if (apart.compareTo(tolerance) > 0) {
            throw new WebhookSignatureException(
                    "it was sent " + Durations.format(apart) + " away from now, allowed are "
                            + Durations.format(tolerance),
                    null);
        }
    }

    private static boolean isSame(byte[] right, String signature) {
        if (!signature.startsWith(SCHEME)) {
            return false; // of another scheme
        }
        try {
            return MessageDigest.isEqual(right, Base64.getDecoder().decode(signature.substring(SCHEME.length())));
        } catch (IllegalArgumentException broken) {
            return false;
        }
    }

    static String signatures(WebhookEndpoint endpoint, String id, String timestamp, byte[] body) {
        return endpoint.secrets().stream()
                .map(secret -> SCHEME + Base64.getEncoder().encodeToString(secret.sign(id, timestamp, body)))
                .collect(Collectors.joining(" "));
    }

    @Override
    public String toString() {
        return "webhook signature of " + secrets.size() + " secrets, within " + Durations.format(tolerance);
    }
}
