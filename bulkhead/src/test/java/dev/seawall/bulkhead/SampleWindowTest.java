package dev.seawall.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When a window has enough, and what it then tells. */
final class SampleWindowTest {

    private static final long LATER = SampleWindow.LEAST_NANOS;

    private static int callsUntilComplete(SampleWindow window, long now) {
        for (int calls = 1; calls <= 1_000; calls++) {
            if (window.took(10, now)) {
                return calls;
            }
        }
        return Integer.MAX_VALUE;
    }

    @Test
    void took_beforeTheShortestTime_isNotComplete() {
        SampleWindow window = new SampleWindow(1, 0, 1, 0);

        assertThat(callsUntilComplete(window, LATER)).isEqualTo(Integer.MAX_VALUE);
        assertThat(window.took(10, LATER + 1)).isTrue();
    }

    @Test
    void took_beforeACallsTime_isNotComplete() {
        SampleWindow window = new SampleWindow(1, 3 * LATER, 1, 0);

        assertThat(callsUntilComplete(window, 3 * LATER)).isEqualTo(Integer.MAX_VALUE);
        assertThat(window.took(10, 3 * LATER + 1)).isTrue();
    }

    @Test
    void took_threeCallsPerPermitFrom10To100_completes() {
        assertThat(callsUntilComplete(new SampleWindow(0, 0, 1, 0), LATER)).isEqualTo(10);
        assertThat(callsUntilComplete(new SampleWindow(0, 0, 20, 0), LATER)).isEqualTo(60);
        assertThat(callsUntilComplete(new SampleWindow(0, 0, 1_000_000, 0), LATER))
                .isEqualTo(100);
    }

    @Test
    void dropped_countsAsACallThatEnded() {
        SampleWindow window = new SampleWindow(0, 0, 1, 0);
        for (int i = 0; i < 9; i++) {
            window.took(10, LATER);
        }

        assertThat(window.dropped(LATER)).isTrue();
        assertThat(window.sample(LATER)).isEqualTo(new Sample(LATER, 10, 9, 1, 0));
    }

    @Test
    void sample_withoutASuccess_hasNoMean() {
        SampleWindow window = new SampleWindow(0, 0, 1, 4);
        window.dropped(LATER);

        assertThat(window.sample(LATER)).isEqualTo(new Sample(LATER, 0, 0, 1, 4));
    }

    @Test
    void begun_keepsTheMostInUse() {
        SampleWindow window = new SampleWindow(0, 0, 1, 4);
        window.begun(9);
        window.begun(2);

        assertThat(window.sample(LATER).mostInUse()).isEqualTo(9);
    }
}
