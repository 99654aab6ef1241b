package dev.seawall.ratelimiter;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.seawall.VirtualRuntime;
import dev.seawall.ratelimiter.RateLimiterEvent.ConfigChanged;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Settings, and what becomes of permits when they change. */
final class ConfigureTest {

    private final VirtualRuntime runtime = VirtualRuntime.create();

    private RateLimiter limiter(Limit... limits) {
        return RateLimiter.of(
                "users", RateLimiterConfig.builder().limits(List.of(limits)).build(), runtime);
    }

    private static RateLimiterConfig of(Limit... limits) {
        return RateLimiterConfig.builder().limits(List.of(limits)).build();
    }

    static List<Limit> limits() {
        return Limits.all();
    }

    // ---- what is carried over

    @ParameterizedTest
    @MethodSource("limits")
    void close_ofAMeter_givesNothingMore(Limit limit) {
        Meter meter = Limits.plan(RateLimiterConfig.of(limit), 1).meter(true);

        meter.close(1);

        assertThat(meter.tryTake(1, 1)).isFalse();
        assertThat(meter.take(1, 1, Long.MAX_VALUE - 1, null)).isEqualTo(Meter.REPLACED);
        assertThat(meter.charge(1, 1)).isFalse();
    }

    @Test
    void configure_largerBucket_whatWasUsedStaysUsed() {
        RateLimiter limiter = limiter(Limit.perSecond(10));
        limiter.tryAcquire(7);

        limiter.configure(of(Limit.perSecond(20)));

        assertThat(limiter.quota().remaining()).isEqualTo(13);
        runtime.advance(ofMillis(50));
        assertThat(limiter.quota().remaining()).isEqualTo(14);
    }

    @Test
    void configure_smallerBucket_isEmptyAndNotInDebt() {
        RateLimiter limiter = limiter(Limit.perSecond(10));
        limiter.tryAcquire(7);

        limiter.configure(of(Limit.perSecond(5)));

        assertThat(limiter.quota().remaining()).isZero();
        assertThat(limiter.quota().retryAfter()).isEqualTo(ofMillis(200));
    }

    @Test
    void configure_whileCallsWait_theyKeepTheirTimesAndNewOnesComeAfter() {
        RateLimiter limiter = limiter(Limit.pacing(10, ofSeconds(1)));
        limiter.acquire();
        limiter.reserve(1, ofSeconds(1));
        Reservation last = limiter.reserve(1, ofSeconds(1));

        limiter.configure(of(Limit.pacing(100, ofSeconds(1))));

        assertThat(last.delay()).isEqualTo(ofMillis(200));
        assertThat(limiter.reserve(1, ofSeconds(1)).delay()).isEqualTo(ofMillis(210));
    }

    @ParameterizedTest
    @MethodSource("limits")
    void configure_toAnyKindAndBack_givesNoPermitTwice(Limit limit) {
        for (Limit other : Limits.all()) {
            RateLimiter limiter = limiter(limit);
            while (limiter.tryAcquire()) {
                // until nothing is left
            }

            limiter.configure(of(other));
            boolean first = limiter.tryAcquire();
            limiter.configure(of(limit));
            boolean second = limiter.tryAcquire();

            assertThat(first && !isSpaced(limit)).as("%s to %s", limit, other).isFalse();
            assertThat(second && !isSpaced(other))
                    .as("%s to %s and back", limit, other)
                    .isFalse();
        }
    }

    /** Holds one permit, and so remembers no more than one. */
    private static boolean isSpaced(Limit limit) {
        return limit instanceof Limit.Pacing || limit instanceof Limit.WarmUp;
    }

    @Test
    void configure_severalLimits_eachTakesOverFromTheOneWithItsPeriod() {
        RateLimiter limiter = limiter(Limit.fixedWindow(100, ofMinutes(1)));
        limiter.tryAcquire(95);

        limiter.configure(of(Limit.perSecond(3), Limit.fixedWindow(100, ofMinutes(1))));

        assertThat(limiter.tryAcquire(3)).isTrue();
        runtime.advance(ofSeconds(1));
        assertThat(limiter.quota().remaining()).isEqualTo(2);
    }

    @Test
    void configure_sameLimits_nothingIsForgotten() {
        RateLimiter limiter = limiter(Limit.perSecond(10));
        limiter.tryAcquire(10);
        Reservation reservation = limiter.reserve(1, ofSeconds(1));

        limiter.configure(limiter.config().toBuilder().maxWait(ofSeconds(5)).build());

        assertThat(limiter.config().maxWait()).isEqualTo(ofSeconds(5));
        assertThat(limiter.quota().retryAfter()).isEqualTo(ofMillis(200));
        reservation.cancel();
        assertThat(limiter.quota().retryAfter()).isEqualTo(ofMillis(100));
    }

    @Test
    void configure_debt_isPaidAtTheOldRate() {
        RateLimiter limiter = limiter(Limit.perSecond(10));
        limiter.charge(20);

        limiter.configure(of(Limit.perSecond(1_000)));

        assertThat(limiter.quota().retryAfter()).isEqualTo(ofMillis(1_001));
    }

