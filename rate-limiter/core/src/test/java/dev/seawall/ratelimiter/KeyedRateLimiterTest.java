package dev.seawall.ratelimiter;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.seawall.Pipeline;
import dev.seawall.Policy;
import dev.seawall.VirtualRuntime;
import dev.seawall.ratelimiter.RateLimiterEvent.CallRejected;
import dev.seawall.ratelimiter.RateLimiterEvent.ConfigChanged;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class KeyedRateLimiterTest {

    private record Request(String customer) {}

    private final VirtualRuntime runtime = VirtualRuntime.create();

    private KeyedRateLimiter limiter(int maxKeys) {
        return KeyedRateLimiter.of(
                "users", Request.class, Request::customer, RateLimiterConfig.of(Limit.perSecond(2)), maxKeys, runtime);
    }

    private Pipeline pipeline(KeyedRateLimiter limiter) {
        return Pipeline.named("users").runtime(runtime).with(limiter).build();
    }

    private static int admitted(Pipeline pipeline, Object subject, int calls) {
        int admitted = 0;
        for (int i = 0; i < calls; i++) {
            try {
                admitted += pipeline.<Object, Integer, RuntimeException>callWith(subject, ignored -> 1);
            } catch (RateLimitedException rejection) {
                // not admitted
            }
        }
        return admitted;
    }

    @Test
    void call_twoKeys_haveALimitEach() {
        Pipeline pipeline = pipeline(limiter(10));

        assertThat(admitted(pipeline, new Request("a"), 3)).isEqualTo(2);
        assertThat(admitted(pipeline, new Request("b"), 3)).isEqualTo(2);
        assertThat(admitted(pipeline, new Request("a"), 1)).isZero();
    }

    @Test
    void call_withoutAKey_sharesOneLimiter() {
        KeyedRateLimiter limiter = KeyedRateLimiter.of(
                "users",
                Request.class,
                request ->
                        request.customer().isEmpty() ? null : request.customer().substring(1),
                RateLimiterConfig.of(Limit.perSecond(8)),
                10,
                runtime);
        Pipeline pipeline = pipeline(limiter);

        int other = admitted(pipeline, "of another type", 2);
        int none = admitted(pipeline, new Request(""), 2);
        int notAName = admitted(pipeline, new Request("xa\nb"), 1) + admitted(pipeline, new Request("x"), 1);
        int nothing = admitted(pipeline, null, 5);

        assertThat(other + none + notAName + nothing).isEqualTo(8);
        assertThat(limiter.keys()).isZero();
    }

    @Test
    void call_keyFunctionThrows_hasNoKey() {
        KeyedRateLimiter limiter = KeyedRateLimiter.of(
                "users",
                Request.class,
                request -> {
                    throw new IllegalStateException("no key");
                },
                RateLimiterConfig.of(Limit.perSecond(2)),
                10,
                runtime);

        assertThat(admitted(pipeline(limiter), new Request("a"), 3)).isEqualTo(2);
    }

    @Test
    void rejection_ofAKey_doesNotTellIt() {
        KeyedRateLimiter limiter = limiter(10);
        List<RateLimiterEvent> events = new ArrayList<>();
        limiter.on(RateLimiterEvent.class, events::add);
        RateLimiter one = limiter.limiter("secret");
        one.tryAcquire(2);

        assertThatExceptionOfType(RateLimitedException.class)
                .isThrownBy(one::acquire)
                .withMessageStartingWith("rate limiter 'users' (2 per 1 s)")
                .withMessageNotContaining("secret");
        assertThat(events).hasSize(1).hasOnlyElementsOfType(CallRejected.class);
        assertThat(one.toString() + limiter).doesNotContain("secret");
    }

    @Test
    void limiter_manyKeysThatComeOnce_areForgottenWhenTheyAreIdle() {
        KeyedRateLimiter limiter = limiter(100_000);

        for (int i = 0; i < 50_000; i++) {
            limiter.limiter("key " + i).tryAcquire();
            runtime.advance(ofMillis(1));
        }

        assertThat(limiter.keys())
                .as("those of the last second, and as long until the hand comes by")
                .isLessThan(3_000);
    }

    @Test
    void limiter_maxKeysInDebt_areKeptAndNewKeysShareOne() {
        KeyedRateLimiter limiter = limiter(100);
        for (int i = 0; i < 100; i++) {
            limiter.limiter("key " + i).charge(100);
        }

        RateLimiter one = limiter.limiter("new");
        RateLimiter other = limiter.limiter("newer");
        one.tryAcquire(2);

        assertThat(other.tryAcquire()).as("shared").isFalse();
        assertThat(limiter.keys()).isEqualTo(100);
        for (int i = 0; i < 100; i++) {
            assertThat(limiter.limiter("key " + i).tryAcquire())
                    .as("key %s is still in debt", i)
                    .isFalse();
        }
        runtime.advance(ofSeconds(60));
        limiter.limiter("new").tryAcquire();
        assertThat(limiter.limiter("newer").quota().remaining())
                .as("a limiter of its own")
                .isEqualTo(2);
    }

    @Test
    void configure_allKeys_takesEffectWhenTheyAreNextAskedFor() {
        KeyedRateLimiter limiter = limiter(10);
        List<ConfigChanged> events = new ArrayList<>();
        limiter.on(ConfigChanged.class, events::add);
        limiter.limiter("a").tryAcquire(2);

        limiter.configure(RateLimiterConfig.of(Limit.perSecond(10)));

        assertThat(limiter.limiter("a").quota().remaining()).as("2 stay used").isEqualTo(8);
        assertThat(limiter.limiter("b").quota().remaining()).isEqualTo(10);
        assertThat(limiter.config().limits()).containsExactly(Limit.perSecond(10));
        assertThat(events).hasSize(1);
    }

    @Test
    void configure_oneKey_holdsForItAloneAndKeepsIt() {
        KeyedRateLimiter limiter = limiter(10);

        limiter.limiter("vip").configure(RateLimiterConfig.of(Limit.perSecond(100)));
        for (int i = 0; i < 1_000; i++) {
            limiter.limiter("key " + i);
        }

        assertThat(limiter.limiter("vip").quota().remaining()).isEqualTo(100);
        assertThat(limiter.limiter("a").quota().remaining()).isEqualTo(2);
        limiter.configure(RateLimiterConfig.of(Limit.perSecond(3)));
        assertThat(limiter.limiter("vip").quota().remaining()).isEqualTo(3);
    }

    @Test
    void limiter_inAPipeline_namesItself() {
        KeyedRateLimiter limiter = limiter(10);
        limiter.limiter("a");

        assertThat(limiter).hasToString("rate limiter 'users' (2 per 1 s) for each of 1 keys");
        assertThat(limiter.traits()).containsExactly(Policy.Trait.LIMITS_RATE);
        assertThat(limiter.isIdle()).isFalse();
        assertThat(limiter.name()).isEqualTo("users");
    }
}
