package dev.seawall.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.payload.EncodedPayload;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MessageTest {

    private static Message withHeader(String name, String value) {
        return Message.of("orders", "key", "payload").withHeader(name, value);
    }

    @Test
    void of_everythingAllowed_isKept() {
        Message message = Message.of("orders.v1/eu:a*", "Straße 1 \uD83D\uDE00", "payload")
                .withHeader("Trace-Id1", "Zürich")
                .withHeader("Trace-Id1", "again")
                .delayedBy(Duration.ofDays(3_650));

        assertThat(message.topic()).isEqualTo("orders.v1/eu:a*");
        assertThat(message.key()).isEqualTo("Straße 1 \uD83D\uDE00");
        assertThat(message.headers()).isEqualTo(Map.of("Trace-Id1", "again"));
        assertThat(message.delay()).isEqualTo(Duration.ofDays(3_650));
        assertThat(Message.unkeyed("orders", "payload").key()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a\nb", "a\u0000", "é", "a\u007f"})
    void topic_thatABrokerMightNotTake_isRefusedAndNotShownAsItIs(String topic) {
        assertThatThrownBy(() -> Message.of(topic, "key", "payload"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("topic")
                .hasMessageNotContainingAny("\n", "\u0000", "\u007f");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\nb", "\u0000", "\u0085", "\uD83D", "a\uDE00b"})
    void key_thatCannotBeWrittenEverywhere_isRefused(String key) {
        assertThatThrownBy(() -> Message.of("orders", key, "payload"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("key");
    }

    @Test
    void topicAndKey_longest_haveTwoHundredCharacters() {
        assertThat(Message.of("a".repeat(200), "k".repeat(200), "payload")).isNotNull();
        assertThatThrownBy(() -> Message.of("a".repeat(201), "k", "payload"))
                .hasMessage("length of topic must be from 1 to 200, was 201");
        assertThatThrownBy(() -> Message.of("a", "k".repeat(201), "payload"))
                .hasMessage("length of key must be from 1 to 200, was 201");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:b", "a\nb", "é", "a_b", "a."})
    void header_nameOfAnotherForm_isRefused(String name) {
        assertThatThrownBy(() -> withHeader(name, "value"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"seawall-id", "SEAWALL-TYPE", "Seawall-"})
    void header_ownName_isTaken(String name) {
        assertThatThrownBy(() -> withHeader(name, "value"))
                .hasMessage("headers that begin with seawall- are taken, was " + name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nInjected: b", "\u0000", "\uD83D"})
    void header_valueThatCouldHarm_isRefusedAndNotShown(String value) {
        assertThatThrownBy(() -> withHeader("name", value))
                .hasMessage("header name must not have control characters or lone surrogates");
    }

    @Test
    void headers_sizes_areBounded() {
        assertThat(withHeader("n".repeat(100), "v".repeat(2_000))).isNotNull();
        assertThatThrownBy(() -> withHeader("n".repeat(101), ""))
                .hasMessage("length of a header's name must be from 1 to 100, was 101");
        assertThatThrownBy(() -> withHeader("n", "v".repeat(2_001)))
                .hasMessage("header n must have at most 2000 characters, had 2001");

        Message message = Message.of("orders", "key", "payload");
        for (int i = 0; i < 7; i++) {
            message = message.withHeader("n" + i, "v".repeat(1_998)); // 2,000 each
        }
        Message full = message.withHeader("n7", "v".repeat(1_998));
        assertThatThrownBy(() -> full.withHeader("m", ""))
                .hasMessage("headers must have at most 16000 characters, had 16001");
    }

    @Test
    void delay_negativeOrTooLong_isRefused() {
        Message message = Message.of("orders", "key", "payload");

        assertThatThrownBy(() -> message.delayedBy(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("delay must not be negative");
        assertThatThrownBy(() -> message.delayedBy(Duration.ofDays(3_650).plusNanos(1)))
                .hasMessageContaining("delay must be at most 3,650 days");
    }

    @Test
    void toString_ofMessageAndEnvelope_showNoContent() {
        Message message = Message.of("orders", "canary-key", "canary")
                .withHeader("a", "canary")
                .delayedBy(Duration.ofSeconds(1));
        Envelope envelope = new Envelope(
                "id-1",
                "orders",
                "canary-key",
                EncodedPayload.of("text", 1, "text/plain", "canary".getBytes(StandardCharsets.UTF_8)),
                Map.of("a", "canary"),
                new Envelope.Position(1, 2, 3),
                Instant.EPOCH);

        assertThat(message).hasToString("message to orders, keyed, delayed by PT1S");
        assertThat(envelope).hasToString("message id-1 of orders (text v1, 6 bytes of text/plain, at 1/2/3)");
    }
}
