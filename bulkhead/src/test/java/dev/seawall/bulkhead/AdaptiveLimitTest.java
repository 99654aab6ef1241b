package dev.seawall.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.Pipeline;
import dev.seawall.VirtualRuntime;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What an adaptive configuration may be, and what is said of one that may not be. */
final class AdaptiveLimitTest {

    private static Arguments refused(String message, Supplier<?> wrong) {
        return Arguments.of(message, wrong);
    }

    private static BulkheadConfig.Builder builder() {
        return BulkheadConfig.builder();
    }

    static Stream<Arguments> outOfRange() {
        return Stream.of(
                refused("min must be from 1 to 1000000, was 0", () -> AdaptiveLimit.aimd(0, 10)),
                refused("max must be from 5 to 1000000, was 4", () -> AdaptiveLimit.vegas(5, 4)),
                refused("max must be from 1 to 1000000, was 1000001", () -> AdaptiveLimit.gradient2(1, 1_000_001)),
                refused("decrease must be from 0.1 to 0.99, was 1.0", () -> new AdaptiveLimit.Aimd(1, 10, 1, null)),
                refused(
                        "slow must be longer than 0 s, was 0 s",
                        () -> AdaptiveLimit.aimd(1, 10).withSlow(Duration.ZERO)),
                refused(
                        "tolerance must be from 1.0 to 10.0, was NaN",
                        () -> AdaptiveLimit.gradient2(1, 10).withTolerance(Double.NaN)),
                refused(
                        "smoothing must be from 0.01 to 1.0, was 0.0",
                        () -> new AdaptiveLimit.Gradient2(1, 10, 1.5, 0, Duration.ofSeconds(30))),
                refused(
                        "probeInterval must be at least 1 s, was 999 ms",
                        () -> AdaptiveLimit.vegas(1, 10).withProbeInterval(Duration.ofMillis(999))),
                refused(
                        "probeInterval must be longer than 0 s, was 0 s",
                        () -> AdaptiveLimit.gradient2(1, 10).withProbeInterval(Duration.ZERO)),
                refused(
                        "limit, where the adaptive one starts, must be from 20 to 50, was 10",
                        () -> builder().adaptive(AdaptiveLimit.vegas(20, 50)).build()),
                refused(
                        "limit, where the adaptive one starts, must be from 1 to 50, was 51",
                        () -> builder()
                                .limit(51)
                                .adaptive(AdaptiveLimit.vegas(1, 50))
                                .build()),
                refused(
                        "overload needs an adaptive limit; it would be without effect",
                        () -> builder().overload(String.class, "busy"::equals).build()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("outOfRange")
    void build_valueOutOfRange_saysSo(String message, Supplier<?> wrong) {
        assertThatThrownBy(wrong::get)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void factories_withoutTuning_haveTheDocumentedDefaults() {
        assertThat(AdaptiveLimit.aimd(1, 50)).isEqualTo(new AdaptiveLimit.Aimd(1, 50, 0.9, null));
        assertThat(AdaptiveLimit.vegas(1, 50)).isEqualTo(new AdaptiveLimit.Vegas(1, 50, Duration.ofSeconds(30)));
        assertThat(AdaptiveLimit.gradient2(1, 50))
                .isEqualTo(new AdaptiveLimit.Gradient2(1, 50, 1.5, 0.2, Duration.ofSeconds(30)));
        assertThat(BulkheadConfig.defaults().adaptive()).isNull();
    }

    @Test
    void toBuilder_ofAnAdaptiveOne_keepsEverything() {
        BulkheadConfig config = builder()
                .adaptive(AdaptiveLimit.vegas(1, 50))
                .overload(String.class, "busy"::equals)
                .build();

        assertThat(config.toBuilder().build()).isEqualTo(config);
    }

    @Test
    void toString_ofEach_namesTheRange() {
        assertThat(AdaptiveLimit.aimd(1, 50)).hasToString("AIMD from 1 to 50");
        assertThat(AdaptiveLimit.vegas(1, 50)).hasToString("Vegas from 1 to 50");
        assertThat(AdaptiveLimit.gradient2(1, 50)).hasToString("Gradient2 from 1 to 50");
    }

    @Test
    void configure_fixedToAdaptiveOrBack_isRefused() {
        BulkheadConfig fixed = BulkheadConfig.defaults();
        BulkheadConfig adaptive = builder().adaptive(AdaptiveLimit.vegas(1, 50)).build();

        assertThatThrownBy(() -> Bulkhead.of("users", fixed).configure(adaptive))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("bulkhead 'users' was made with a fixed limit and stays so");
        assertThatThrownBy(() -> Bulkhead.of("users", adaptive).configure(fixed))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("bulkhead 'users' was made adaptive and stays so");
    }

    @Test
    void link_adaptiveAndAnotherClock_isRefused() {
        BulkheadConfig adaptive = builder().adaptive(AdaptiveLimit.vegas(1, 50)).build();
        Pipeline.Builder pipeline =
                Pipeline.named("users").runtime(VirtualRuntime.create()).with(Bulkhead.of("users", adaptive));

        assertThatThrownBy(pipeline::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("give both the same runtime");
    }
}
