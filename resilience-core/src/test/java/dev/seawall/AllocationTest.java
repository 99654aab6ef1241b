package dev.seawall;

import static dev.seawall.TestPolicies.passing;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a successful call adds to the heap: nothing. */
final class AllocationTest {

    private static final int WARM_UP = 200_000;
    private static final int CALLS = 100_000;
    private static final String ANSWER = "answer";
    private static final Call<String, RuntimeException> CALL = () -> ANSWER;
    private static final CallWith<String, String, RuntimeException> CALL_WITH = subject -> subject;
    private static final Action<RuntimeException> ACTION = () -> {};

    private final Pipeline four = Pipeline.named("four")
            .with(passing("a"))
            .with(passing("b"))
            .with(passing("c"))
            .with(passing("d"))
            .build();
    private final Pipeline limited = Pipeline.named("limited")
            .with(Timeout.of("outer", Duration.ofHours(2)))
            .with(Timeout.of("inner", Duration.ofHours(1)))
            .inheritDeadline()
            .build();

    @Test
    void call_throughFourLayers_allocatesNothing() {
        assertThat(allocated(() -> four.call(CALL))).isZero();
    }

    @Test
    void callWith_throughFourLayers_allocatesNothing() {
        assertThat(allocated(() -> four.callWith(ANSWER, CALL_WITH))).isZero();
    }

    @Test
    void run_throughFourLayers_allocatesNothing() {
        assertThat(allocated(() -> four.run(ACTION))).isZero();
    }

    @Test
    void call_withNestedTimeLimits_allocatesNothing() {
        assertThat(allocated(() -> limited.call(CALL))).isZero();
    }

    private static long allocated(Runnable call) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        repeat(call, WARM_UP);
        // The virtual machine itself may allocate on this thread now and then; a call that does so does it each time.
        for (int round = 0; round < 3; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            repeat(call, CALLS);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }

    private static void repeat(Runnable call, int times) {
        for (int i = 0; i < times; i++) {
            call.run();
        }
    }
}
