package dev.seawall.payload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.seawall.payload.PayloadException.Reason;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PayloadTypesTest {

    private record Order(String id) {}

    private static final PayloadCodec<Order> ORDERS = PayloadCodec.of(
            "text/plain", order -> order.id().getBytes(UTF_8), bytes -> new Order(new String(bytes, UTF_8)));

    private static PayloadTypes.Builder orders(int version) {
        return PayloadTypes.builder().type("order", version, Order.class, ORDERS);
    }

    private static EncodedPayload stored(String type, int version, String text) {
        return EncodedPayload.of(type, version, "text/plain", text.getBytes(UTF_8));
    }

    private static PayloadCodec.Step<byte[], byte[]> appending(String text) {
        return bytes -> (new String(bytes, UTF_8) + text).getBytes(UTF_8);
    }

    private static PayloadException refusal(PayloadTypes types, EncodedPayload payload) {
        return catchThrowableOfType(PayloadException.class, () -> types.decode(payload));
    }

    // ---- what is written is read

    @Test
    void encode_registeredClass_carriesNameVersionAndContentType() {
        EncodedPayload payload = orders(3).build().encode(new Order("o-1"));

        assertThat(payload).isEqualTo(stored("order", 3, "o-1"));
        assertThat(orders(3).build().decode(payload)).isEqualTo(new Order("o-1"));
    }

    @Test
    void basic_bytesAndText_areThere() {
        PayloadTypes types = PayloadTypes.basic();

        assertThat(types.decode(types.encode("Straße"), String.class)).isEqualTo("Straße");
        assertThat(types.decode(types.encode(new byte[] {1, 2}), byte[].class)).containsExactly(1, 2);
        assertThat(types.encode("a").contentType()).isEqualTo("text/plain; charset=utf-8");
    }

    @Test
    void encode_whatIsEncodedAlready_staysAsItIs() {
        EncodedPayload foreign = stored("somebody.elses", 9, "x");

        assertThat(PayloadTypes.basic().encode(foreign)).isSameAs(foreign);
    }

    @Test
    void encode_unknownClass_tellsWhatToDo() {
        assertThatThrownBy(() -> PayloadTypes.basic().encode(new Order("secret")))
                .isInstanceOfSatisfying(
                        PayloadException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.UNKNOWN_TYPE))
                .hasMessageContaining(Order.class.getName())
                .hasMessageContaining("PayloadTypes.builder().type(…)")
                .hasMessageNotContaining("secret");
    }

    @Test
    void encode_codecThatFails_isMalformedWithItsCause() {
        PayloadTypes types = PayloadTypes.builder()
                .type("order", 1, Order.class, PayloadCodec.of("x/y", order -> fail("full"), bytes -> new Order("")))
                .build();

        assertThatThrownBy(() -> types.encode(new Order("secret")))
                .isInstanceOfSatisfying(
                        PayloadException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.MALFORMED))
                .hasMessageNotContaining("secret")
                .hasCauseInstanceOf(IOException.class);
    }

    private static byte[] fail(String why) throws IOException {
        throw new IOException(why);
    }

    // ---- bounds

    @Test
    void mostBytes_oneMore_isTooLargeBothWays() {
        PayloadTypes types = orders(1).mostBytes(4).build();

        assertThat(types.decode(types.encode(new Order("1234")))).isEqualTo(new Order("1234"));
        assertThatThrownBy(() -> types.encode(new Order("12345")))
                .isInstanceOfSatisfying(
                        PayloadException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.TOO_LARGE))
                .hasMessageContaining("at most 4 bytes are allowed");
        assertThat(refusal(types, stored("order", 1, "12345")).reason()).isEqualTo(Reason.TOO_LARGE);
    }

    @Test
    void decode_hundredMegabytes_isRefusedBeforeAnyCodecSeesThem() {
        AtomicInteger calls = new AtomicInteger();
        PayloadTypes types = PayloadTypes.builder()
                .type("order", 1, Order.class, PayloadCodec.of("x/y", order -> new byte[0], bytes -> {
                    calls.incrementAndGet();
                    return new Order("");
                }))
                .build();

        PayloadException refused = refusal(types, EncodedPayload.of("order", 1, "x/y", new byte[100 << 20]));

        assertThat(refused.reason()).isEqualTo(Reason.TOO_LARGE);
        assertThat(refused).hasMessageContaining("104857600 bytes");
        assertThat(calls).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, (64 << 20) + 1})
    void mostBytes_outOfRange_isRefused(int bytes) {
        assertThatThrownBy(() -> PayloadTypes.builder().mostBytes(bytes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("mostBytes must be from 1 to 67108864");
    }

    // ---- versions

    @Test
    void decode_oldVersions_takeEachStepInOrder() {
        PayloadTypes types = orders(4)
                .upcaster("order", 3, appending("-4"))
                .upcaster("order", 2, appending("-3"))
                .build();

        assertThat(types.decode(stored("order", 2, "o"))).isEqualTo(new Order("o-3-4"));
        assertThat(types.decode(stored("order", 3, "o"))).isEqualTo(new Order("o-4"));
        assertThat(types.decode(stored("order", 4, "o"))).isEqualTo(new Order("o"));
        assertThat(refusal(types, stored("order", 1, "o")).reason()).isEqualTo(Reason.NO_UPCASTER);
    }

    @Test
    void decode_newerVersion_isRefusedAndSaysWhatIsKnown() {
        PayloadException refused = refusal(orders(2).build(), stored("order", 3, "secret"));

        assertThat(refused.reason()).isEqualTo(Reason.NEWER_VERSION);
        assertThat(refused).hasMessageContaining("versions up to 2").hasMessageNotContaining("secret");
    }

    @Test
    void decode_upcasterThatFailsOrAnswersNull_isMalformed() {
        PayloadTypes failing =
                orders(2).upcaster("order", 1, bytes -> fail("broken")).build();
        PayloadTypes empty = orders(2).upcaster("order", 1, bytes -> null).build();

        assertThat(refusal(failing, stored("order", 1, "o")).reason()).isEqualTo(Reason.MALFORMED);
        assertThat(refusal(empty, stored("order", 1, "o")).reason()).isEqualTo(Reason.MALFORMED);
    }

    @Test
    void knows_namesAndVersionsThatCanBeRead_andNoOthers() {
        PayloadTypes types = orders(3).upcaster("order", 2, appending("")).build();

        assertThat(types.knows(stored("order", 3, ""))).isTrue();
        assertThat(types.knows(stored("order", 2, ""))).isTrue();
        assertThat(types.knows(stored("order", 1, ""))).isFalse();
        assertThat(types.knows(stored("order", 4, ""))).isFalse();
        assertThat(types.knows(stored("bill", 1, ""))).isFalse();
    }

    // ---- hostile input

    @ParameterizedTest
    @ValueSource(
            strings = {"unknown", "java.lang.Runtime", "dev.seawall.payload.PayloadTypesTest-Order", "Order", "ORDER"})
    void decode_nameThatIsNotRegistered_isUnknownWhateverClassItNames(String name) {
        PayloadException refused = refusal(orders(1).build(), stored(name, 1, "o"));

        assertThat(refused.reason()).isEqualTo(Reason.UNKNOWN_TYPE);
        assertThat(refused).hasMessageContaining("no type is registered by that name");
    }

    @Test
    void decode_codecThatOverflowsTheStack_isMalformed() {
        PayloadTypes types = PayloadTypes.builder()
                .type(
                        "order",
                        1,
                        Order.class,
                        PayloadCodec.of("x/y", order -> new byte[0], bytes -> new Order(endless(1))))
                .build();

        assertThat(refusal(types, stored("order", 1, "o"))).hasCauseInstanceOf(StackOverflowError.class);
    }

    @SuppressWarnings("InfiniteRecursion")
    private static String endless(int depth) {
        return endless(depth + 1) + depth;
    }

    @Test
    void decode_codecThatAnswersNull_isMalformed() {
        PayloadTypes types = PayloadTypes.builder()
                .type("order", 1, Order.class, PayloadCodec.of("x/y", order -> new byte[0], bytes -> null))
                .build();

        assertThat(refusal(types, stored("order", 1, "o")).reason()).isEqualTo(Reason.MALFORMED);
    }

    @Test
    void decode_textThatIsNoUtf8_isMalformed() {
        EncodedPayload broken = EncodedPayload.of("text", 1, "text/plain", new byte[] {(byte) 0xC3, 0x28});

        assertThat(refusal(PayloadTypes.basic(), broken).reason()).isEqualTo(Reason.MALFORMED);
    }

    @Test
    void decode_asAnotherClass_isMalformedAndNamesBoth() {
        PayloadTypes types = orders(1).build();

        assertThatThrownBy(() -> types.decode(stored("order", 1, "o"), String.class))
                .isInstanceOfSatisfying(
                        PayloadException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.MALFORMED))
                .hasMessageContaining("is a " + Order.class.getName() + ", not a java.lang.String");
    }

    // ---- registration

    @Test
    void type_nameOrClassTwice_isRefused() {
        assertThatThrownBy(() -> orders(1).type("order", 2, List.class, null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> orders(1).type("order", 2, Integer.class, PayloadCodec.of("x/y", i -> null, b -> 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("type 'order' is registered twice");
        assertThatThrownBy(() -> orders(1).type("bestellung", 1, Order.class, ORDERS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is registered as 'order' and as 'bestellung'");
        assertThatThrownBy(() -> PayloadTypes.builder().type("text", 1, Order.class, ORDERS))
                .hasMessage("type 'text' is registered twice");
    }

    @Test
    void type_versionBelowOne_isRefused() {
        assertThatThrownBy(() -> orders(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("version must be at least 1, was 0");
    }

    @Test
    void upcaster_thatBelongsNowhere_isRefused() {
        assertThatThrownBy(() -> orders(2).upcaster("bill", 1, appending("")).build())
                .hasMessage("there are upcasters for 'bill', which is not registered");
        assertThatThrownBy(() -> orders(4).upcaster("order", 2, appending("")).build())
                .hasMessage("type 'order' has an upcaster from version 2, but none from 3 to the current version 4");
        assertThatThrownBy(() -> orders(2).upcaster("order", 2, appending("")).build())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> orders(2).upcaster("order", 1, appending("")).upcaster("order", 1, appending("")))
                .hasMessage("type 'order' has two upcasters from version 1");
        assertThatThrownBy(() -> orders(2).upcaster("order", 0, appending("")))
                .hasMessage("from must be at least 1, was 0");
    }

    @Test
    void toString_ofTypes_listsNamesAndVersions() {
        assertThat(orders(3).build()).hasToString("payload types {bytes=1, order=3, text=1}, at most 1048576 bytes");
    }
}
