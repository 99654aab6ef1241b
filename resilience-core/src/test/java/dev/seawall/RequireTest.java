package dev.seawall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Checks of settings, and what they say. */
final class RequireTest {

    @Test
    void valuesInRange_areReturned() {
        assertThat(Require.name("users of 東京")).isEqualTo("users of 東京");
        assertThat(Require.name("x".repeat(200))).hasSize(200);
        assertThat(Require.atLeast("size", 1, 1)).isEqualTo(1);
        assertThat(Require.between("size", 5, 1, 5)).isEqualTo(5);
        assertThat(Require.between("rate", 0.5, 0, 1)).isEqualTo(0.5);
        assertThat(Require.positive("limit", Duration.ofNanos(1))).isEqualTo(Duration.ofNanos(1));
        assertThat(Require.notNegative("delay", Duration.ZERO)).isEqualTo(Duration.ZERO);
        Require.check(true, "never shown");
    }

    @Test
    void name_blankLongOrNull_isRefused() {
        assertRefused(() -> Require.name("  "), "name must not be blank, was '  '");
        assertRefused(() -> Require.name(""), "name must not be blank, was ''");
        assertRefused(() -> Require.name("x".repeat(201)), "name must have at most 200 characters, had 201");
        assertThatThrownBy(() -> Require.name(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("name");
    }

    @Test
    void name_controlCharacters_areRefusedAndNotRepeated() {
        assertRefused(() -> Require.name("a\r\nb"), "name must not contain control characters, was 'a??b'");
        assertRefused(() -> Require.name("a\u0085b\u009bc"), "name must not contain control characters, was 'a?b?c'");
        assertRefused(() -> Require.name("\n"), "name must not contain control characters, was '?'");
    }

    @Test
    void numbers_outOfRange_areRefusedWithRangeAndValue() {
        assertRefused(() -> Require.atLeast("size", 0, 1), "size must be at least 1, was 0");
        assertRefused(() -> Require.between("size", 6, 1, 5), "size must be from 1 to 5, was 6");
        assertRefused(() -> Require.between("size", 0, 1, 5), "size must be from 1 to 5, was 0");
        assertRefused(() -> Require.between("rate", 1.5, 0, 1), "rate must be from 0.0 to 1.0, was 1.5");
        assertRefused(() -> Require.between("rate", Double.NaN, 0, 1), "rate must be from 0.0 to 1.0, was NaN");
    }

    @Test
    void durations_outOfRange_areRefusedWithRangeAndValue() {
        assertRefused(() -> Require.positive("limit", Duration.ZERO), "limit must be longer than 0 s, was 0 s");
        assertRefused(
                () -> Require.positive("limit", Duration.ofMillis(-5)), "limit must be longer than 0 s, was -5 ms");
        assertRefused(
                () -> Require.notNegative("delay", Duration.ofSeconds(-2)), "delay must not be negative, was -2 s");
        assertThatThrownBy(() -> Require.positive("limit", null)).hasMessage("limit");
        assertThatThrownBy(() -> Require.notNegative("delay", null)).hasMessage("delay");
    }

    @Test
    void check_broken_fillsInTheValues() {
        assertRefused(() -> Require.check(false, "%s must be under %s", "a", 3), "a must be under 3");
    }

    private static void assertRefused(Runnable check, String message) {
        assertThatThrownBy(check::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
