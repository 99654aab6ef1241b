package dev.seawall.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.Durations;
import dev.seawall.test.Property;
import dev.seawall.test.SeededRandom;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every window against its {@link NaiveWindow naive twin}: what it holds and how it decides, after each result. */
final class WindowTwinTest {

    private static final int STEPS = 200;
    private static final long YEAR = Duration.ofDays(365).toNanos();

    static Stream<Window> windows() {
        return Stream.of(
                        counts(),
                        times(),
                        Stream.of(1, 2, 3, 100).map(Window::consecutive),
                        Stream.of(
                                Window.failures(1, Duration.ofSeconds(1)),
                                Window.failures(2, Duration.ofMillis(1)),
                                Window.failures(5, Duration.ofNanos(1)),
                                Window.failures(7, Duration.ofMinutes(1)),
                                Window.failures(100, Duration.ofDays(1))),
                        several())
                .flatMap(all -> all);
    }

    private static Stream<Window> several() {
        return Stream.of(
                Window.anyOf(Window.count(7), Window.consecutive(3)),
                Window.anyOf(Window.time(Duration.ofSeconds(1)), Window.count(100), Window.count(20)),
                Window.anyOf(
                        Window.consecutive(5),
                        Window.failures(4, Duration.ofSeconds(2)),
                        Window.time(Duration.ofSeconds(10)),
                        Window.time(Duration.ofHours(1), 60)));
    }

    private static Stream<Window> counts() {
        return IntStream.of(1, 2, 3, 7, 64, 97, 100).mapToObj(Window::count);
    }

    private static Stream<Window> times() {
        return Stream.of(
                Window.time(Duration.ofMillis(10), 1),
                Window.time(Duration.ofMillis(20), 2),
                Window.time(Duration.ofMillis(100)),
                Window.time(Duration.ofMillis(999), 7),
                Window.time(Duration.ofNanos(1_000_000_007), 3),
                Window.time(Duration.ofSeconds(1), 100),
                Window.time(Duration.ofSeconds(10)),
                Window.time(Duration.ofHours(1), 60),
                Window.time(Duration.ofDays(1), 1));
    }

    /** A time around which steps of the window matter. */
    private static long scale(Window window) {
        if (window instanceof Window.Any any) {
            return any.windows().stream().mapToLong(WindowTwinTest::scale).max().orElseThrow();
        }
        if (window instanceof Window.Time time) {
            return time.length().toNanos() / time.slots();
        }
        return window instanceof Window.Failures failures
                ? Math.max(1, failures.period().toNanos() / failures.count())
                : 1;
    }

    /** Mostly stays where it is or moves on a little; now and then leaves the window, or jumps far ahead. */
    private static long step(SeededRandom random, Window window) {
        long scale = scale(window);
        return switch (random.nextInt(20)) {
            case 0, 1, 2 -> random.nextLong(1, 2 * scale + 1);
            case 3 -> scale;
            case 4 -> scale - 1;
            case 5 -> random.nextInt(10) > 0 ? 0 : random.nextLong(200 * scale);
            case 6 -> random.nextInt(50) > 0 ? 0 : YEAR / 2;
            default -> random.nextLong(scale / 8 + 1);
        };
    }

    private static CircuitBreakerConfig config(SeededRandom random, Window window) {
        CircuitBreakerConfig.Builder builder = CircuitBreakerConfig.builder()
                .window(window)
                .failureRateThreshold(random.pick(List.of(0.1, 10.0, 33.3, 50.0, 99.9, 100.0)))
                .slowCallRateThreshold(random.pick(List.of(1.0, 50.0, 66.6, 100.0)));
        int most = most(window);
        return builder.minimumCalls(random.nextInt(1, most + 1)).build();
    }

    private static int most(Window window) {
        if (window instanceof Window.Any any) {
            return any.windows().stream().mapToInt(WindowTwinTest::most).min().orElseThrow();
        }
        return window instanceof Window.Count count ? count.calls() : 30;
    }

    /** Where the clock stands: at its origin, far ahead, or where the numbers of slots outgrow 32 bits. */
    private static long start(SeededRandom random, Window window) {
        long manySlots = ((1L << 32) - 1_000)
                * Math.min(scale(window), Duration.ofMillis(100).toNanos());
        return random.pick(List.of(1L, 12_345_678_901L, YEAR, 100 * YEAR, manySlots));
    }

    @ParameterizedTest
    @MethodSource("windows")
    void record_anySequence_holdsAndDecidesLikeTheNaiveTwin(Window window) {
        Property.named("twin of " + window).cases(25).check(random -> {
            CircuitBreakerConfig config = config(random, window);
            Judge judge = Judge.of(config);
            NaiveWindow twin = new NaiveWindow(config);
            double badness = random.pick(List.of(0.0, 0.02, 0.3, 0.5, 0.98));
            long now = start(random, window);
            for (int i = 0; i < STEPS; i++) {
                now += step(random, window);
                boolean failed = random.chance(badness);
                boolean slow = random.chance(badness / 2);

                boolean tooMany = judge.record(failed, slow, now);

                assertThat(tooMany).isEqualTo(twin.record(failed, slow, now));
                assertThat(judge.results(now)).isEqualTo(twin.buckets(now));
                assertThat(judge.isClean(now)).isEqualTo(twin.isClean(now));
            }
        });
    }

