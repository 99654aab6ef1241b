package dev.seawall.outbox.cloudevents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.EnvelopeFormat;
import dev.seawall.outbox.PoisonMessageException;
import dev.seawall.outbox.WireMessage;
import dev.seawall.payload.EncodedPayload;
import dev.seawall.test.Property;
import dev.seawall.test.SeededRandom;
import java.net.URI;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CloudEventsFormatTest {

    private static final URI SOURCE = URI.create("https://shop.example/orders");
    private static final String ID = "0195f3a2-0000-7000-8000-000000000001";
    private static final Instant CREATED = Instant.parse("2026-11-21T10:15:30.123456Z");
    private static final Instant RECEIVED = Instant.parse("2026-11-22T00:00:00Z");
    private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private static final List<String> LETTERS =
            List.of("a", "Z", "0", "%", "+", " x", "ü", "\"", "/", "\\", "\uD83D\uDE00", "=", "日");
    private static final CloudEventsFormat STRUCTURED = CloudEventsFormat.structured(SOURCE);

    static Stream<EnvelopeFormat> formats() {
        return Stream.concat(
                Stream.of(STRUCTURED),
                Stream.of(Binding.values()).map(binding -> CloudEventsFormat.binary(SOURCE, binding)));
    }

    private static Envelope envelope(EncodedPayload payload, Map<String, String> headers) {
        return new Envelope(ID, "orders", "Straße 1% \"+", payload, headers, new Envelope.Position(1, 2, 3), CREATED);
    }

    private static Envelope envelope() {
        return envelope(
                EncodedPayload.of("order-created", 2, "application/json", "{\"a\":1.10}".getBytes(UTF_8)),
                Map.of("tenant", "blue", "traceparent", PARENT));
    }

    private static Envelope read(EnvelopeFormat format, WireMessage wire) {
        return format.read(wire, "orders", "brokers-key", RECEIVED);
    }

    private static void assertPoison(WireMessage wire) {
        assertThatThrownBy(() -> read(STRUCTURED, wire)).isInstanceOf(PoisonMessageException.class);
    }

    private static WireMessage json(String json) {
        return WireMessage.of("application/cloudevents+json", Map.of(), json.getBytes(UTF_8));
    }

    private static WireMessage binary(String... attributes) {
        Map<String, String> headers = new HashMap<>();
        for (int i = 0; i < attributes.length; i += 2) {
            headers.put("ce_" + attributes[i], attributes[i + 1]);
        }
        return WireMessage.of("application/json", headers, "{}".getBytes(UTF_8));
    }

    // ---- what is written

    @ParameterizedTest
    @MethodSource("formats")
    void write_anEnvelope_isReadBackEqual(EnvelopeFormat format) {
        assertThat(read(format, format.write(envelope()))).isEqualTo(envelope());
    }

    @ParameterizedTest
    @MethodSource("formats")
    void write_theSameEnvelopeTwice_looksTheSame(EnvelopeFormat format) {
        WireMessage one = format.write(envelope());
        WireMessage other = format.write(envelope());

        assertThat(one.headers()).isEqualTo(other.headers());
        assertThat(one.body()).isEqualTo(other.body());
    }

    @Test
    void write_binaryForHttp_encodesWhatIsNotVisibleAscii() {
        WireMessage wire = CloudEventsFormat.binary(SOURCE, Binding.HTTP).write(envelope());

        assertThat(wire.contentType()).isEqualTo("application/json");
        assertThat(wire.body()).isEqualTo(envelope().payload().bytes());
        assertThat(wire.headers())
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("tenant", "blue"),
                        Map.entry("traceparent", PARENT),
                        Map.entry("ce-specversion", "1.0"),
                        Map.entry("ce-id", ID),
                        Map.entry("ce-source", "https://shop.example/orders"),
                        Map.entry("ce-type", "order-created"),
                        Map.entry("ce-time", "2026-11-21T10:15:30.123456Z"),
                        Map.entry("ce-subject", "Stra%C3%9Fe%201%25%20%22+"),
                        Map.entry("ce-partitionkey", "Stra%C3%9Fe%201%25%20%22+"),
                        Map.entry("ce-dataversion", "2"),
                        Map.entry("ce-seawallposition", "1/2/3"),
                        Map.entry("ce-traceparent", PARENT)));
    }

    @ParameterizedTest
    @EnumSource
    void write_binary_hasTheNamesOfItsBinding(Binding binding) {
        String prefix = Map.of(
                        Binding.HTTP, "ce-", Binding.NATS, "ce-", Binding.KAFKA, "ce_", Binding.AMQP, "cloudEvents_")
                .get(binding);

        assertThat(CloudEventsFormat.binary(SOURCE, binding).write(envelope()).headers())
                .containsEntry(prefix + "id", ID);
    }

    @Test
    void write_structured_isOneJsonObjectWithTheDataInIt() {
        WireMessage wire = STRUCTURED.write(envelope());

        assertThat(wire.contentType()).isEqualTo("application/cloudevents+json");
        assertThat(wire.headers()).isEqualTo(envelope().headers());
        assertThat(new String(wire.body(), UTF_8))
                .contains("\"specversion\":\"1.0\"", "\"id\":\"" + ID + "\"", "\"data\":{\"a\":1.10}")
                .contains("\"dataversion\":2", "\"time\":\"2026-11-21T10:15:30.123456Z\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{},\"id\":\"forged\"", "{", "", "\"a\"}{", "{\"a\":1}{\"b\":2}", "\u0000\u0001"})
    void write_payloadThatOnlyCallsItselfJson_cannotChangeTheEvent(String bytes) {
        Envelope hostile = envelope(EncodedPayload.of("t", 1, "application/json", bytes.getBytes(UTF_8)), Map.of());

        assertThat(read(STRUCTURED, STRUCTURED.write(hostile))).isEqualTo(hostile);
    }

    @ParameterizedTest
    @MethodSource("formats")
    void write_headersThatLookLikeAttributes_doNotReplaceThem(EnvelopeFormat format) {
        Map<String, String> headers = Map.of("ce-id", "forged", "CE_type", "forged", "cloudEvents:source", "forged");

        Envelope read = read(format, format.write(envelope(envelope().payload(), headers)));

        assertThat(read.id()).isEqualTo(ID);
        assertThat(read.payload().type()).isEqualTo("order-created");
    }

    @Test
    void write_randomEnvelopes_areReadBackEqualByEveryFormat() {
        List<EnvelopeFormat> formats = formats().toList();

        Property.named("an envelope comes back from a CloudEvent as it was")
                .cases(300)
                .check(random -> {
                    Envelope envelope = random(random);
                    EnvelopeFormat format = random.pick(formats);
                    WireMessage wire = format.write(envelope);
                    assertThat(random.pick(formats).read(wire, "orders", null, RECEIVED))
                            .isEqualTo(envelope);
                });
    }

    private static Envelope random(SeededRandom random) {
        byte[] bytes = new byte[random.nextInt(50)];
        random.nextBytes(bytes);
        String contentType = random.pick(List.of("application/octet-stream", "text/plain; charset=utf-8"));
        return new Envelope(
                new UUID(random.nextLong(), random.nextLong()).toString(),
                "orders",
                random.chance(0.2) ? null : text(random),
                EncodedPayload.of("type-" + random.nextInt(10), 1 + random.nextInt(1_000), contentType, bytes),
                random.chance(0.5) ? Map.of() : Map.of("a", text(random), "traceparent", PARENT),
                random.chance(0.2)
                        ? null
                        : new Envelope.Position(random.nextInt(64), random.nextInt(9), random.nextInt(1_000_000)),
                CREATED.plusNanos(1_000L * random.nextInt(1_000_000)));
    }

    private static String text(SeededRandom random) {
        StringBuilder text = new StringBuilder();
        int length = 1 + random.nextInt(20);
        for (int i = 0; i < length; i++) {
            text.append(random.pick(LETTERS));
        }
        return text.toString();
    }

    // ---- events of others

    @Test
    void read_structuredEventOfOthers_becomesAMessage() {
        Envelope read = read(
                STRUCTURED,
                json("{\"specversion\":\"1.0\",\"id\":\"7\",\"source\":\"/others\",\"type\":\"com.example.paid\","
                        + "\"dataversion\":\"2.0\",\"priority\":3,\"tracestate\":\"a=b\",\"traceparent\":\"" + PARENT
                        + "\",\"data\":{\"n\":0.1234567890123456789}}"));

        assertThat(read.id()).isEqualTo("/others#7");
        assertThat(read.payload())
                .isEqualTo(EncodedPayload.of(
                        "com.example.paid", 1, "application/json", "{\"n\":0.1234567890123456789}".getBytes(UTF_8)));
        assertThat(read.key()).isEqualTo("brokers-key");
        assertThat(read.position()).isNull();
        assertThat(read.createdAt()).isEqualTo(RECEIVED);
        assertThat(read.headers()).isEqualTo(Map.of("ce-priority", "3", "traceparent", PARENT, "tracestate", "a=b"));
    }

    @Test
    void read_binaryEventOfOthers_becomesAMessage() {
        Envelope read = read(
                STRUCTURED,
                WireMessage.of(
                        "text/plain",
                        Map.of(
                                "cloudEvents:specversion", "1.0",
                                "cloudEvents:id", "7",
                                "cloudEvents:source", "/others",
                                "cloudEvents:type", "paid",
                                "cloudEvents:time", "2026-11-21T11:15:30+01:00",
                                "cloudEvents:region", "north",
                                "tenant", "blue"),
                        "hi".getBytes(UTF_8)));

        assertThat(read.id()).isEqualTo("/others#7");
        assertThat(read.payload()).isEqualTo(EncodedPayload.of("paid", 1, "text/plain", "hi".getBytes(UTF_8)));
        assertThat(read.createdAt()).isEqualTo(Instant.parse("2026-11-21T10:15:30Z"));
        assertThat(read.headers()).isEqualTo(Map.of("tenant", "blue", "ce-region", "north"));
    }

    @Test
    void read_sameIdOfTwoSources_areTwoMessages() {
        String event = "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"%s\",\"type\":\"t\"}";

        assertThat(read(STRUCTURED, json(event.formatted("/a"))).id())
                .isNotEqualTo(read(STRUCTURED, json(event.formatted("/b"))).id());
        assertThat(read(STRUCTURED, json(event.formatted("/" + "a".repeat(300))))
                        .id())
                .startsWith("sha256:")
                .hasSize(71);
    }

    @Test
    void read_eventWithoutData_hasNoBytes() {
        Envelope read =
                read(STRUCTURED, json("{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/a\",\"type\":\"t\"}"));

        assertThat(read.payload().size()).isZero();
    }

    @Test
    void read_traceThatBreaksTheRules_isIgnored() {
        Envelope read = read(
                STRUCTURED,
                binary("specversion", "1.0", "id", "1", "source", "/a", "type", "t", "traceparent", "00-evil"));

        assertThat(read.headers()).isEmpty();
    }

    // ---- hostile input

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "7",
                "{}",
                "{",
                "{\"specversion\":\"1.0\"}",
                "{\"specversion\":\"9.9\",\"id\":\"1\",\"source\":\"/a\",\"type\":\"t\"}",
                "{\"specversion\":\"1.0\",\"id\":null,\"source\":\"/a\",\"type\":\"t\"}",
                "{\"specversion\":\"1.0\",\"id\":\" \",\"source\":\"/a\",\"type\":\"t\"}",
                "{\"specversion\":\"1.0\",\"id\":{},\"source\":\"/a\",\"type\":\"t\"}",
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\" \\\\\",\"type\":\"t\"}",
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/a\",\"type\":\"a b\"}",
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/a\",\"type\":\"java.lang.Runtime;\\n\"}",
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/a\",\"type\":\"t\",\"time\":\"soon\"}",
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/a\",\"type\":\"t\",\"seawallposition\":\"x\"}",
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"id\":\"2\",\"source\":\"/a\",\"type\":\"t\"}",
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/a\",\"type\":\"t\",\"data_base64\":\"%\"}",
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/a\",\"type\":\"t\"} {}"
            })
    void read_structuredThatIsNoEvent_isPoison(String json) {
        assertPoison(json(json));
    }

    @Test
    void read_structuredWithDeepNesting_isPoison() {
        String event = "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/a\",\"type\":\"t\",\"data\":%s}";

        assertThat(read(STRUCTURED, json(event.formatted("[".repeat(100) + "]".repeat(100))))
                        .payload()
                        .size())
                .isEqualTo(200);
        assertPoison(json(event.formatted("[".repeat(200) + "]".repeat(200))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/cloudevents-batch+json",
                "application/cloudevents+xml",
                "application/cloudevents+avro",
                "application/cloudevents"
            })
    void read_eventInAnotherForm_isPoison(String contentType) {
        assertPoison(WireMessage.of(contentType, Map.of(), "[]".getBytes(UTF_8)));
    }

    @Test
    void read_binaryThatIsNoEvent_isPoison() {
        assertPoison(binary());
        assertPoison(binary("specversion", "1.0"));
        assertPoison(binary("specversion", "", "id", "1", "source", "/a", "type", "t"));
        assertPoison(binary("specversion", "1.0", "id", "1", "source", "/a", "type", "t", "bad name!", "x"));
        assertPoison(binary("specversion", "1.0", "id", "1", "source", "/a", "type", "t", "time", "9".repeat(10_000)));
        assertPoison(WireMessage.of(
                "", Map.of("ce-specversion", "1.0", "ce-id", "%ZZ", "ce-source", "/a", "ce-type", "t"), new byte[0]));
    }

    @Test
    void read_attributeTwice_isPoison() {
        assertPoison(WireMessage.of(
                "",
                Map.of("ce_specversion", "1.0", "ce_id", "1", "CE_ID", "2", "ce_source", "/a", "ce_type", "t"),
                new byte[0]));
    }

    @Test
    void source_thatIsEmptyOrHuge_isRefused() {
        assertThatThrownBy(() -> CloudEventsFormat.structured(URI.create("")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("length of source must be from 1 to 150, was 0");
    }
}
