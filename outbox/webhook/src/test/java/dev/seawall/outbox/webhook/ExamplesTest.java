package dev.seawall.outbox.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.Pipeline;
import dev.seawall.Timeout;
import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.PoisonMessageException;
import dev.seawall.outbox.cloudevents.CloudEventsFormat;
import dev.seawall.payload.EncodedPayload;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the documentation shows. */
final class ExamplesTest {

    @Test
    void publisher_forSeveralEndpoints_asksForThatOfTheTopic() {
        Map<String, WebhookEndpoint> endpoints = Map.of();

        // spotless:off
        WebhookPublisher publisher = WebhookPublisher.byTopic(endpoints::get)
                .format(CloudEventsFormat.structured(URI.create("https://shop.example/orders")))
                .pipeline(Pipeline.named("webhooks").with(Timeout.of(Duration.ofSeconds(5))).build())
                .build();
        // spotless:on

        EncodedPayload payload = EncodedPayload.of("text", 1, "text/plain", new byte[0]);
        Envelope message = new Envelope("1", "orders", null, payload, Map.of(), null, Instant.EPOCH);
        assertThatThrownBy(() -> publisher.publish(message)).isInstanceOf(PoisonMessageException.class);
        assertThat(publisher).hasToString("webhook publisher through webhooks: timeout 'timeout' (5 s)");
    }

    @Test
    void signature_ofAStranger_isRefused() {
        WebhookSecret secret = WebhookSecret.of(Base64.getEncoder().encodeToString(new byte[32]));
        Map<String, String> headers = new HashMap<>();
        byte[] body = "{}".getBytes(UTF_8);

        assertThatThrownBy(() -> verify(secret, headers, body)).isInstanceOf(WebhookSignatureException.class);
    }

    private static void verify(WebhookSecret secret, Map<String, String> headers, byte[] body) {
        // spotless:off
        WebhookSignature signature = WebhookSignature.of(secret);
        signature.verify(headers::get, body);
        // spotless:on
    }
}
