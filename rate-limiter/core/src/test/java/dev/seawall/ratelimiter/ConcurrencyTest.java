package dev.seawall.ratelimiter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.CallInterruptedException;
import dev.seawall.ResilienceRuntime;
import dev.seawall.VirtualRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Real threads on one limiter. */
final class ConcurrencyTest {

    private static final int THREADS = 4;

    /** What one thread does; throws if something is wrong. */
    @FunctionalInterface
    private interface Work {
        void run(int thread) throws Exception;
    }

    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final VirtualRuntime runtime = VirtualRuntime.create();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private void together(Work work) throws Exception {
        CyclicBarrier start = new CyclicBarrier(THREADS);
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int thread = i;
            all.add(threads.submit(() -> {
                start.await(60, TimeUnit.SECONDS);
                work.run(thread);
                return null;
            }));
        }
        for (Future<?> one : all) {
            one.get(60, TimeUnit.SECONDS);
        }
    }

    static List<Limit> limits() {
        Duration hour = Duration.ofHours(1);
        return List.of(
                Limit.tokenBucket(1_000, hour),
                Limit.fixedWindow(1_000, hour),
                Limit.slidingLog(1_000, hour),
                Limit.slidingWindow(1_000, hour));
    }

    @ParameterizedTest
    @MethodSource("limits")
    void tryAcquire_byManyThreads_admitsExactlyTheLimit(Limit limit) throws Exception {
        for (int round = 0; round < 20; round++) {
            RateLimiter limiter = RateLimiter.of("users", RateLimiterConfig.of(limit), runtime);
            AtomicInteger admitted = new AtomicInteger();

            together(thread -> {
                for (int i = 0; i < 500; i++) {
                    admitted.addAndGet(limiter.tryAcquire() ? 1 : 0);
                }
            });

            assertThat(admitted).hasValue(1_000);
        }
    }

    @ParameterizedTest
    @MethodSource("limits")
    void cancel_byManyThreads_losesNoPermit(Limit limit) throws Exception {
        RateLimiter limiter = RateLimiter.of("users", RateLimiterConfig.of(limit), runtime);

        together(thread -> {
            for (int i = 0; i < 5_000; i++) {
                List<Reservation> some =
                        List.of(limiter.reserve(1, Duration.ofDays(1)), limiter.reserve(2, Duration.ofDays(1)));
                some.get(i & 1).cancel();
                some.get(1 - (i & 1)).cancel();
            }
        });

        assertThat(limiter.quota().remaining()).isEqualTo(1_000);
    }

    @Test
    void configure_whileOthersTakePermits_givesNoneTwice() throws Exception {
        for (int round = 0; round < 50; round++) {
            Limit small = Limit.tokenBucket(1_000, Duration.ofHours(1));
            Limit other = Limit.fixedWindow(1_000, Duration.ofHours(1));
            RateLimiter limiter = RateLimiter.of("users", RateLimiterConfig.of(small), runtime);
            AtomicLong admitted = new AtomicLong();

            together(thread -> {
                for (int i = 0; i < 400; i++) {
                    if (thread == 0 && i % 20 == 0) {
                        limiter.configure(RateLimiterConfig.of(i % 40 == 0 ? other : small));
                    }
                    admitted.addAndGet(limiter.tryAcquire() ? 1 : 0);
                }
            });

            assertThat(admitted.get()).isEqualTo(1_000);
        }
    }

    @Test
    void configure_ofDifferentPartsAtTheSameTime_bothSurvive() throws Exception {
        RateLimiter limiter = RateLimiter.of("users", RateLimiterConfig.of(Limit.perSecond(1)), runtime);

        together(thread -> {
            for (int i = 0; i < 500; i++) {
                limiter.configure(
                        thread % 2 == 0
                                ? config -> config.toBuilder()
                                        .queue(config.queue() + 1)
                                        .build()
                                : config -> config.toBuilder()
                                        .maxWait(config.maxWait().plusMillis(1))
                                        .build());
            }
        });

        assertThat(limiter.config().queue()).isEqualTo(1_000 + THREADS / 2 * 500);
        assertThat(limiter.config().maxWait()).isEqualTo(Duration.ofMillis(THREADS / 2 * 500L));
    }

    /** On the real clock: those that are not interrupted keep the pace, and time that was given back is used. */
    @Test
    void acquire_byThreadsOfWhichSomeAreInterrupted_keepsThePaceAndLosesNothing() throws Exception {
        ResilienceRuntime real = ResilienceRuntime.shared();
        RateLimiter limiter = RateLimiter.of(
                "users", RateLimiterConfig.paced(200, Duration.ofSeconds(1), Duration.ofMinutes(1)), real);
        ConcurrentLinkedQueue<Long> times = new ConcurrentLinkedQueue<>();
        AtomicInteger interrupted = new AtomicInteger();

        together(thread -> {
            for (int i = 0; i < 25; i++) {
                try {
                    if ((i + thread) % 3 == 0) {
                        Thread.currentThread().interrupt();
                    }
                    limiter.acquire();
                    Thread.interrupted(); // one that need not wait does not look at the flag
                    times.add(real.now());
                } catch (CallInterruptedException expected) {
                    Thread.interrupted();
                    interrupted.incrementAndGet();
                }
            }
        });

        List<Long> sorted = times.stream().sorted().toList();
        long first = sorted.get(0);
        for (int i = 0; i < sorted.size(); i++) {
            assertThat(sorted.get(i) - first).as("permit %s", i).isGreaterThanOrEqualTo(i * 5_000_000L - 5_000_000);
        }
        assertThat(times.size() + interrupted.get()).isEqualTo(25 * THREADS);
        assertThat(limiter.snapshot().waiting()).isZero();
        assertThat(limiter.quota().retryAfter()).isLessThanOrEqualTo(Duration.ofMillis(5));
    }

    @Test
    void limiter_ofManyKeysByManyThreads_staysBounded() throws Exception {
        KeyedRateLimiter limiter = KeyedRateLimiter.of(
                "users", String.class, key -> key, RateLimiterConfig.of(Limit.perSecond(1)), 1_000, runtime);

        together(thread -> {
            for (int i = 0; i < 20_000; i++) {
                limiter.limiter("key " + thread + " " + i).tryAcquire();
                if (i % 100 == 0) {
                    runtime.advance(Duration.ofMillis(100));
                }
            }
        });

        assertThat(limiter.keys()).isLessThanOrEqualTo(1_000);
    }
}
