package dev.seawall.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class KeyTest {

    static Stream<String> badKeys() {
        return Stream.of(
                "", "a b", "a\nb", "\u0000", "é", "a\u007f", "k".repeat(256), "k".repeat(10_000), "\ud83d\ude00");
    }

    @ParameterizedTest
    @MethodSource("badKeys")
    void of_badKey_isRefusedWithoutShowingIt(String bad) {
        assertThatThrownBy(() -> Key.of("op", bad))
                .isInstanceOf(InvalidKeyException.class)
                .hasMessageStartingWith("the key must ")
                .message()
                .doesNotContain(bad.length() > 2 ? bad : "é");
    }

    @Test
    void of_partsOutOfRange_sayTheRule() {
        assertThatThrownBy(() -> Key.of("", "k")).hasMessage("the operation must have 1 to 100 characters, had 0");
        assertThatThrownBy(() -> Key.of("t".repeat(101), "op", "k"))
                .hasMessage("the tenant must have 0 to 100 characters, had 101");
        assertThatThrownBy(() -> Key.of("o p", "k"))
                .hasMessage("the operation must consist of visible ASCII characters (0x21 to 0x7e), had others");
        assertThatThrownBy(() -> Key.of("op", "k".repeat(256)))
                .hasMessage("the key must have 1 to 255 characters, had 256");
    }

    @Test
    void of_longestParts_areAllowed() {
        assertThat(Key.of("t".repeat(100), "o".repeat(100), "~".repeat(255)).hash())
                .hasSize(32);
    }

    @Test
    void hash_partsThatMove_isAnother() {
        List<Key> keys = List.of(
                Key.of("a", "b", "c"),
                Key.of("ab", "c", "c"),
                Key.of("a", "bc", "c"),
                Key.of("", "ab", "c"),
                Key.of("ab", "c"));

        assertThat(keys.stream().distinct()).hasSize(4); // the last two are one: no tenant is an empty one
        assertThat(keys.get(3)).isEqualTo(keys.get(4)).hasSameHashCodeAs(keys.get(4));
    }

    @Test
    void toString_showsOperationAndShortHash() {
        Key key = Key.of("tenant-canary", "pay", "key-canary");

        assertThat(key).hasToString("pay#" + key.shortHash());
        assertThat(key.shortHash()).matches("[0-9a-f]{8}");
    }

    @Test
    void fingerprint_partsThatMove_isAnother() {
        byte[] body = "{}".getBytes(StandardCharsets.UTF_8);

        assertThat(Fingerprint.of("POST", "/a", body))
                .isEqualTo(Fingerprint.of("POST", "/a", body.clone()))
                .hasSameHashCodeAs(Fingerprint.of("POST", "/a", body))
                .isNotEqualTo(Fingerprint.of("POST/", "a", body))
                .isNotEqualTo(Fingerprint.of("PUT", "/a", body))
                .isNotEqualTo(Fingerprint.of("POST", "/a{", "}".getBytes(StandardCharsets.UTF_8)));
        assertThat(Fingerprint.of("{}")).isEqualTo(Fingerprint.of(body)).isNotEqualTo(Fingerprint.of("{ }"));
        assertThat(Fingerprint.of("secret")).hasToString("fingerprint");
    }
}
