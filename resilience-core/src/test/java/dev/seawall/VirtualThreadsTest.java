package dev.seawall;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Many virtual threads at once, where the machine has them. */
@EnabledForJreRange(min = JRE.JAVA_21)
final class VirtualThreadsTest {

    private static final int THREADS = 100_000;
    private static final int LONG = 60;

    @Test
    void call_manyVirtualThreadsInsideAtOnce_allReturn() throws Throwable {
        Pipeline pipeline = Pipeline.of(Timeout.of(Duration.ofHours(1)));
        CountDownLatch inside = new CountDownLatch(THREADS);
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch returned = new CountDownLatch(THREADS);

        for (int i = 0; i < THREADS; i++) {
            start(() -> {
                pipeline.tryCall(() -> {
                            inside.countDown();
                            go.await();
                            return true;
                        })
                        .map(result -> {
                            returned.countDown();
                            return result;
                        });
            });
        }
        boolean allInside = inside.await(LONG, TimeUnit.SECONDS);
        go.countDown();

        assertThat(allInside).isTrue();
        assertThat(returned.await(LONG, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void call_manyVirtualThreadsThatHang_allTimeOutWithoutFlag() throws Throwable {
        int threads = 10_000;
        Pipeline pipeline = Pipeline.of(Timeout.of(Duration.ofMillis(50)));
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(threads);
        AtomicInteger timedOut = new AtomicInteger();

        for (int i = 0; i < threads; i++) {
            start(() -> {
                Result<Boolean> end = pipeline.tryCall(() -> {
                    never.await();
                    return true;
                });
                if (end.exception().orElseThrow() instanceof CallTimedOutException && !Thread.interrupted()) {
                    timedOut.incrementAndGet();
                }
                ended.countDown();
            });
        }

        assertThat(ended.await(LONG, TimeUnit.SECONDS)).isTrue();
        assertThat(timedOut).hasValue(threads);
    }

    /** Where each wait that runs out had to look for itself among the others, this took half a minute. */
    @Test
    void sleep_manyVirtualThreadsAtOnce_allWakeInTime() throws Throwable {
        int threads = 50_000;
        CountDownLatch awake = new CountDownLatch(threads);

        for (int i = 0; i < threads; i++) {
            start(() -> {
                try {
                    ResilienceRuntime.shared().sleep(TimeUnit.SECONDS.toNanos(1));
                    awake.countDown();
                } catch (InterruptedException nobodyDoes) {
                    throw new AssertionError(nobodyDoes);
                }
            });
        }

        assertThat(awake.await(15, TimeUnit.SECONDS)).isTrue();
    }

    /** {@code Thread.startVirtualThread}, which the compiler's release does not know. */
    private static void start(Runnable task) throws Throwable {
        START.invokeExact(task);
    }

    private static final MethodHandle START = startVirtualThread();

    private static MethodHandle startVirtualThread() {
        try {
            return MethodHandles.lookup()
                    .findStatic(Thread.class, "startVirtualThread", MethodType.methodType(Thread.class, Runnable.class))
                    .asType(MethodType.methodType(void.class, Runnable.class));
        } catch (ReflectiveOperationException missing) {
            throw new LinkageError("no virtual threads", missing);
        }
    }
}
