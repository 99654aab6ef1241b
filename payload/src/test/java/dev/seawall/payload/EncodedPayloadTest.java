package dev.seawall.payload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EncodedPayloadTest {

    private static EncodedPayload named(String type) {
        return EncodedPayload.of(type, 1, "text/plain", new byte[0]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "0", "order-created", "com.example.Order_1"})
    void type_ofTheAllowedForm_isKept(String type) {
        assertThat(named(type).type()).isEqualTo(type);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "-a", ".a", "_a", "a b", "a/b", "a\nb", "a\u0000", "[Ljava.lang.String;", "é", "a$b"})
    void type_ofAnotherForm_isRefusedAndNotShownAsItIs(String type) {
        assertThatThrownBy(() -> named(type))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContainingAny("\n", "\u0000");
    }

    @Test
    void type_longestName_hasAHundredCharacters() {
        assertThat(named("a".repeat(100)).type()).hasSize(100);
        assertThatThrownBy(() -> named("a".repeat(101)))
                .hasMessage("length of the type's name must be from 1 to 100, was 101");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\r\nb", "text/plain\u0000", "téxt"})
    void contentType_thatCouldHarmAHeader_isRefused(String contentType) {
        assertThatThrownBy(() -> EncodedPayload.of("a", 1, contentType, new byte[0]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("contentType");
    }

    @Test
    void version_belowOne_isRefused() {
        assertThatThrownBy(() -> EncodedPayload.of("a", 0, "text/plain", new byte[0]))
                .hasMessage("version must be at least 1, was 0");
    }

    @Test
    void equals_sameParts_areEqualAndAnyOtherPartIsNot() {
        EncodedPayload payload = EncodedPayload.of("a", 1, "text/plain", new byte[] {1});

        assertThat(payload)
                .isEqualTo(EncodedPayload.of("a", 1, "text/plain", new byte[] {1}))
                .hasSameHashCodeAs(EncodedPayload.of("a", 1, "text/plain", new byte[] {1}))
                .isNotEqualTo(EncodedPayload.of("b", 1, "text/plain", new byte[] {1}))
                .isNotEqualTo(EncodedPayload.of("a", 2, "text/plain", new byte[] {1}))
                .isNotEqualTo(EncodedPayload.of("a", 1, "text/html", new byte[] {1}))
                .isNotEqualTo(EncodedPayload.of("a", 1, "text/plain", new byte[] {2}));
    }

    @Test
    void toString_tellsTheSizeAndNeverTheContent() {
        assertThat(EncodedPayload.of("card", 2, "text/plain", "4111".getBytes(UTF_8)))
                .hasToString("card v2, 4 bytes of text/plain");
    }
}
