package dev.seawall.benchmarks.overload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PercentilesTest {

    private static final int MILLI = 1_000_000;

    @ParameterizedTest
    @CsvSource({"50, 500", "99, 990", "99.9, 999", "99.91, 1000", "100, 1000", "0.1, 1", "0.0001, 1"})
    void millis_of1To1000_isTheSmallestThatSoManyDoNotExceed(double percent, double expected) {
        Percentiles percentiles =
                Percentiles.of(LongStream.rangeClosed(1, 1_000).map(i -> (1_001 - i) * MILLI));

        assertThat(percentiles.millis(percent)).isEqualTo(expected);
    }

    @Test
    void millis_ofOne_isThatOne() {
        assertThat(Percentiles.of(LongStream.of(3 * MILLI)).millis(1)).isEqualTo(3);
    }

    @Test
    void millis_ofNone_isZero() {
        assertThat(Percentiles.of(LongStream.empty()).millis(99)).isZero();
    }
}
