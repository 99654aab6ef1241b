package dev.seawall.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.seawall.Call;
import dev.seawall.Pipeline;
import dev.seawall.ResilienceRuntime;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A successful synchronous call through a breaker or a throttle allocates nothing. */
final class AllocationTest {

    private static final int ROUNDS = 60;
    private static final int CALLS = 5_000;
    private static final RuntimeException DOWN = new IllegalStateException("down");

    static Stream<Arguments> breakers() {
        return Stream.of(
                        Window.count(100),
                        Window.time(Duration.ofHours(1)),
                        Window.consecutive(5),
                        Window.failures(1_000, Duration.ofHours(1)),
                        Window.anyOf(Window.count(100), Window.time(Duration.ofHours(1))))
                .flatMap(window -> Stream.of(null, Duration.ofHours(1))
                        .flatMap(slow -> Stream.of(0, 3).map(failures -> Arguments.of(window, slow, failures))));
    }

    @ParameterizedTest(name = "{0}, slow calls from {1}, {2} failures in the window")
    @MethodSource("breakers")
    void successfulCall_allocatesNothing(Window window, Duration slow, int failures) throws Exception {
        try (ResilienceRuntime runtime = ResilienceRuntime.builder().build()) {
            CircuitBreaker breaker = CircuitBreaker.of(
                    "users",
                    CircuitBreakerConfig.builder()
                            .window(window)
                            .slowCallDuration(slow)
                            .build(),
                    runtime);
            Pipeline pipeline =
                    Pipeline.named("users").runtime(runtime).with(breaker).build();
            Call<String, RuntimeException> call = () -> "good";

            assertThat(leastBytesOfARound(pipeline, call, failures)).isZero();
            assertThat(breaker.state()).isEqualTo(CircuitBreaker.State.CLOSED);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3})
    void successfulCallThroughAThrottle_allocatesNothing(int failures) throws Exception {
        try (ResilienceRuntime runtime = ResilienceRuntime.builder().build()) {
            AdaptiveThrottle throttle = AdaptiveThrottle.of(
                    "users", AdaptiveThrottleConfig.builder().multiplier(100).build(), runtime);
            Pipeline pipeline =
                    Pipeline.named("users").runtime(runtime).with(throttle).build();
            Call<String, RuntimeException> call = () -> "good";
            pipeline.call(call);

            assertThat(leastBytesOfARound(pipeline, call, failures)).isZero();
        }
    }

    /** Calls that hang are looked at again and again. */
    @Test
    void successfulCallBesideOneThatHangs_allocatesNothing() throws Exception {
        try (ResilienceRuntime runtime = ResilienceRuntime.builder().build()) {
            CircuitBreaker breaker = CircuitBreaker.of(
                    "users",
                    CircuitBreakerConfig.builder()
                            .slowCallDuration(Duration.ofMillis(1))
                            .build(),
                    runtime);
            Pipeline pipeline =
                    Pipeline.named("users").runtime(runtime).with(breaker).build();
            Call<String, RuntimeException> call = () -> "good";
            Permit hangs = breaker.acquire();

            assertThat(leastBytesOfARound(pipeline, call, 0)).isZero();
            hangs.close();
        }
    }

    /** The least of many rounds, because the JVM itself allocates now and then on behalf of a thread. */
    private static long leastBytesOfARound(Pipeline pipeline, Call<String, RuntimeException> call, int failures) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            fail(pipeline, failures);
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS; i++) {
                pipeline.call(call);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            if (least == 0) {
                return 0;
            }
        }
        return least;
    }

    private static void fail(Pipeline pipeline, int failures) {
        for (int i = 0; i < failures; i++) {
            try {
                pipeline.run(() -> {
                    throw DOWN;
                });
            } catch (IllegalStateException expected) {
                // counted by the breaker
            }
        }
    }
}
