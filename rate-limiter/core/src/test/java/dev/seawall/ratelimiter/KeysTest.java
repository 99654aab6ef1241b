package dev.seawall.ratelimiter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.VirtualRuntime;
import dev.seawall.test.Property;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class KeysTest {

    private static final int MOST_KEYS = 10_000_000;

    private final VirtualRuntime runtime = VirtualRuntime.create();

    private KeyedRateLimiter limiter(int maxKeys, Limit limit) {
        return KeyedRateLimiter.of("users", String.class, key -> key, RateLimiterConfig.of(limit), maxKeys, runtime);
    }

    /** A million keys in the build, ten million with {@code -Dseawall.cases.factor=10}. */
    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void manyKeys_fiftyThousandInUse_fitIn64MiB() throws Exception {
        int keys = Math.min(MOST_KEYS, 1_000_000 * Integer.getInteger(Property.CASES_FACTOR, 1));
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ManyKeys.class.getName(),
                        Integer.toString(keys))
                .redirectErrorStream(true)
                .start();

        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        System.out.print(output);
        assertThat(child.waitFor()).as(output).isZero();
        assertThat(output).contains(keys + " keys, with a rate each: 50000 kept");
    }

    @Test
    void limiter_oneIdleOfVeryMany_isFoundByANewKey() {
        KeyedRateLimiter limiter = limiter(20_000, Limit.tokenBucket(1, Duration.ofSeconds(1)));
        for (int i = 0; i < 20_000; i++) {
            limiter.limiter("key " + i).charge(i == 12_345 ? 1 : 1_000);
        }
        runtime.advance(Duration.ofSeconds(10));

        assertThat(limiter.limiter("new").tryAcquire()).isTrue();
        assertThat(limiter.limiter("no room").tryAcquire()).isTrue();
        assertThat(limiter.limiter("no room either").tryAcquire()).as("shared").isFalse();
        assertThat(limiter.limiter("new").tryAcquire()).as("its own").isFalse();
    }

    /** A key that was idle, or was asked for, and then is used again stays, whatever was noted when it was looked at. */
    @Test
    void limiter_usedAgain_isNotForgottenAtTheTimeNotedBefore() {
        KeyedRateLimiter limiter = limiter(2, Limit.tokenBucket(1, Duration.ofSeconds(1)));
        limiter.limiter("a").tryAcquire();
        limiter.limiter("b").tryAcquire();
        runtime.advance(Duration.ofSeconds(2));
        limiter.limiter("a").charge(100);
        limiter.limiter("b").charge(100);

        for (int i = 0; i < 1_000; i++) {
            limiter.limiter("new " + i);
            runtime.advance(Duration.ofMillis(50));
        }

        assertThat(limiter.limiter("a").tryAcquire()).isFalse();
        assertThat(limiter.limiter("b").tryAcquire()).isFalse();
    }

    @Test
    void limiter_permitsGivenBack_areFoundIdleWithinAnHour() {
        KeyedRateLimiter limiter = limiter(1, Limit.tokenBucket(1, Duration.ofDays(10)));
        Reservation reservation = limiter.limiter("a").reserve(1, Duration.ZERO);
        limiter.limiter("looks at a");
        reservation.cancel();

        runtime.advance(Duration.ofHours(1));
        RateLimiter ofB = limiter.limiter("b");
        ofB.tryAcquire();

        assertThat(limiter.limiter("c").tryAcquire()).as("the shared one").isTrue();
        assertThat(limiter.limiter("b")).isSameAs(ofB);
    }

    /** Against a twin that forgets nothing: while there is room for all in use, no key gets more or less than it should. */
    @Test
    void limiters_atRandom_areThoseOfATwinThatForgetsNothing() {
        Property.named("keys that are forgotten").cases(200).check(random -> {
            VirtualRuntime time = VirtualRuntime.create();
            RateLimiterConfig config = RateLimiterConfig.of(Limit.tokenBucket(3, Duration.ofSeconds(3)));
            KeyedRateLimiter limiter = KeyedRateLimiter.of("users", String.class, key -> key, config, 40, time);
            Map<String, RateLimiter> twin = new HashMap<>();
            for (int i = 0; i < 600; i++) {
                time.advance(Duration.ofMillis(random.nextLong(300)));
                String key = "key " + random.nextInt(random.nextBoolean() ? 10 : 1_000);
                RateLimiter expected = twin.computeIfAbsent(key, name -> RateLimiter.of(name, config, time));
                if (random.nextInt(5) == 0) {
                    limiter.limiter(key).charge(2);
                    expected.charge(2);
                }
                assertThat(limiter.limiter(key).tryAcquire()).isEqualTo(expected.tryAcquire());
            }
            assertThat(limiter.keys()).isLessThanOrEqualTo(40);
        });
    }

    @Test
    void limiter_manyThreadsAndFewPlaces_keepsItsBoundAndEndsWell() throws Exception {
        KeyedRateLimiter limiter = limiter(50, Limit.tokenBucket(1, Duration.ofMillis(1)));
        AtomicInteger taken = new AtomicInteger();
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int first = t;
            threads.add(CompletableFuture.runAsync(() -> {
                for (int i = 0; i < 20_000; i++) {
                    if (limiter.limiter("key " + (first * 31 + i) % 500).tryAcquire()) {
                        taken.incrementAndGet();
                    }
                    if (i % 100 == 0) {
                        runtime.advance(Duration.ofMillis(1));
                    }
                    assertThat(limiter.keys()).isLessThanOrEqualTo(50);
                }
            }));
        }

        CompletableFuture.allOf(threads.toArray(new CompletableFuture<?>[0])).get(60, TimeUnit.SECONDS);

        assertThat(taken).hasPositiveValue();
        runtime.advance(Duration.ofSeconds(1));
        assertThat(limiter.limiter("a new one").tryAcquire()).isTrue();
        assertThat(limiter.limiter("another").tryAcquire()).isTrue();
    }
}
