package dev.seawall.ratelimiter.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.seawall.CallInterruptedException;
import dev.seawall.Pipeline;
import dev.seawall.ratelimiter.KeyedRateLimiter;
import dev.seawall.ratelimiter.Limit;
import dev.seawall.ratelimiter.RateLimitedException;
import dev.seawall.ratelimiter.RateLimiterConfig;
import dev.seawall.ratelimiter.RateLimiterEvent;
import dev.seawall.ratelimiter.Reservation;
import dev.seawall.ratelimiter.SharedKeyedRateLimiter;
import dev.seawall.ratelimiter.SharedRateLimiter;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.event.command.CommandListener;
import io.lettuce.core.event.command.CommandStartedEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What shared limiters promise, on any Redis. Uses keys of its own, and removes them. */
@Timeout(180)
abstract class SharedLimitsTck {

    private static final Duration HOUR = Duration.ofHours(1);

    private final String prefix = "seawall-test-" + UUID.randomUUID();
    private final AtomicInteger scripts = new AtomicInteger();
    private RedisClient client;
    private StatefulRedisConnection<String, String> connection;
    private RedisRateLimiters limits;
    private RedisRateLimiters others; // as of another process

    abstract RedisURI uri();

    @BeforeEach
    void connect() {
        client = RedisClient.create();
        client.addListener(new CommandListener() {
            @Override
            public void commandStarted(CommandStartedEvent event) {
                if (event.getCommand().getType().toString().startsWith("EVAL")) {
                    scripts.incrementAndGet();
                }
            }
        });
        connection = client.connect(uri());
        limits = RedisRateLimiters.builder(connection)
                .prefix(prefix)
                .timeout(Duration.ofSeconds(5))
                .build();
        others = RedisRateLimiters.builder(client, uri())
                .prefix(prefix)
                .timeout(Duration.ofSeconds(5))
                .build();
    }

    @AfterEach
    void cleanUp() {
        RedisCommands<String, String> redis = connection.sync();
        keys().forEach(redis::del);
        limits.close();
        others.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }

    private List<String> keys() {
        return connection.sync().keys("{" + prefix + ":*");
    }

    // ---- who gets permits

    @Test
    void tryAcquire_bucketOfThree_threeTimesInBothProcesses() {
        var one = limits.limiter("search", Limit.tokenBucket(3, HOUR));
        var other = others.limiter("search", Limit.tokenBucket(3, HOUR));

        assertThat(List.of(one.tryAcquire(), other.tryAcquire(), one.tryAcquire()))
                .containsOnly(true);
        assertThat(List.of(one.tryAcquire(), other.tryAcquire())).containsOnly(false);
    }

    @Test
    void tryAcquire_otherName_hasItsOwnPermits() {
        limits.limiter("a", Limit.tokenBucket(1, HOUR)).acquire();

        assertThat(limits.limiter("b", Limit.tokenBucket(1, HOUR)).tryAcquire()).isTrue();
    }

    @Test
    void tryAcquire_severalPermits_allOrNone() {
        var limiter = limits.limiter("bulk", Limit.tokenBucket(5, HOUR));

        assertThat(limiter.tryAcquire(4)).isTrue();
        assertThat(limiter.tryAcquire(2)).isFalse();
        assertThat(limiter.tryAcquire(1)).isTrue();
    }

    @Test
    void tryAcquire_severalLimits_takesFromAllOrNone() {
        var both = RateLimiterConfig.builder()
                .limit(Limit.fixedWindow(2, Duration.ofDays(365)))
                .limit(Limit.tokenBucket(5, HOUR))
                .limit(Limit.slidingWindow(9, HOUR))
                .build();
        var limiter = limits.limiter("both", both);

        assertThat(limiter.tryAcquire(2)).isTrue();
        scripts.set(0);
        assertThat(limiter.tryAcquire(1)).isFalse();

        var bucket = others.limiter("both", Limit.tokenBucket(5, HOUR));
        assertThat(bucket.quota().remaining()).isEqualTo(3);
        assertThat(keys()).hasSize(3).allMatch(key -> key.startsWith("{" + prefix + ":both}:"));
    }

