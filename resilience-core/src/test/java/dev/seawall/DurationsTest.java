package dev.seawall;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Arithmetic that saturates, and durations as text. */
final class DurationsTest {

    @Test
    void toNanos_inRange_isExact() {
        assertThat(Durations.toNanos(Duration.ofSeconds(3, 7))).isEqualTo(3_000_000_007L);
        assertThat(Durations.toNanos(Duration.ofNanos(-5))).isEqualTo(-5);
        assertThat(Durations.toNanos(Duration.ofNanos(Durations.MAX_NANOS - 1))).isEqualTo(Durations.MAX_NANOS - 1);
    }

    @Test
    void toNanos_outOfRange_saturates() {
        assertThat(Durations.toNanos(Duration.ofSeconds(Long.MAX_VALUE, 999_999_999)))
                .isEqualTo(Durations.MAX_NANOS);
        assertThat(Durations.toNanos(Duration.ofNanos(Long.MAX_VALUE))).isEqualTo(Durations.MAX_NANOS);
        assertThat(Durations.toNanos(Duration.ofSeconds(Long.MIN_VALUE))).isEqualTo(-Durations.MAX_NANOS);
    }

    @Test
    void plus_inRange_isTheSum() {
        assertThat(Durations.plus(1, 41)).isEqualTo(42);
        assertThat(Durations.plus(1, 0)).isEqualTo(1);
    }

    @Test
    void plus_tooFar_staysBeforeNoDeadline() {
        assertThat(Durations.plus(Long.MAX_VALUE - 1, 1)).isEqualTo(Layer.NO_DEADLINE - 1);
        assertThat(Durations.plus(Long.MAX_VALUE - 1, Durations.MAX_NANOS)).isEqualTo(Layer.NO_DEADLINE - 1);
        assertThat(Durations.plus(Long.MAX_VALUE, Long.MAX_VALUE)).isEqualTo(Layer.NO_DEADLINE - 1);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 s",
        "1, 1 ns",
        "999, 999 ns",
        "1_000, 1 µs",
        "1_500, 1.5 µs",
        "1_549, 1.5 µs",
        "1_550, 1.6 µs",
        "999_949, 999.9 µs",
        "999_950, 1 ms",
        "999_999, 1 ms",
        "1_000_000, 1 ms",
        "250_000_000, 250 ms",
        "999_949_999, 999.9 ms",
        "999_950_000, 1 s",
        "1_000_000_000, 1 s",
        "1_500_000_000, 1.5 s",
        "90_000_000_000, 90 s",
        "120_000_000_000, 2 min",
        "5_400_000_000_000, 90 min",
        "7_200_000_000_000, 2 h",
        "86_400_000_000_000, 24 h",
        "-250_000_000, -250 ms",
        "-1, -1 ns"
    })
    void format_nanoseconds_readsAsPeopleWrite(String nanos, String text) {
        assertThat(Durations.format(Duration.ofNanos(Long.parseLong(nanos.replace("_", "")))))
                .isEqualTo(text);
    }

    @Test
    void format_extremes_doNotOverflow() {
        assertThat(Durations.format(Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo("1281023.9 h");
        assertThat(Durations.format(Duration.ofSeconds(Long.MIN_VALUE))).isEqualTo("-1281023.9 h");
    }

    @Test
    void format_otherLocale_isTheSameText() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);

            assertThat(Durations.format(Duration.ofMillis(1_500))).isEqualTo("1.5 s");
        } finally {
            Locale.setDefault(before);
        }
    }
}
