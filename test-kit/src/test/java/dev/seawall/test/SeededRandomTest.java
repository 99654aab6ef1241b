package dev.seawall.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SeededRandomTest {

    private static final Duration LEAST = Duration.ofNanos(3);
    private static final Duration MOST = Duration.ofNanos(6);

    private final SeededRandom random = new SeededRandom(1);

    @Test
    void nextLong_anySeed_isTheSequenceOfSplitmix64() {
        SeededRandom reference = new SeededRandom(1234567);

        List<String> numbers = IntStream.range(0, 3)
                .mapToObj(i -> Long.toUnsignedString(reference.nextLong()))
                .toList();

        assertThat(numbers).containsExactly("6457827717110365317", "3203168211198807973", "9817491932198370423");
    }

    @Test
    void pick_manyTimes_returnsEachValueAboutEquallyOften() {
        List<String> picked = IntStream.range(0, 3_000)
                .mapToObj(i -> random.pick(List.of("a", "b", "c")))
                .toList();

        assertThat(List.of("a", "b", "c"))
                .allSatisfy(value -> assertThat(
                                picked.stream().filter(value::equals).count())
                        .isBetween(900L, 1_100L));
    }

    @Test
    void pick_noValues_isRefused() {
        assertThatThrownBy(() -> random.pick(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("values must have at least one element, had none");
    }

    @Test
    void durationBetween_manyTimes_reachesBothEndsAndNothingElse() {
        List<Long> nanos = IntStream.range(0, 200)
                .mapToObj(i -> random.durationBetween(LEAST, MOST).toNanos())
                .distinct()
                .toList();

        assertThat(nanos).containsExactlyInAnyOrder(3L, 4L, 5L, 6L);
    }

    @Test
    void durationBetween_wrongOrder_isRefused() {
        assertThatThrownBy(() -> random.durationBetween(MOST, LEAST))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("least must not be longer than most, was 6 ns > 3 ns");
    }

    @Test
    void chance_certainOrImpossible_isNotLeftToChance() {
        assertThat(IntStream.range(0, 1_000)).allMatch(i -> random.chance(1)).noneMatch(i -> random.chance(0));
    }

    @Test
    void chance_manyTimes_happensAboutThatOften() {
        long happened =
                IntStream.range(0, 100_000).filter(i -> random.chance(0.3)).count();

        assertThat(happened).isBetween(29_000L, 31_000L); // 7 standard deviations either way
    }

    @Test
    void chance_noProbability_isRefused() {
        assertThatThrownBy(() -> random.chance(1.5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("probability must be from 0.0 to 1.0, was 1.5");
    }
}
