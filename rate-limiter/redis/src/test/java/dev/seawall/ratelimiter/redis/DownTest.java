package dev.seawall.ratelimiter.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.seawall.circuitbreaker.CircuitBreaker;
import dev.seawall.circuitbreaker.CircuitBreakerEvent;
import dev.seawall.ratelimiter.Limit;
import dev.seawall.ratelimiter.RateLimitedException;
import dev.seawall.ratelimiter.SharedRateLimiter;
import dev.seawall.testdatabases.EmbeddedRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Redis is killed, restarted and flushed. */
@Timeout(180)
final class DownTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration TIMEOUT = Duration.ofMillis(500);

    private EmbeddedRedis server;
    private RedisClient client;

    @BeforeEach
    void start() {
        server = new EmbeddedRedis();
        client = RedisClient.create();
    }

    @AfterEach
    void stop() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        server.close();
    }

    private RedisRateLimiters limits(WhenDown whenDown) {
        return RedisRateLimiters.builder(client, RedisURI.create(server.uri()))
                .whenDown(whenDown)
                .timeout(TIMEOUT)
                .build();
    }

    /** The first connection of a process loads so many classes that a call may give up on it. */
    private static void connect(RedisRateLimiters limits) {
        await().atMost(Duration.ofMinutes(1))
                .until(() -> limits.limiter("first", Limit.perSecond(1_000_000)).tryAcquire());
        await().atMost(Duration.ofMinutes(1)).until(() -> limits.guard().state() == CircuitBreaker.State.CLOSED);
    }

    private static void giveUp(RedisRateLimiters limits, SharedRateLimiter limiter) {
        await().atMost(Duration.ofMinutes(1)).until(() -> {
            limiter.tryAcquireAsync().get(1, TimeUnit.MINUTES);
            return limits.guard().state() == CircuitBreaker.State.OPEN;
        });
    }

    @Test
    void tryAcquire_redisNeverThere_isDecidedLocally() {
        server.kill();
        try (RedisRateLimiters limits = limits(WhenDown.LOCAL)) {
            SharedRateLimiter limiter = limits.limiter("l", Limit.tokenBucket(2, HOUR));

            assertThat(List.of(limiter.tryAcquire(), limiter.tryAcquire())).containsOnly(true);
            assertThat(limiter.tryAcquire()).isFalse();
            assertThat(limiter.quota().remaining()).isZero();
        }
    }

    @Test
    void tryAcquire_openWhenDown_letsEverythingIn() {
        try (RedisRateLimiters limits = limits(WhenDown.OPEN)) {
            connect(limits);
            SharedRateLimiter limiter = limits.limiter("o", Limit.tokenBucket(1, HOUR));
            assertThat(limiter.tryAcquire()).isTrue();
            assertThat(limiter.tryAcquire()).isFalse();
            server.kill();

            giveUp(limits, limiter);

            for (int i = 0; i < 100; i++) {
                assertThat(limiter.tryAcquire()).isTrue();
            }
        }
    }

    @Test
    void acquire_closedWhenDown_isRejectedAndSaysWhy() {
        server.kill();
        try (RedisRateLimiters limits = limits(WhenDown.CLOSED)) {
            SharedRateLimiter limiter = limits.limiter("c", Limit.perSecond(10));

            assertThatThrownBy(limiter::acquire)
                    .isInstanceOf(RateLimitedException.class)
                    .hasMessageContaining("its store does not answer; try again in 1 s");
            assertThat(limiter.quota().remaining()).isZero();
        }
    }

    @Test
    void tryAcquire_givenUp_takesNoTime() {
        server.kill();
        try (RedisRateLimiters limits = limits(WhenDown.CLOSED)) {
            SharedRateLimiter limiter = limits.limiter("c", Limit.perSecond(10));
            giveUp(limits, limiter);
            long begin = System.nanoTime();

            for (int i = 0; i < 1_000; i++) {
                limiter.tryAcquire();
            }

            // one trial a second waits for an answer, and no other call: were it all of them, it would take minutes
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
        }
    }

    @Test
    void guard_downAndBack_tellsOnceEach() {
        try (RedisRateLimiters limits = limits(WhenDown.LOCAL)) {
            connect(limits);
            SharedRateLimiter limiter = limits.limiter("events", Limit.perSecond(1_000_000));
            assertThat(limiter.tryAcquire()).isTrue();
            List<CircuitBreaker.State> states = new CopyOnWriteArrayList<>();
            limits.guard().on(CircuitBreakerEvent.StateChanged.class, change -> {
                if (change.from() == CircuitBreaker.State.CLOSED || change.to() == CircuitBreaker.State.CLOSED) {
                    states.add(change.to());
                }
            });
            server.kill();
            giveUp(limits, limiter);

            server.start();

            await().atMost(Duration.ofMinutes(1)).until(() -> {
                limiter.tryAcquire();
                return limits.guard().state() == CircuitBreaker.State.CLOSED;
            });
            assertThat(states).containsExactly(CircuitBreaker.State.OPEN, CircuitBreaker.State.CLOSED);
        }
    }

    @Test
    void tryAcquire_flushedWithItsScripts_goesOnWithAllPermits() {
        try (RedisRateLimiters limits = limits(WhenDown.CLOSED)) {
            connect(limits);
            SharedRateLimiter limiter = limits.limiter("flushed", Limit.tokenBucket(3, HOUR));
            limiter.acquire(3);
            assertThat(limiter.tryAcquire()).isFalse();

            var redis = client.connect(RedisURI.create(server.uri())).sync();
            redis.flushall();
            redis.scriptFlush();

            await().atMost(Duration.ofMinutes(1)).until(() -> limiter.tryAcquire(3));
            assertThat(limits.guard().state()).isEqualTo(CircuitBreaker.State.CLOSED);
        }
    }

    /** Over a restart Redis forgets, so up to one burst more is had for each, and one by each process while it is down. */
    @ParameterizedTest
    @EnumSource(value = WhenDown.class, names = "OPEN", mode = EnumSource.Mode.EXCLUDE)
    void tryAcquire_killedRestartedAndFlushedUnderLoad_staysWithinTheBoundAndNeverHangs(WhenDown whenDown)
            throws Exception {
        long burst = 20;
        long perSecond = 500;
        int processes = 2;
        var admitted = new AtomicLong();
        var slowest = new AtomicLong();
        var failures = new CopyOnWriteArrayList<Throwable>();
        var over = new AtomicBoolean();
        long begin = System.nanoTime();
        ExecutorService threads = Executors.newFixedThreadPool(processes * 3);
        List<RedisRateLimiters> all = List.of(limits(whenDown), limits(whenDown));
        List<SharedRateLimiter> limiters = all.stream()
                .map(limits -> limits.limiter("load", Limit.tokenBucket(perSecond, Duration.ofSeconds(1), burst)))
                .toList();
        for (int i = 0; i < processes * 3; i++) {
            SharedRateLimiter limiter = limiters.get(i % processes);
            threads.execute(() -> {
                while (!over.get()) {
                    long start = System.nanoTime();
                    try {
                        if (limiter.tryAcquire()) {
                            admitted.incrementAndGet();
                        }
                    } catch (Throwable failure) {
                        failures.add(failure);
                    }
                    slowest.accumulateAndGet(System.nanoTime() - start, Math::max);
                }
            });
        }
        await().atMost(Duration.ofMinutes(1)).until(() -> admitted.get() > 100);
        int restarts = 2;
        for (int i = 0; i < restarts; i++) {
            server.kill();
            await().atMost(Duration.ofMinutes(1))
                    .until(() ->
                            all.stream().allMatch(limits -> limits.guard().state() != CircuitBreaker.State.CLOSED));
            server.start();
            await().atMost(Duration.ofMinutes(1))
                    .until(() ->
                            all.stream().allMatch(limits -> limits.guard().state() == CircuitBreaker.State.CLOSED));
        }
        var redis = client.connect(RedisURI.create(server.uri())).sync();
        redis.flushall();
        redis.scriptFlush();
        long sofar = admitted.get();
        await().atMost(Duration.ofMinutes(1)).until(() -> admitted.get() > sofar + 100);
        over.set(true);
        threads.shutdown();
        assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        double seconds = (System.nanoTime() - begin) / 1e9;
        all.forEach(RedisRateLimiters::close);

        assertThat(failures).isEmpty();
        assertThat(Duration.ofNanos(slowest.get())).isLessThan(TIMEOUT.plusSeconds(20));
        int whileDown = whenDown == WhenDown.LOCAL ? processes : 0;
        // What Redis lets in and what each process lets in by itself overlap only while some know and some do not.
        double bound = (1 + whileDown) * (perSecond * seconds + burst * (restarts + 2));
        assertThat((double) admitted.get()).isLessThanOrEqualTo(bound);
    }
}