    @Test
    void acquire_overTheLimit_saysWhenToComeBack() {
        var limiter = limits.limiter("slow", Limit.tokenBucket(2, HOUR));
        limiter.acquire(2);

        assertThatThrownBy(limiter::acquire)
                .isInstanceOfSatisfying(
                        RateLimitedException.class,
                        rejection -> assertThat(rejection.retryAfter())
                                .hasValueSatisfying(wait ->
                                        assertThat(wait).isBetween(Duration.ofMinutes(29), Duration.ofMinutes(30))))
                .hasMessageContaining("rate limiter 'slow' (2 per 60 min) has a permit in 30 min");
    }

    @Test
    void acquire_moreThanThereEverAre_saysSo() {
        assertThatThrownBy(() -> limits.limiter("few", Limit.perSecond(3)).acquire(4))
                .isInstanceOf(RateLimitedException.class)
                .hasMessageContaining("never has 4 permits at once, but 3 at most");
    }

    @Test
    void acquire_mayWait_startsWhenItIsDue() {
        var limiter =
                limits.limiter("paced", RateLimiterConfig.paced(20, Duration.ofSeconds(1), Duration.ofSeconds(10)));
        long begin = System.nanoTime();

        for (int i = 0; i < 5; i++) {
            limiter.acquire();
        }

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(199));
    }

    @Test
    void charge_moreThanThereIs_isADebt() {
        var limiter = limits.limiter("debt", Limit.tokenBucket(10, Duration.ofSeconds(100)));

        limiter.charge(11);

        assertThat(limiter.tryAcquire()).isFalse();
        assertThatThrownBy(limiter::acquire)
                .isInstanceOfSatisfying(
                        RateLimitedException.class,
                        rejection -> assertThat(rejection.retryAfter())
                                .hasValueSatisfying(wait ->
                                        assertThat(wait).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(20))));
    }

    @Test
    void charge_withoutEnd_isCut() {
        var limiter = limits.limiter("debt", Limit.tokenBucket(10, Duration.ofSeconds(10)));

        limiter.charge(Long.MAX_VALUE);

        assertThatThrownBy(() -> limiter.acquire(1, Duration.ZERO))
                .isInstanceOfSatisfying(
                        RateLimitedException.class,
                        rejection -> assertThat(rejection.retryAfter())
                                .hasValueSatisfying(wait ->
                                        assertThat(wait).isBetween(Duration.ofSeconds(55), Duration.ofSeconds(65))));
    }

    // ---- giving back

    @Test
    void cancel_lastTaken_isFreeForOthers() {
        var limiter = limits.limiter("back", Limit.tokenBucket(2, HOUR));
        Reservation reservation = limiter.reserve(2, Duration.ZERO);
        assertThat(others.limiter("back", Limit.tokenBucket(2, HOUR)).tryAcquire())
                .isFalse();

        assertThat(reservation.cancel()).isTrue();

        var fresh = RedisRateLimiters.builder(connection).prefix(prefix).build();
        await().atMost(Duration.ofMinutes(1))
                .until(() -> fresh.limiter("back", Limit.tokenBucket(2, HOUR)).tryAcquire(2));
    }

    @Test
    void cancel_othersTookSince_isLostAndNobodyGetsTooMuch() {
        var limiter =
                limits.limiter("back", RateLimiterConfig.paced(1, Duration.ofSeconds(10), Duration.ofSeconds(50)));
        limiter.acquire();
        Reservation first = limiter.reserve(1, Duration.ofSeconds(50));
        Reservation second = limiter.reserve(1, Duration.ofSeconds(50));

        String before = connection.sync().get(keys().get(0));

        first.cancel();

        await().during(Duration.ofMillis(300))
                .until(() -> before.equals(connection.sync().get(keys().get(0))));
        Reservation third = limiter.reserve(1, Duration.ofSeconds(50));

        assertThat(third.delay().minus(second.delay())).isGreaterThan(Duration.ofMillis(9_900));
    }

    @Test
    void acquire_interruptedWhileWaiting_givesBackAndKeepsTheFlag() throws Exception {
        var limiter =
                limits.limiter("wait", RateLimiterConfig.paced(1, Duration.ofSeconds(20), Duration.ofSeconds(40)));
        limiter.acquire();
        var thrown = new AtomicReference<Throwable>();
        var flag = new AtomicReference<Boolean>();
        var returned = new CountDownLatch(1);
        var delayed = new CountDownLatch(1);
        limiter.on(RateLimiterEvent.PermitsReturned.class, event -> returned.countDown());
        limiter.on(RateLimiterEvent.CallDelayed.class, event -> delayed.countDown());
        Thread waiter = new Thread(() -> {
            try {
                limiter.acquire();
            } catch (Throwable failure) {
                thrown.set(failure);
                flag.set(Thread.currentThread().isInterrupted());
            }
        });
        waiter.start();
        assertThat(delayed.await(1, TimeUnit.MINUTES)).isTrue();

        waiter.interrupt();
        waiter.join(10_000);

        assertThat(thrown.get()).isInstanceOf(CallInterruptedException.class);
        assertThat(flag.get()).isTrue();
        assertThat(returned.await(1, TimeUnit.MINUTES)).isTrue();
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(others.limiter(
                                        "wait",
                                        RateLimiterConfig.paced(1, Duration.ofSeconds(20), Duration.ofSeconds(40)))
                                .quota()
                                .retryAfter())
                        .isLessThanOrEqualTo(Duration.ofSeconds(20)));
    }

    // ---- without a thread that waits

    @Test
    void tryAcquireAsync_manyAtOnce_goTogetherAndGetWhatThereIs() throws Exception {
        var limiter = limits.limiter("burst", Limit.tokenBucket(40, HOUR));
        assertThat(limiter.tryAcquire()).isTrue();
        scripts.set(0);

        List<CompletableFuture<Boolean>> answers =
                IntStream.range(0, 500).mapToObj(i -> limiter.tryAcquireAsync()).toList();
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).get(1, TimeUnit.MINUTES);

        assertThat(answers.stream().filter(CompletableFuture::join)).hasSize(39);
        assertThat(scripts.get()).isLessThan(50);
    }

    @Test
    void acquireAsync_continuation_runsOnNoThreadOfTheClient() throws Exception {
        var limiter = limits.limiter("threads", Limit.tokenBucket(1_000, HOUR));

        List<String> threads = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 50; i++) {
            limiter.acquireAsync()
                    .thenRun(() -> threads.add(Thread.currentThread().getName()))
                    .get(1, TimeUnit.MINUTES);
        }

        assertThat(threads).hasSize(50).noneMatch(name -> name.contains("lettuce") || name.contains("timer"));
    }

    @Test
    void acquireAsync_cancelledWhileItWaits_givesBack() throws Exception {
        var config = RateLimiterConfig.paced(1, Duration.ofSeconds(20), Duration.ofSeconds(40));
        var limiter = limits.limiter("wait", config);
        limiter.acquire();
        var returned = new CountDownLatch(1);
        limiter.on(RateLimiterEvent.PermitsReturned.class, event -> returned.countDown());
        var delayed = new CountDownLatch(1);
        limiter.on(RateLimiterEvent.CallDelayed.class, event -> delayed.countDown());

        CompletableFuture<Void> waiting = limiter.acquireAsync();
        assertThat(delayed.await(1, TimeUnit.MINUTES)).isTrue();
        waiting.cancel(false);

        assertThat(returned.await(1, TimeUnit.MINUTES)).isTrue();
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(
                        () -> assertThat(others.limiter("wait", config).quota().retryAfter())
                                .isLessThan(Duration.ofSeconds(20)));
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(limiter.snapshot().waiting()).isZero());
    }

    @Test
    void callAsync_throughAPipeline_waitsWithoutAThread() throws Exception {
        var limiter =
                limits.limiter("piped", RateLimiterConfig.paced(50, Duration.ofSeconds(1), Duration.ofSeconds(10)));
        Pipeline pipeline = Pipeline.of(limiter);
        long begin = System.nanoTime();

        List<CompletableFuture<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            int number = i;
            calls.add(pipeline.callAsync(() -> CompletableFuture.completedFuture(number))
                    .toCompletableFuture());
        }
        CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new)).get(1, TimeUnit.MINUTES);

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(179));
        assertThat(calls).extracting(CompletableFuture::join).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }

    @Test
    void call_throughAPipelineOverTheLimit_isRejected() {
        Pipeline pipeline = Pipeline.of(limits.limiter("piped", Limit.tokenBucket(1, HOUR)));

        assertThat(pipeline.call(() -> "there")).isEqualTo("there");
        assertThatThrownBy(() -> pipeline.call(() -> "there")).isInstanceOf(RateLimitedException.class);
        assertThatThrownBy(() -> pipeline.callAsync(() -> CompletableFuture.completedFuture(1))
                        .toCompletableFuture()
                        .get(1, TimeUnit.MINUTES))
                .hasCauseInstanceOf(RateLimitedException.class);
    }

    // ---- what is known here

    @Test
    void tryAcquire_hotAndOverTheLimit_hardlyAsksRedis() {
        var limiter = limits.limiter("hot", Limit.tokenBucket(1, HOUR));
        limiter.acquire();
        scripts.set(0);
        long begin = System.nanoTime();

        for (int i = 0; i < 100_000; i++) {
            assertThat(limiter.tryAcquire()).isFalse();
        }

        long seconds = (System.nanoTime() - begin) / 1_000_000_000 + 1;
        assertThat(scripts.get()).isLessThanOrEqualTo((int) seconds);
    }

    @Test
    void tryAcquire_permitComesIn_isHadAsSoonAsRedisHasIt() {
        var limiter = limits.limiter("soon", Limit.tokenBucket(20, Duration.ofSeconds(20), 1));
        limiter.acquire();
        long begin = System.nanoTime();

        await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(1)).until(limiter::tryAcquire);

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void quota_ofABucket_isWhatIsLeft() {
        var limiter = limits.limiter("quota", Limit.tokenBucket(10, Duration.ofMinutes(10)));
        assertThat(limiter.quota().remaining()).isEqualTo(10);

        limiter.acquire(7);

        assertThat(limiter.quota().remaining()).isEqualTo(3);
        assertThat(limiter.quota().resetAfter()).isBetween(Duration.ofSeconds(410), Duration.ofSeconds(420));
        assertThat(limiter.quotaAsync().join().retryAfter()).isZero();
    }

    @Test
    void keys_inRedis_expireWhenTheLimitIsAsGoodAsNew() {
        limits.limiter("gone", Limit.tokenBucket(2, Duration.ofMinutes(10))).acquire();

        assertThat(keys()).containsExactly("{" + prefix + ":gone}:t600000000");
        assertThat(connection.sync().pttl(keys().get(0))).isBetween(290_000L, 300_002L);
    }

    // ---- by key

    @Test
    void keyed_twoProcesses_shareByKeyAndRememberFew() {
        SharedKeyedRateLimiter one =
                limits.keyed("clients", String.class, key -> key, RateLimiterConfig.of(Limit.tokenBucket(2, HOUR)), 10);
        KeyedRateLimiter other =
                others.keyed("clients", String.class, key -> key, RateLimiterConfig.of(Limit.tokenBucket(2, HOUR)), 10);

        for (int i = 0; i < 100; i++) {
            one.limiter("client-" + i).acquire();
            other.limiter("client-" + i).acquire();
        }

        for (int i = 0; i < 100; i++) {
            assertThat(one.limiter("client-" + i).tryAcquire()).isFalse();
        }
        assertThat(one.keys()).isLessThanOrEqualTo(10);
        assertThat(keys()).hasSize(100);
    }

    @Test
    void keyed_keysThatLookLikeTags_staySeparate() {
        SharedKeyedRateLimiter keyed =
                limits.keyed("k", String.class, key -> key, RateLimiterConfig.of(Limit.tokenBucket(1, HOUR)), 10);
        SharedKeyedRateLimiter tricky =
                limits.keyed("k:a", String.class, key -> key, RateLimiterConfig.of(Limit.tokenBucket(1, HOUR)), 10);

        keyed.limiter("a:b").acquire();
        tricky.limiter("b").acquire();
        keyed.limiter("}{").acquire();

        assertThat(keys()).hasSize(3);
    }

    // ---- settings

    @Test
    void limiter_kindsThatRedisDoesNotKeep_areRefused() {
        assertThatThrownBy(() -> limits.limiter("log", Limit.slidingLog(3, HOUR)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("can be kept in Redis, not '3 per 60 min at any time'");
        assertThatThrownBy(() -> limits.limiter("fine", Limit.tokenBucket(1, Duration.ofNanos(1_500))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("whole microseconds");
        assertThatThrownBy(() -> limits.limiter(
                        "long", RateLimiterConfig.paced(1, Duration.ofSeconds(1), Duration.ofMinutes(2))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maxWait");
    }

    @Test
    void configure_otherNumberInTheSamePeriod_keepsTheShareThatWasUsed() {
        var limiter = limits.limiter("change", Limit.tokenBucket(10, HOUR));
        limiter.acquire(5);

        limiter.configure(RateLimiterConfig.of(Limit.tokenBucket(20, HOUR)));

        assertThat(limiter.tryAcquire(11)).isFalse();
        assertThat(limiter.tryAcquire(10)).isTrue();
    }

    // ---- trouble

    @Test
    void tryAcquire_stateOfAClockThatWasAhead_isCut() {
        var limiter = limits.limiter("clock", Limit.tokenBucket(10, Duration.ofMillis(100)));
        limiter.acquire();
        long century = 3_153_600_000_000_000L;
        connection.sync().set(keys().get(0), century + " 0 10 0");

        await().atMost(Duration.ofMinutes(1)).until(limiter::tryAcquire);
    }

    @Test
    void tryAcquire_nonsenseInTheKey_isNoPermitTakenAndHeals() {
        var limiter = limits.limiter("odd", Limit.tokenBucket(2, HOUR));
        connection.sync().set("{" + prefix + ":odd}:t3600000000", "nonsense");

        assertThat(limiter.tryAcquire(2)).isTrue();
        assertThat(others.limiter("odd", Limit.tokenBucket(2, HOUR)).tryAcquire())
                .isFalse();
    }

    // ---- under load

    @Test
    void tryAcquire_manyThreadsInTwoProcesses_neverOverTheLimit() throws Exception {
        long burst = 50;
        long perSecond = 2_000;
        Limit limit = Limit.tokenBucket(perSecond, Duration.ofSeconds(1), burst);
        List<SharedRateLimiter> both = List.of(limits.limiter("load", limit), others.limiter("load", limit));
        var admitted = new AtomicLong();
        long begin = System.nanoTime();
        long end = begin + Duration.ofMillis(1_500).toNanos();

        ExecutorService threads = Executors.newFixedThreadPool(8);
        for (int i = 0; i < 8; i++) {
            SharedRateLimiter limiter = both.get(i % 2);
            threads.execute(() -> {
                while (System.nanoTime() < end) {
                    if (limiter.tryAcquire()) {
                        admitted.incrementAndGet();
                    }
                }
            });
        }
        threads.shutdown();
        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        double seconds = (System.nanoTime() - begin) / 1e9;

        assertThat((double) admitted.get()).isLessThanOrEqualTo(burst + perSecond * seconds + 1);
        assertThat((double) admitted.get()).isGreaterThan(perSecond * 0.5);
        assertThatCode(() -> both.get(0).quota()).doesNotThrowAnyException();
    }

    @Test
    void tryAcquire_twoProcesses_neverOverTheLimit() throws Exception {
        long perSecond = 300;
        long burst = 100;
        long begin = System.nanoTime();

        Process one = process(perSecond, burst);
        Process other = process(perSecond, burst);
        long first = admitted(one);
        long second = admitted(other);

        double seconds = (System.nanoTime() - begin) / 1e9;
        assertThat(first).isPositive();
        assertThat(second).isPositive();
        assertThat((double) (first + second)).isBetween((double) burst, burst + perSecond * seconds + 1);
    }

    private Process process(long perSecond, long burst) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        OneOfSeveralProcesses.class.getName(),
                        uri().toURI().toString(),
                        prefix,
                        Long.toString(perSecond),
                        Long.toString(burst),
                        "1500")
                .redirectErrorStream(true)
                .start();
    }

    private static long admitted(Process process) throws Exception {
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(40, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(output).isZero();
            return output.lines()
                    .filter(line -> line.startsWith("admitted "))
                    .mapToLong(line -> Long.parseLong(line.substring("admitted ".length())))
                    .sum();
        } finally {
            process.destroyForcibly();
        }
    }
}
