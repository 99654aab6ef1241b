package dev.seawall.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.seawall.CallWith;
import dev.seawall.Pipeline;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A successful synchronous call through a bulkhead allocates nothing. */
final class AllocationTest {

    private static final int ROUNDS = 60;
    private static final int CALLS = 5_000;

    static Stream<BulkheadConfig> configs() {
        return Stream.of(
                BulkheadConfig.defaults(),
                BulkheadConfig.builder().weight(String.class, String::length).build(),
                BulkheadConfig.builder().adaptive(AdaptiveLimit.aimd(1, 100)).build(),
                BulkheadConfig.builder().adaptive(AdaptiveLimit.vegas(1, 100)).build(),
                BulkheadConfig.builder()
                        .adaptive(AdaptiveLimit.gradient2(1, 100))
                        .build(),
                BulkheadConfig.builder()
                        .partitions(String.class, name -> name, Map.of("user", 50, "other", 20))
                        .build(),
                BulkheadConfig.builder().priority(String.class, String::length).build());
    }

    @ParameterizedTest
    @MethodSource("configs")
    void successfulCall_allocatesNothing(BulkheadConfig config) {
        Pipeline pipeline = Pipeline.of(Bulkhead.of("users", config));

        assertThat(leastBytesOfARound(pipeline, subject -> subject)).isZero();
    }

    /** The least of many rounds, because the JVM itself allocates now and then on behalf of a thread. */
    private static long leastBytesOfARound(Pipeline pipeline, CallWith<String, String, RuntimeException> call) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS && least > 0; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS; i++) {
                pipeline.callWith("user", call);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }
}
