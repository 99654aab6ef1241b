package dev.seawall.ratelimiter;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.seawall.CallWith;
import dev.seawall.Pipeline;
import dev.seawall.Policy;
import dev.seawall.ResilienceRuntime;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A successful synchronous call through a limiter allocates nothing. */
final class AllocationTest {

    private static final int ROUNDS = 60;
    private static final int CALLS = 5_000;
    private static final Duration SECOND = Duration.ofMillis(100);
    private static final ResilienceRuntime RUNTIME = ResilienceRuntime.shared();

    static Stream<Policy> limiters() {
        long many = 50_000;
        return Stream.of(
                limiter(Limit.tokenBucket(many, SECOND, 1_000_000)),
                limiter(Limit.fixedWindow(many * 100, SECOND)),
                limiter(Limit.slidingWindow(many * 100, SECOND)),
                limiter(Limit.slidingLog(100_000, Duration.ofMillis(1))),
                limiter(Limit.tokenBucket(many, SECOND, 1_000_000), Limit.fixedWindow(many * 100, SECOND)),
                limiter(Limit.tokenBucket(many, SECOND, 1_000_000), Limit.daily(1L << 40), Limit.monthly(1L << 40)),
                KeyedRateLimiter.of(
                        "users",
                        String.class,
                        subject -> subject,
                        RateLimiterConfig.of(Limit.tokenBucket(many, SECOND, 1_000_000)),
                        10));
    }

    private static Policy limiter(Limit... limits) {
        return RateLimiter.of(
                "users", RateLimiterConfig.builder().limits(List.of(limits)).build(), RUNTIME);
    }

    @ParameterizedTest
    @MethodSource("limiters")
    void successfulCall_allocatesNothing(Policy limiter) {
        Pipeline pipeline = Pipeline.of(limiter);
        CallWith<String, String, RuntimeException> call = subject -> subject;

        assertThat(leastBytesOfARound(pipeline, call)).isZero();
    }

    /** The least of many rounds, because the JVM itself allocates now and then on behalf of a thread. */
    private static long leastBytesOfARound(Pipeline pipeline, CallWith<String, String, RuntimeException> call) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS && least > 0; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS; i++) {
                pipeline.callWith("key", call);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }
}