    @Test
    void configure_reservationFromBefore_isNotGivenBack() {
        RateLimiter limiter = limiter(Limit.perSecond(10));
        Reservation before = limiter.reserve(5, ZERO);
        limiter.configure(of(Limit.perSecond(20)));

        before.cancel();

        assertThat(limiter.quota().remaining()).isEqualTo(15);
    }

    /** resilience4j: two changes at the same time, one lost. */
    @Test
    void configure_changeMadeWhileAnotherIsMade_bothSurvive() {
        RateLimiter limiter = limiter(Limit.perSecond(10));
        List<RateLimiterConfig> asked = new ArrayList<>();

        limiter.configure(config -> {
            asked.add(config);
            if (asked.size() == 1) {
                limiter.configure(
                        other -> other.toBuilder().maxWait(ofSeconds(5)).build());
            }
            return config.toBuilder().limits(List.of(Limit.perSecond(20))).build();
        });

        assertThat(asked).hasSize(2);
        assertThat(limiter.config().maxWait()).isEqualTo(ofSeconds(5));
        assertThat(limiter.config().limits()).containsExactly(Limit.perSecond(20));
    }

    @Test
    void configure_listener_hearsOfIt() {
        RateLimiter limiter = limiter(Limit.perSecond(10));
        List<ConfigChanged> events = new ArrayList<>();
        limiter.on(ConfigChanged.class, events::add);

        limiter.configure(of(Limit.perSecond(20)));

        assertThat(events).containsExactly(new ConfigChanged("users", limiter.config()));
    }

    // ---- ranges

    @Test
    void defaults_ofABuilder_areTheDocumentedOnes() {
        RateLimiterConfig config = RateLimiterConfig.of(Limit.perSecond(10));

        assertThat(config.maxWait()).isZero();
        assertThat(config.queue()).isEqualTo(1_000);
        assertThat(config.permits()).isNull();
        assertThat(config.toBuilder().build()).isEqualTo(config);
        assertThat(Limit.perSecond(10)).isEqualTo(Limit.tokenBucket(10, ofSeconds(1), 10));
        assertThat(Limit.perMinute(10).period()).isEqualTo(ofMinutes(1));
    }

    @Test
    void config_valueOutOfRange_isNamed() {
        RateLimiterConfig.Builder builder = RateLimiterConfig.of(Limit.perSecond(1)).toBuilder();

        refused(() -> RateLimiterConfig.builder().build(), "number of limits must be from 1 to 10, was 0");
        refused(() -> builder.queue(-1).build(), "queue must be from 0 to 1000000, was -1");
        refused(() -> builder.maxWait(ofMillis(-1)).build(), "maxWait must not be negative, was -1 ms");
    }

    @Test
    void limit_valueOutOfRange_isNamed() {
        Duration second = ofSeconds(1);

        refused(() -> Limit.perSecond(0), "permits must be at least 1, was 0");
        refused(() -> Limit.fixedWindow(1, ZERO), "period must be longer than 0 s, was 0 s");
        refused(() -> Limit.pacing(1, Duration.ofDays(3_661)), "period must be at most 3660 days, was 87864 h");
        refused(() -> Limit.perSecond(500_000_001), "permits must be at most one every 2 ns, was 500000001 in 1 s");
        refused(() -> Limit.tokenBucket(1, second, 0), "burst must be at least 1, was 0");
        refused(
                () -> Limit.tokenBucket(1, second, 2_000_000_000),
                "burst must be at most 1152921504 for this rate, was 2000000000");
        refused(() -> Limit.slidingLog(100_001, second), "permits of a sliding log must be at most 100000, was 100001");
        refused(
                () -> Limit.slidingWindow(1_000_000_001, Duration.ofDays(1)),
                "permits of a sliding window must be at most 1000000000, was 1000000001");
        refused(
                () -> Limit.warmUp(1_000_001, second, second, 3),
                "permits must be at most one every microsecond to warm up, was 1000001 in 1 s");
        refused(() -> Limit.warmUp(1, second, ZERO, 3), "warmUp must be longer than 0 s, was 0 s");
        refused(() -> Limit.warmUp(1, second, second, 0.5), "coldFactor must be from 1.0 to 1000.0, was 0.5");
    }

    private static void refused(Runnable construction, String message) {
        assertThatIllegalArgumentException().isThrownBy(construction::run).withMessage(message);
    }

    @Test
    void limit_inText_saysWhatItDoes() {
        assertThat(Limits.all())
                .map(Limit::toString)
                .containsExactly(
                        "10 per 1 s",
                        "10 per 1 s in fixed windows",
                        "10 per 1 s at any time",
                        "10 per 1 s in a sliding window",
                        "10 per 1 s evenly spaced",
                        "10 per 1 s evenly spaced, after warming up for 5 s");
        assertThat(Limit.tokenBucket(10, ofSeconds(1), 3)).hasToString("10 per 1 s, bursts of 3");
    }
}
