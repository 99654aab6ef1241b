package dev.seawall.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.test.NetworkFault.Direction;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class NetworkFaultTest {

    private static final Duration SHORT = Duration.ofMillis(10);
    private static final Duration LONG = Duration.ofMillis(50);

    @Test
    void toString_anyFault_saysWhatGoesWrong() {
        assertThat(NetworkFault.NONE).hasToString("no fault");
        assertThat(NetworkFault.latency(LONG)).hasToString("latency of 50 ms");
        assertThat(NetworkFault.jitter(SHORT, LONG)).hasToString("jitter of 10 ms to 50 ms");
        assertThat(NetworkFault.bandwidth(1_000)).hasToString("bandwidth of 1000 bytes per second");
        assertThat(NetworkFault.slices(3, SHORT)).hasToString("slices of 3 bytes every 10 ms");
        assertThat(NetworkFault.blackHole()).hasToString("black hole");
        assertThat(NetworkFault.loss(Direction.ANSWERS)).hasToString("loss of answers");
        assertThat(NetworkFault.halfOpen()).hasToString("half-open");
        assertThat(NetworkFault.refused()).hasToString("refused");
        assertThat(NetworkFault.reset()).hasToString("reset");
        assertThat(NetworkFault.resetAfter(9, Direction.REQUESTS)).hasToString("reset after 9 bytes of requests");
        assertThat(NetworkFault.cutAfter(9, Direction.ANSWERS)).hasToString("cut after 9 bytes of answers");
        assertThat(NetworkFault.cutAnswer()).hasToString("cut in the middle of an answer");
        assertThat(NetworkFault.slowClose(LONG)).hasToString("close later by 50 ms");
    }

    @Test
    void latency_zero_isRefused() {
        assertThatThrownBy(() -> NetworkFault.latency(Duration.ZERO))
                .hasMessage("delay must be longer than 0 s, was 0 s");
    }

    @Test
    void jitter_wrongOrder_isRefused() {
        assertThatThrownBy(() -> NetworkFault.jitter(LONG, SHORT))
                .hasMessage("least must be shorter than most, was 50 ms and 10 ms");
    }

    @Test
    void bytes_none_areRefused() {
        assertThatThrownBy(() -> NetworkFault.cutAfter(0, Direction.ANSWERS))
                .hasMessage("bytes must be at least 1, was 0");
        assertThatThrownBy(() -> NetworkFault.bandwidth(0)).hasMessage("bytesPerSecond must be at least 1, was 0");
    }
}
