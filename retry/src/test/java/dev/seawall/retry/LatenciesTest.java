package dev.seawall.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.seawall.test.Property;
import dev.seawall.test.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** The histogram against a sorted list of all it was given. */
final class LatenciesTest {

    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final Latencies latencies = new Latencies();

    private void add(int calls, long nanos, double percentile) {
        for (int i = 0; i < calls; i++) {
            latencies.add(nanos, percentile);
        }
    }

    @Test
    void nanos_fewerThanAHundredCalls_isUnknown() {
        add(99, MILLI, 95);

        assertThat(latencies.nanos(95)).isEqualTo(Latencies.UNKNOWN);
        add(1, MILLI, 95);
        assertThat(latencies.nanos(95)).isNotEqualTo(Latencies.UNKNOWN);
    }

    @Test
    void nanos_anotherPercentileThanBefore_isComputedAnew() {
        add(190, MILLI, 95);
        add(10, 100 * MILLI, 95);

        assertThat(latencies.nanos(50)).isCloseTo(MILLI, fourPercent(MILLI));
        assertThat(latencies.nanos(96)).isCloseTo(100 * MILLI, fourPercent(100 * MILLI));
        assertThat(latencies.nanos(95)).isCloseTo(MILLI, fourPercent(MILLI));
    }

    @Test
    void nanos_afterTwoThousandCallsOfAnotherKind_hasForgottenTheFirst() {
        add(1_000, 100 * MILLI, 10);

        add(2_000, MILLI, 99.9);

        assertThat(latencies.nanos(99.9)).isCloseTo(MILLI, fourPercent(MILLI));
    }

    @Test
    void nanos_afterLessThanAThousandCallsOfAnotherKind_hasNotForgottenTheFirst() {
        add(1_000, 100 * MILLI, 95);

        add(999, MILLI, 95);

        assertThat(latencies.nanos(95)).isCloseTo(100 * MILLI, fourPercent(100 * MILLI));
    }

    @Test
    void nanos_extremeLatencies_areKeptInRange() {
        add(50, -1, 50);
        add(50, 0, 50);
        add(100, Long.MAX_VALUE, 50);

        assertThat(latencies.nanos(50)).isBetween(0L, 1_024L);
        assertThat(latencies.nanos(99))
                .isCloseTo(TimeUnit.MINUTES.toNanos(73), fourPercent(TimeUnit.MINUTES.toNanos(73)));
    }

    @Test
    void nanos_randomLatencies_agreesWithASortedList() {
        Property.named("a percentile is that of the recent calls, within its stated error")
                .cases(300)
                .check(LatenciesTest::compare);
    }

    private static void compare(SeededRandom random) {
        Latencies latencies = new Latencies();
        List<Long> all = new ArrayList<>();
        double percentile = random.nextDouble(1, 99.9);
        double spread = random.nextDouble(1, 30);
        int steps = random.nextInt(1, 80);
        for (int i = 0; i < steps * Latencies.STEP; i++) {
            long nanos = (long) Math.exp(random.nextDouble(0, spread));
            all.add(nanos);
            latencies.add(nanos, percentile);
        }

        long estimate = latencies.nanos(percentile);

        int calls = all.size();
        int full = calls / Latencies.GENERATION * Latencies.GENERATION;
        List<Long> recent = all.subList(Math.max(0, full - Latencies.GENERATION), calls).stream()
                .sorted()
                .toList();
        if (calls < Latencies.FEWEST) {
            assertThat(estimate).isEqualTo(Latencies.UNKNOWN);
        } else {
            long exact = recent.get((int) Math.ceil(recent.size() * percentile / 100) - 1);
            assertThat(estimate).isCloseTo(exact, within(Math.max(1_000, exact / 25)));
        }
    }

    private static Offset<Long> fourPercent(long nanos) {
        return within(nanos / 25);
    }

    @Test
    void add_manyThreads_losesNoCall() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            long nanos = (t + 1) * 10 * MILLI;
            threads.add(new Thread(() -> add(100, nanos, 25)));
        }

        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(latencies.nanos(24.9)).isCloseTo(10 * MILLI, fourPercent(10 * MILLI));
        assertThat(latencies.nanos(49.9)).isCloseTo(20 * MILLI, fourPercent(20 * MILLI));
        assertThat(latencies.nanos(74.9)).isCloseTo(30 * MILLI, fourPercent(30 * MILLI));
        assertThat(latencies.nanos(75.1)).isCloseTo(40 * MILLI, fourPercent(40 * MILLI));
    }
}
