package dev.seawall.jackson3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.seawall.payload.EncodedPayload;
import dev.seawall.payload.PayloadException;
import dev.seawall.payload.PayloadException.Reason;
import dev.seawall.payload.PayloadTypes;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.BasicPolymorphicTypeValidator;

final class JacksonCodecTest {

    record Line(String article, int pieces) {}

    record Order(String id, BigDecimal total, List<Line> lines, Map<String, Line> byArticle) {}

    record Page<T>(List<T> items) {}

    record Orders(Page<Line> page) {}

    record Anything(Object value) {}

    record Times(
            Instant instant,
            Duration duration,
            Period period,
            LocalDate date,
            LocalTime time,
            LocalDateTime dateTime,
            OffsetTime offsetTime,
            OffsetDateTime offsetDateTime,
            ZonedDateTime zonedDateTime,
            YearMonth month,
            ZoneId zone,
            ZoneOffset offset,
            Map<LocalDate, String> byDate) {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Card.class, name = "card"),
        @JsonSubTypes.Type(value = Cash.class, name = "cash")
    })
    sealed interface Payment permits Card, Cash {}

    record Card(String number) implements Payment {}

    record Cash() implements Payment {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
    interface ByClassName {}

    record Named(String text) implements ByClassName {}

    record HoldsOne(
            @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS) Object value) {}

    record HoldsMany(
            @JsonTypeInfo(use = JsonTypeInfo.Id.MINIMAL_CLASS)
            List<Object> values) {}

    /** What no name in JSON may bring to life. */
    public static final class Gadget {

        static final AtomicBoolean LOADED = new AtomicBoolean();

        public Gadget() {
            LOADED.set(true);
        }
    }

    private static final Order ORDER =
            new Order("o-1", new BigDecimal("12.50"), List.of(new Line("nut", 3)), Map.of("nut", new Line("nut", 3)));

    private static PayloadTypes types() {
        return PayloadTypes.builder()
                .type("order", 1, Order.class, JacksonCodec.of(Order.class))
                .type("anything", 1, Anything.class, JacksonCodec.of(Anything.class))
                .build();
    }

    private static EncodedPayload json(String type, String json) {
        return EncodedPayload.of(type, 1, "application/json", json.getBytes(UTF_8));
    }

    private static PayloadException refusal(String type, String json) {
        return catchThrowableOfType(PayloadException.class, () -> types().decode(json(type, json)));
    }

    private static String text(byte[] json) {
        return new String(json, UTF_8);
    }

    // ---- what is written is read

    @Test
    void encode_recordWithGenericParts_isReadBackEqual() {
        EncodedPayload payload = types().encode(ORDER);

        assertThat(payload.contentType()).isEqualTo("application/json");
        assertThat(types().decode(payload, Order.class)).isEqualTo(ORDER);
    }

    @Test
    void encode_nestedGenericRecord_keepsTheTypeOfItsParts() throws Exception {
        var codec = JacksonCodec.of(Orders.class);
        Orders orders = new Orders(new Page<>(List.of(new Line("nut", 1))));

        assertThat(codec.decode(codec.encode(orders))).isEqualTo(orders);
    }

    @Test
    void encode_typesOfJavaTime_areIsoTextAndReadBackEqual() throws Exception {
        var codec = JacksonCodec.of(Times.class);
        Times times = new Times(
                Instant.parse("2026-11-21T10:15:30.123456Z"),
                Duration.ofSeconds(90),
                Period.ofMonths(3),
                LocalDate.of(2026, 11, 21),
                LocalTime.of(10, 15, 30),
                LocalDateTime.of(2026, 11, 21, 10, 15, 30),
                OffsetTime.parse("10:15:30+02:00"),
                OffsetDateTime.parse("2026-11-21T10:15:30+02:00"),
                ZonedDateTime.parse("2026-11-21T10:15:30+01:00[Europe/Berlin]"),
                YearMonth.of(2026, 11),
                ZoneId.of("Europe/Berlin"),
                ZoneOffset.ofHours(2),
                Map.of(LocalDate.of(2026, 11, 21), "today"));

        byte[] json = codec.encode(times);

        assertThat(codec.decode(json)).isEqualTo(times);
        assertThat(text(json))
                .isEqualTo("{\"byDate\":{\"2026-11-21\":\"today\"},\"date\":\"2026-11-21\","
                        + "\"dateTime\":\"2026-11-21T10:15:30\",\"duration\":\"PT1M30S\","
                        + "\"instant\":\"2026-11-21T10:15:30.123456Z\",\"month\":\"2026-11\",\"offset\":\"+02:00\","
                        + "\"offsetDateTime\":\"2026-11-21T10:15:30+02:00\",\"offsetTime\":\"10:15:30+02:00\","
                        + "\"period\":\"P3M\",\"time\":\"10:15:30\",\"zone\":\"Europe/Berlin\","
                        + "\"zonedDateTime\":\"2026-11-21T10:15:30+01:00[Europe/Berlin]\"}");
    }

    @Test
    void encode_propertiesAndMapKeys_areSortedSoThatTheBytesAreTheSame() throws Exception {
        Map<String, Line> oneWay = new LinkedHashMap<>();
        oneWay.put("b", new Line("b", 1));
        oneWay.put("a", new Line("a", 2));
        Map<String, Line> otherWay = new LinkedHashMap<>();
        otherWay.put("a", new Line("a", 2));
        otherWay.put("b", new Line("b", 1));
        var codec = JacksonCodec.of(Order.class);

        byte[] json = codec.encode(new Order("o", BigDecimal.ONE, List.of(), oneWay));

        assertThat(json).isEqualTo(codec.encode(new Order("o", BigDecimal.ONE, List.of(), otherWay)));
        assertThat(text(json))
                .isEqualTo("{\"byArticle\":{\"a\":{\"article\":\"a\",\"pieces\":2},"
                        + "\"b\":{\"article\":\"b\",\"pieces\":1}},\"id\":\"o\",\"lines\":[],\"total\":1}");
    }

    @Test
    void encode_mapWithAMapperOfTheUser_isSortedToo() throws Exception {
        Map<String, Integer> map = new LinkedHashMap<>();
        map.put("b", 1);
        map.put("a", 2);

        var codec = JacksonCodec.of(Anything.class, JsonMapper.builder().build());

        assertThat(text(codec.encode(new Anything(map)))).isEqualTo("{\"value\":{\"a\":2,\"b\":1}}");
    }

    @Test
    void decode_propertiesOfNewerCode_areLeftOutAndMissingOnesAbsent() throws Exception {
        Line line = JacksonCodec.of(Line.class).decode("{\"article\":\"nut\",\"colour\":\"red\"}".getBytes(UTF_8));

        assertThat(line).isEqualTo(new Line("nut", 0));
    }

    @Test
    void encode_logicalNamesOfSubtypes_areWrittenAndReadBack() throws Exception {
        var codec = JacksonCodec.of(Payment.class);

        byte[] json = codec.encode(new Card("1"));

        assertThat(text(json)).isEqualTo("{\"kind\":\"card\",\"number\":\"1\"}");
        assertThat(codec.decode(json)).isEqualTo(new Card("1"));
    }

    // ---- hostile input

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "{",
                "[]",
                "{\"id\":\"o\"} {}",
                "{\"id\":\"o\"}garbage",
                "{\"id\":\"a\",\"id\":\"b\"}",
                "{\"total\":\"NaN\"}",
                "{\"lines\":{}}",
                "\u0000"
            })
    void decode_whatIsNotOneObject_isMalformed(String json) {
        assertThat(refusal("order", json)).extracting(PayloadException::reason).isEqualTo(Reason.MALFORMED);
    }

    @Test
    void decode_moreThanAHundredLevels_isMalformed() {
        String deep = "[".repeat(99) + "]".repeat(99);
        String deeper = "[".repeat(100) + "]".repeat(100);

        assertThat(types().decode(json("anything", "{\"value\":" + deep + "}"))).isInstanceOf(Anything.class);
        assertThat(refusal("anything", "{\"value\":" + deeper + "}").reason()).isEqualTo(Reason.MALFORMED);
        assertThat(refusal("anything", "{\"unknown\":" + deeper + "}").reason()).isEqualTo(Reason.MALFORMED);
    }

    @Test
    void decode_numberOfTooManyDigits_isMalformed() {
        assertThat(refusal("anything", "{\"value\":" + "9".repeat(1_001) + "}").reason())
                .isEqualTo(Reason.MALFORMED);
    }

    @Test
    void decode_hundredMegabytes_isRefusedUnread() {
        EncodedPayload huge = EncodedPayload.of("order", 1, "application/json", new byte[100 << 20]);

        assertThatThrownBy(() -> types().decode(huge))
                .isInstanceOfSatisfying(
                        PayloadException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.TOO_LARGE));
    }

    @Test
    void decode_namesOfClasses_areDataAndNothingElse() {
        String name = Gadget.class.getName();

        Anything object = types().decode(
                        json("anything", "{\"@class\":\"" + name + "\",\"value\":{\"@class\":\"" + name + "\"}}"),
                        Anything.class);
        Anything array = types().decode(json("anything", "{\"value\":[\"" + name + "\",{}]}"), Anything.class);

        assertThat(object.value()).isEqualTo(Map.of("@class", name));
        assertThat(array.value()).isEqualTo(List.of(name, Map.of()));
        assertThat(Gadget.LOADED).isFalse();
    }

    @Test
    void decode_unknownLogicalName_isRefused() {
        String json = "{\"kind\":\"" + Gadget.class.getName() + "\"}";

        assertThatThrownBy(() -> JacksonCodec.of(Payment.class).decode(json.getBytes(UTF_8)))
                .hasMessageContaining("known type ids = [card, cash]");
        assertThat(Gadget.LOADED).isFalse();
    }

    @Test
    void decode_annotationThatReadsClassNames_isRefusedWhereverItStands() {
        String gadget = "{\"@class\":\"" + Gadget.class.getName() + "\"}";

        for (JsonMapper mapper : List.of(JsonMapper.builder().build(), Mappers.SAFE)) {
            assertThatThrownBy(() -> JacksonCodec.of(ByClassName.class, mapper).decode(gadget.getBytes(UTF_8)))
                    .hasMessageContaining("puts class names into the JSON");
            assertThatThrownBy(() -> JacksonCodec.of(HoldsOne.class, mapper)
                            .decode(("{\"value\":" + gadget + "}").getBytes(UTF_8)))
                    .hasMessageContaining("puts class names into the JSON");
            assertThatThrownBy(() -> JacksonCodec.of(HoldsMany.class, mapper)
                            .decode(("{\"values\":[" + gadget + "]}").getBytes(UTF_8)))
                    .hasMessageContaining("puts class names into the JSON");
        }
        assertThat(Gadget.LOADED).isFalse();
    }

    @Test
    void encode_annotationThatWritesClassNames_isRefused() {
        assertThatThrownBy(() -> JacksonCodec.of(ByClassName.class).encode(new Named("text")))
                .hasMessageContaining("puts class names into the JSON");
    }

    @Test
    void of_mapperWithDefaultTyping_isRefused() {
        var everything = BasicPolymorphicTypeValidator.builder()
                .allowIfBaseType(Object.class)
                .build();
        JsonMapper polymorphic =
                JsonMapper.builder().activateDefaultTyping(everything).build();

        assertThatThrownBy(() -> JacksonCodec.of(Order.class, polymorphic))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must not have default typing")
                .hasMessageContaining(Order.class.getName());
    }

    @Test
    void decode_trailingGarbageWithAMapperOfTheUser_isRefused() {
        var codec = JacksonCodec.of(Line.class, JsonMapper.builder().build());

        assertThatThrownBy(() -> codec.decode("{\"article\":\"a\",\"pieces\":1} {}".getBytes(UTF_8)))
                .hasMessageContaining("Trailing token");
    }

    // ---- upcasters

    private static PayloadTypes thirdVersion() {
        return PayloadTypes.builder()
                .type("line", 3, Line.class, JacksonCodec.of(Line.class))
                .upcaster("line", 1, JacksonCodec.upcaster(old -> {
                    old.set("article", old.remove("name"));
                    return old;
                }))
                .upcaster(
                        "line",
                        2,
                        JacksonCodec.upcaster(
                                old -> old.put("pieces", old.get("pieces").asInt() * 12)))
                .build();
    }

    @Test
    void decode_oldVersions_climbTheChainOfUpcasters() {
        byte[] first = "{\"name\":\"nut\",\"pieces\":2}".getBytes(UTF_8);
        byte[] second = "{\"article\":\"nut\",\"pieces\":2}".getBytes(UTF_8);

        assertThat(thirdVersion().decode(EncodedPayload.of("line", 1, "application/json", first)))
                .isEqualTo(new Line("nut", 24));
        assertThat(thirdVersion().decode(EncodedPayload.of("line", 2, "application/json", second)))
                .isEqualTo(new Line("nut", 24));
        assertThat(thirdVersion().decode(EncodedPayload.of("line", 3, "application/json", second)))
                .isEqualTo(new Line("nut", 2));
    }

    @Test
    void upcaster_numbers_keepAllTheirDigits() throws Exception {
        String json = "{\"a\":1.10,\"b\":123456789012345678901234567890,\"c\":0.1234567890123456789}";

        byte[] same = JacksonCodec.upcaster(tree -> tree).apply(json.getBytes(UTF_8));

        assertThat(text(same)).isEqualTo(json);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "null", "1", "", "{} {}", "{\"name\":1,\"name\":2}"})
    void upcaster_whatIsNotOneObject_isMalformed(String json) {
        EncodedPayload old = EncodedPayload.of("line", 1, "application/json", json.getBytes(UTF_8));

        assertThatThrownBy(() -> thirdVersion().decode(old))
                .isInstanceOfSatisfying(
                        PayloadException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.MALFORMED));
    }

    @Test
    void upcaster_thatAnswersNull_isMalformed() {
        var step = JacksonCodec.upcaster(old -> null);

        assertThatThrownBy(() -> step.apply("{}".getBytes(UTF_8)))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("must not answer null");
    }

    @Test
    void toString_ofACodec_namesTheClass() {
        assertThat(JacksonCodec.of(Line.class)).hasToString("JSON codec of " + Line.class.getName());
    }
}