    @ParameterizedTest
    @MethodSource("windows")
    void restore_whatItListed_listsTheSame(Window window) {
        Property.named("round trip of " + window).cases(25).check(random -> {
            CircuitBreakerConfig config = config(random, window);
            Judge judge = Judge.of(config);
            long now = fill(judge, random, window);
            List<Bucket> listed = judge.results(now);

            Judge copy = Judge.of(config).restored(window, listed, now);

            assertThat(copy.results(now))
                    .isEqualTo(shown(window) instanceof Window.Consecutive run ? cut(listed, run) : listed);
        });
    }

    private static Window shown(Window window) {
        return window instanceof Window.Any any ? any.windows().get(0) : window;
    }

    /** A run that is imported never opens by itself. */
    private static List<Bucket> cut(List<Bucket> listed, Window.Consecutive run) {
        return listed.stream()
                .map(bucket -> Math.min(bucket.calls(), run.failures() - 1L))
                .filter(length -> length > 0)
                .map(length -> new Bucket(Duration.ZERO, length, length, 0))
                .toList();
    }

    private static long fill(Judge judge, SeededRandom random, Window window) {
        long now = start(random, window);
        int calls = random.nextInt(STEPS);
        for (int i = 0; i < calls; i++) {
            now += step(random, window);
            judge.record(random.chance(0.3), random.chance(0.1), now);
        }
        return now;
    }

    @ParameterizedTest
    @MethodSource("windows")
    void configured_anotherWindow_keepsTheNewestOfTheSameKindAndDecidesLikeTheTwin(Window window) {
        List<Window> others = windows().toList();
        Property.named("change of " + window).cases(25).check(random -> {
            CircuitBreakerConfig before = config(random, window);
            Judge judge = Judge.of(before);
            NaiveWindow twin = new NaiveWindow(before);
            long now = start(random, window);
            for (int i = 0; i < 200; i++) {
                if (random.chance(0.02)) {
                    CircuitBreakerConfig after = config(random, random.pick(others));
                    judge = judge.configured(after, now);
                    twin = twin.configured(after, now);
                }
                now += step(random, judge.window());
                boolean failed = random.chance(0.3);
                boolean slow = random.chance(0.1);

                boolean tooMany = judge.record(failed, slow, now);

                assertThat(tooMany).isEqualTo(twin.record(failed, slow, now));
                assertThat(judge.results(now)).isEqualTo(twin.buckets(now));
            }
        });
    }

    @ParameterizedTest
    @MethodSource("windows")
    void restored_onAnotherClock_holdsWhatTheAgesSay(Window window) {
        Property.named("another clock for " + window).cases(25).check(random -> {
            CircuitBreakerConfig config = config(random, window);
            Judge judge = Judge.of(config);
            List<Bucket> listed = judge.results(fill(judge, random, window));
            long otherNow = start(random, window) + random.nextLong(2 * scale(window));
            NaiveWindow twin = new NaiveWindow(config);
            twin.restore(window, listed, otherNow);

            Judge copy = Judge.of(config).restored(window, listed, otherNow);

            assertThat(copy.results(otherNow)).isEqualTo(twin.buckets(otherNow));
        });
    }

    @Test
    void timeWindow_resultComesLateForItsSlot_isCountedWhileTheSlotIsInTheWindowAndLeftOutAfterwards() {
        Judge judge = Judge.of(CircuitBreakerConfig.builder()
                .window(Window.time(Duration.ofSeconds(4), 4))
                .build());
        long second = Durations.toNanos(Duration.ofSeconds(1));
        judge.record(false, false, 10 * second);

        judge.record(true, false, 8 * second);
        judge.record(true, false, 6 * second);

        assertThat(judge.results(10 * second))
                .containsExactly(new Bucket(Duration.ofMillis(1500), 1, 1, 0), new Bucket(Duration.ZERO, 1, 0, 0));
    }

    /** A slow-call counter that outlived its slot in a peer: resilience4j/resilience4j#1262. */
    @Test
    void timeWindow_slotIsUsedAgain_allItsCountersStartFromZero() {
        Judge judge = Judge.of(CircuitBreakerConfig.builder()
                .window(Window.time(Duration.ofSeconds(2), 2))
                .build());
        long second = Durations.toNanos(Duration.ofSeconds(1));
        judge.record(true, true, second);

        judge.record(false, false, 3 * second);

        assertThat(judge.results(3 * second)).containsExactly(new Bucket(Duration.ZERO, 1, 0, 0));
    }
}
