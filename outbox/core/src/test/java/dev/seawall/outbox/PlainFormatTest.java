package dev.seawall.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.outbox.Envelope.Position;
import dev.seawall.payload.EncodedPayload;
import dev.seawall.test.Property;
import dev.seawall.test.SeededRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PlainFormatTest {

    private static final EnvelopeFormat FORMAT = EnvelopeFormat.plain();
    private static final Instant RECEIVED = Instant.parse("2026-11-22T00:00:00Z");
    private static final List<String> LETTERS =
            List.of("a", "Z", "0", "%", "+", " ", "ü", "\"", "/", "\\", "\uD83D\uDE00", "=", "日", "&", "~");

    private static Envelope read(WireMessage wire, @Nullable String key) {
        return FORMAT.read(wire, "orders", key, RECEIVED);
    }

    private static WireMessage wire(String... headers) {
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < headers.length; i += 2) {
            map.put(headers[i], headers[i + 1]);
        }
        return WireMessage.of("text/plain", map, "hi".getBytes(UTF_8));
    }

    @Test
    void write_randomEnvelopes_areReadBackEqual() {
        Property.named("an envelope comes back from its plain form as it was").check(random -> {
            Envelope envelope = random(random);
            WireMessage wire = FORMAT.write(envelope);

            assertThat(read(wire, null)).isEqualTo(envelope);
            assertThat(wire.headers()).isEqualTo(FORMAT.write(envelope).headers());
            assertThat(wire.headers().get("seawall-key")).matches(key -> key == null || key.matches("[!-~]+"), "ASCII");
        });
    }

    private static Envelope random(SeededRandom random) {
        byte[] bytes = new byte[random.nextInt(50)];
        random.nextBytes(bytes);
        Map<String, String> headers = new HashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            headers.put("header-" + i, text(random));
        }
        return new Envelope(
                "id-" + random.nextLong(),
                "orders",
                random.chance(0.2) ? null : text(random),
                EncodedPayload.of(
                        "type." + random.nextInt(9), 1 + random.nextInt(Integer.MAX_VALUE), "text/plain", bytes),
                headers,
                random.chance(0.2)
                        ? null
                        : new Position(random.nextInt(100_000), random.nextLong(1L << 59), random.nextLong(1L << 59)),
                Instant.ofEpochSecond(random.nextLong(4_000_000_000L), random.nextInt(1_000_000_000)));
    }

    private static String text(SeededRandom random) {
        StringBuilder text = new StringBuilder();
        for (int i = 1 + random.nextInt(20); i > 0; i--) {
            text.append(random.pick(LETTERS));
        }
        return text.toString();
    }

    @Test
    void read_headersInOtherCase_areUnderstood() {
        Map<String, String> upper = new HashMap<>();
        Envelope envelope = random(new SeededRandom(1));
        FORMAT.write(envelope).headers().forEach((name, value) -> {
            boolean own = name.startsWith("seawall-");
            upper.put(own ? name.toUpperCase(Locale.ROOT) : name, value);
        });

        assertThat(read(WireMessage.of("text/plain", upper, envelope.payload().bytes()), null))
                .isEqualTo(envelope);
    }

    @Test
    void read_messageOfOthers_takesWhatTheBrokerKnows() {
        Envelope read = read(WireMessage.of("", Map.of("seawall-id", "7"), "hi".getBytes(UTF_8)), "brokers-key");

        assertThat(read)
                .isEqualTo(new Envelope(
                        "7",
                        "orders",
                        "brokers-key",
                        EncodedPayload.of("bytes", 1, "application/octet-stream", "hi".getBytes(UTF_8)),
                        Map.of(),
                        null,
                        RECEIVED));
    }

    @Test
    void read_keyOfTheMessage_goesBeforeTheBrokers() {
        assertThat(read(wire("seawall-id", "7", "seawall-key", "a%20b"), "brokers-key")
                        .key())
                .isEqualTo("a b");
    }

    @Test
    void read_withoutId_isPoison() {
        assertThatThrownBy(() -> read(wire(), null))
                .isInstanceOf(PoisonMessageException.class)
                .hasMessage("a message of orders has no id: header seawall-id must have 1 to 200 characters");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 201, 100_000})
    void read_idOfAnotherLength_isPoison(int length) {
        assertThatThrownBy(() -> read(wire("seawall-id", "x".repeat(length)), null))
                .isInstanceOf(PoisonMessageException.class)
                .hasMessageNotContaining("xx");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "seawall-version  | zero",
                "seawall-version  | 0",
                "seawall-version  | -1",
                "seawall-version  | 99999999999",
                "seawall-type     | java.lang.Runtime;",
                "seawall-type     | [B",
                "seawall-type     | ''",
                "seawall-key      | %ZZ",
                "seawall-key      | %",
                "seawall-position | 1/2",
                "seawall-position | -1/2/3",
                "seawall-position | 1/2/9999999999999999999",
                "seawall-position | 1/2/3/4",
                "seawall-created  | yesterday",
                "seawall-created  | +9999999999-01-01T00:00:00Z"
            })
    void read_headerThatCannotBeRead_isPoison(String header, String value) {
        assertThatThrownBy(() -> read(wire("seawall-id", "7", header, value), null))
                .isInstanceOf(PoisonMessageException.class)
                .hasMessage("a message of orders has headers that cannot be read");
    }

    @Test
    void read_contentTypeThatCannotBeKept_isPoison() {
        WireMessage wire = WireMessage.of("text/plain\r\nInjected: x", Map.of("seawall-id", "7"), new byte[0]);

        assertThatThrownBy(() -> read(wire, null)).isInstanceOf(PoisonMessageException.class);
    }

    @Test
    void read_randomHeaders_areAMessageOrPoisonAndNothingElse() {
        List<String> names = List.of("id", "type", "version", "key", "position", "created", "other");

        Property.named("hostile headers make a message or a poison message").check(random -> {
            Map<String, String> headers = new HashMap<>();
            for (String name : names) {
                if (random.chance(0.7)) {
                    headers.put("seawall-" + name, random.chance(0.5) ? "1" : text(random));
                }
            }
            try {
                assertThat(read(WireMessage.of(text(random), headers, new byte[0]), null)
                                .id())
                        .isNotBlank();
            } catch (PoisonMessageException refused) {
                assertThat(refused).hasMessageContaining("a message of orders");
            }
        });
    }

    @Test
    void toString_ofAWireMessage_showsNoContent() {
        assertThat(wire("a", "canary")).hasToString("wire message of 2 bytes, 1 headers");
    }
}
