package dev.seawall.jackson2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CanonicalJsonTest {

    private static String canonical(String json) {
        byte[] canonical = JacksonCodec.canonicalJson(json.getBytes(StandardCharsets.UTF_8));
        return new String(canonical, StandardCharsets.UTF_8);
    }

    @Test
    void canonicalJson_membersAndSpace_areInOneOrderWithoutSpace() {
        assertThat(canonical(" { \"b\" : [ 1 , {\"z\":null, \"a\":true} ],\n\"a\":\"x y\" } "))
                .isEqualTo("{\"a\":\"x y\",\"b\":[1,{\"a\":true,\"z\":null}]}");
    }

    @ParameterizedTest
    @CsvSource({
        "1.0, 1",
        "1e2, 100",
        "100.00, 1E+2",
        "-0, 0",
        "-0.0, 0",
        "0e5, 0",
        "0.10, 1e-1",
        "12345678901234567890.0, 12345678901234567890"
    })
    void canonicalJson_numbersOfOneValue_areWrittenAlike(String one, String other) {
        assertThat(canonical("[" + one + "]")).isEqualTo(canonical("[" + other + "]"));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 2",
        "0.1, 0.10000000000000001",
        "1, '\"1\"'",
        "[1], 1",
        "null, {}",
        "9007199254740993, 9007199254740992"
    })
    void canonicalJson_otherValues_stayOthers(String one, String other) {
        assertThat(canonical(one)).isNotEqualTo(canonical(other));
    }

    @Test
    void canonicalJson_escapes_areOneWithTheirCharacters() {
        assertThat(canonical("\"\\u0041\\/\"")).isEqualTo("\"A/\"");
    }

    @Test
    void canonicalJson_largeExponents_costNoDigits() {
        assertThat(canonical("1e999999999").length()).isLessThan(20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{\"a\":1,\"a\":1}", "{", "1 2", "{\"a\":NaN}", "nul", "1e99999999999"})
    void canonicalJson_whatIsNoJson_isRefused(String bad) {
        assertThatThrownBy(() -> canonical(bad)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void canonicalJson_tooDeep_isRefused() {
        assertThatThrownBy(() -> canonical("[".repeat(101) + "]".repeat(101)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void canonicalJson_membersInAnyOrder_areOneFormAndThatIsItsOwn() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            List<String> members = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                members.add("\"m" + i + "\":" + value(random));
            }
            String one = canonical("{" + String.join(",", members) + "}");
            Collections.shuffle(members, random);

            assertThat(canonical("{ " + String.join(" , ", members) + "}"))
                    .as("seed %s", seed)
                    .isEqualTo(one);
            assertThat(canonical(one)).as("seed %s", seed).isEqualTo(one);
        }
    }

    private static String value(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> String.valueOf(random.nextInt());
            case 1 -> String.valueOf(random.nextDouble());
            case 2 -> "\"" + random.nextInt(100) + "\"";
            default -> "{\"y\":[" + random.nextInt(9) + "],\"x\":false}";
        };
    }
}
