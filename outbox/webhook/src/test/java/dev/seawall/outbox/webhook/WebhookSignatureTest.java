package dev.seawall.outbox.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WebhookSignatureTest {

    private static final String TEXT = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final WebhookSecret SECRET = WebhookSecret.of(TEXT);
    private static final WebhookSecret OTHER =
            WebhookSecret.of(Base64.getEncoder().encodeToString(new byte[32]));
    private static final long SENT = 1_614_265_330;
    private static final byte[] BODY = "{\"test\": 2432232314}".getBytes(UTF_8);

    private final Map<String, String> headers = new HashMap<>(
            Map.of("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek", "webhook-timestamp", Long.toString(SENT)));

    private static WebhookSignature at(long seconds, WebhookSecret... secrets) {
        return WebhookSignature.of(
                List.of(secrets), Duration.ofMinutes(5), InstantSource.fixed(Instant.ofEpochSecond(seconds)));
    }

    private void sign(WebhookSecret... secrets) {
        var endpoint = WebhookEndpoint.of(URI.create("https://example.com/"), secrets);
        headers.put(
                "webhook-signature",
                WebhookSignature.signatures(
                        endpoint, headers.get("webhook-id"), headers.get("webhook-timestamp"), BODY));
    }

    private void assertRefused(WebhookSignature check, byte[] body, String why) {
        assertThatThrownBy(() -> check.verify(headers::get, body))
                .isInstanceOf(WebhookSignatureException.class)
                .hasMessageContaining(why);
    }

    @Test
    void signatures_ofAKnownMessage_areThoseOfAnotherImplementation() {
        sign(SECRET);

        assertThat(headers.get("webhook-signature")).isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void verify_genuineMessage_passes() {
        sign(SECRET);

        assertThatCode(() -> at(SENT + 10, SECRET).verify(headers::get, BODY)).doesNotThrowAnyException();
    }

    @Test
    void verify_whileASecretIsExchanged_eitherSecretIsEnough() {
        sign(OTHER, SECRET);

        assertThat(headers.get("webhook-signature").split(" ")).hasSize(2);
        assertThatCode(() -> at(SENT, SECRET).verify(headers::get, BODY)).doesNotThrowAnyException();
        assertThatCode(() -> at(SENT, OTHER).verify(headers::get, BODY)).doesNotThrowAnyException();

        sign(SECRET);
        assertThatCode(() -> at(SENT, OTHER, SECRET).verify(headers::get, BODY)).doesNotThrowAnyException();
    }

    @Test
    void verify_otherBodyIdTimeOrSecret_isRefused() {
        sign(SECRET);
        assertRefused(at(SENT, SECRET), "{\"test\": 2432232315}".getBytes(UTF_8), "none of its signatures");
        assertRefused(at(SENT, OTHER), BODY, "none of its signatures");

        headers.put("webhook-timestamp", Long.toString(SENT + 1));
        assertRefused(at(SENT, SECRET), BODY, "none of its signatures");

        headers.put("webhook-timestamp", Long.toString(SENT));
        headers.put("webhook-id", "msg_other");
        assertRefused(at(SENT, SECRET), BODY, "none of its signatures");
    }

    @Test
    void verify_beyondTheTolerance_isRefusedInEitherDirection() {
        sign(SECRET);

        assertThatCode(() -> at(SENT + 300, SECRET).verify(headers::get, BODY)).doesNotThrowAnyException();
        assertThatCode(() -> at(SENT - 300, SECRET).verify(headers::get, BODY)).doesNotThrowAnyException();
        assertRefused(at(SENT + 301, SECRET), BODY, "away from now");
        assertRefused(at(SENT - 301, SECRET), BODY, "away from now");
    }

    @ParameterizedTest
    @ValueSource(strings = {"webhook-id", "webhook-timestamp", "webhook-signature"})
    void verify_missingOrHugeHeader_isRefused(String header) {
        sign(SECRET);

        headers.put(header, "1".repeat(100_000));
        assertRefused(at(SENT, SECRET), BODY, header);
        headers.put(header, "");
        assertRefused(at(SENT, SECRET), BODY, header);
        headers.remove(header);
        assertRefused(at(SENT, SECRET), BODY, header);
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "1.5", "999999999999", "-99999999999", "0x10"})
    void verify_timestampThatIsNone_isRefused(String timestamp) {
        headers.put("webhook-timestamp", timestamp);
        sign(SECRET);

        assertThatThrownBy(() -> at(SENT, SECRET).verify(headers::get, BODY))
                .isInstanceOf(WebhookSignatureException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1,", "v1,!", "v1", ",", " ", "v2,AAAA", "v1a,AAAA", "V1,AAAA"})
    void verify_signatureInAnotherForm_isRefused(String signature) {
        headers.put("webhook-signature", signature);

        assertRefused(at(SENT, SECRET), BODY, "none of its signatures");
    }

    @Test
    void secret_ofOtherForms_isCheckedAndNeverShown() {
        assertThat(WebhookSecret.of(TEXT.substring("whsec_".length()))).isNotNull();
        assertThatThrownBy(() -> WebhookSecret.of("whsec_topSecret%%%"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be Base64")
                .hasMessageNotContaining("topSecret")
                .hasNoCause();
        assertThatThrownBy(() -> WebhookSecret.of(Base64.getEncoder().encodeToString(new byte[23])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must have from 24 to 64 bytes, had 23");
        assertThat(SECRET.toString() + at(SENT, SECRET)).doesNotContain(TEXT.substring(8));
    }
}
