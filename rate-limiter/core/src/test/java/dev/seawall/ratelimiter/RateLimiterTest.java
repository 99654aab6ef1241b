package dev.seawall.ratelimiter;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.seawall.CallInterruptedException;
import dev.seawall.Policy;
import dev.seawall.VirtualRuntime;
import dev.seawall.ratelimiter.RateLimiterEvent.CallDelayed;
import dev.seawall.ratelimiter.RateLimiterEvent.CallRejected;
import dev.seawall.ratelimiter.RateLimiterEvent.PermitsReturned;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Permits asked for by hand. */
final class RateLimiterTest {

    private final VirtualRuntime runtime = VirtualRuntime.create();
    private final List<RateLimiterEvent> events = new ArrayList<>();

    private RateLimiter limiter(Limit... limits) {
        RateLimiterConfig config =
                RateLimiterConfig.builder().limits(List.of(limits)).build();
        RateLimiter limiter = RateLimiter.of("users", config, runtime);
        limiter.on(RateLimiterEvent.class, events::add);
        return limiter;
    }

    private static int drain(RateLimiter limiter) {
        int taken = 0;
        while (taken < 1_000_000 && limiter.tryAcquire()) {
            taken++;
        }
        return taken;
    }

    static Stream<Limit> limits() {
        return Limits.all().stream();
    }

    // ---- tryAcquire

    @ParameterizedTest
    @MethodSource("limits")
    void tryAcquire_newLimiter_hasWhatAllowsItsKindAndNoMore(Limit limit) {
        boolean spaced = limit instanceof Limit.Pacing || limit instanceof Limit.WarmUp;

        assertThat(drain(limiter(limit))).isEqualTo(spaced ? 1 : 10);
    }

    @ParameterizedTest
    @MethodSource("limits")
    void tryAcquire_afterAnyIdleTime_hasNoMoreThanANewLimiter(Limit limit) {
        RateLimiter limiter = limiter(limit);
        int full = drain(limiter);

        runtime.advance(ofDays(365 * 70));
        int first = drain(limiter);
        runtime.advance(ofDays(365 * 70)); // bucket4j/bucket4j#51: overflow after a long idle time
        int second = drain(limiter);

        assertThat(List.of(first, second)).containsOnly(full);
    }

    @Test
    void tryAcquire_bucket_refillsEvenly() {
        RateLimiter limiter = limiter(Limit.tokenBucket(10, ofSeconds(1)));
        drain(limiter);

        runtime.advance(ofNanos(99_999_999));
        boolean tooEarly = limiter.tryAcquire();
        runtime.advance(ofNanos(1));
        boolean due = limiter.tryAcquire();

        assertThat(tooEarly).isFalse();
        assertThat(due).isTrue();
        assertThat(limiter.tryAcquire()).isFalse();
    }

    @Test
    void tryAcquire_rateThatDividesNoSecond_isExact() {
        RateLimiter limiter = limiter(Limit.tokenBucket(7, ofSeconds(1)));
        drain(limiter);
        int taken = 0;

        for (int i = 0; i < 70_000; i++) {
            runtime.advance(ofMillis(100));
            taken += drain(limiter);
        }

        assertThat(taken).isEqualTo(49_000);
    }

    @Test
    void tryAcquire_severalPermits_areTakenAllOrNone() {
        RateLimiter limiter = limiter(Limit.tokenBucket(10, ofSeconds(1)));

        assertThat(limiter.tryAcquire(7)).isTrue();
        assertThat(limiter.tryAcquire(4)).isFalse();
        assertThat(limiter.tryAcquire(3)).isTrue();
        assertThat(limiter.tryAcquire(11)).as("more than there can be").isFalse();
    }

    @Test
    void tryAcquire_noPermits_isRefused() {
        RateLimiter limiter = limiter(Limit.perSecond(10));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> limiter.tryAcquire(0))
                .withMessage("permits must be at least 1, was 0");
        assertThatIllegalArgumentException().isThrownBy(() -> limiter.charge(-1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> limiter.reserve(1, ofMillis(-1)))
                .withMessage("maxWait must not be negative, was -1 ms");
    }

    @Test
    void tryAcquire_severalLimits_needsPermitsOfAll() {
        RateLimiter limiter = limiter(Limit.perSecond(3), Limit.fixedWindow(5, ofMinutes(1)));

        int first = drain(limiter);
        runtime.advance(ofSeconds(1));
        int second = drain(limiter);
        runtime.advance(ofSeconds(1));
        int third = drain(limiter);

        assertThat(List.of(first, second, third)).containsExactly(3, 2, 0);
        assertThat(limiter.quota().limit()).isEqualTo(Limit.fixedWindow(5, ofMinutes(1)));
    }

    // ---- around the boundary of a period

    /** resilience4j: 20 in 30 ms for 10 per 200 ms. Documented for a fixed window. */
    @Test
    void tryAcquire_fixedWindow_hasTwiceItsPermitsAroundABoundary() {
        RateLimiter limiter = limiter(Limit.fixedWindow(10, ofMillis(200)));
        runtime.advance(ofMillis(185));

        int before = drain(limiter);
        runtime.advance(ofMillis(30));
        int after = drain(limiter);

        assertThat(before + after).isEqualTo(20);
    }

    @Test
    void tryAcquire_slidingLog_neverHasMoreAroundABoundary() {
        RateLimiter limiter = limiter(Limit.slidingLog(10, ofMillis(200)));
        runtime.advance(ofMillis(185));

        int before = drain(limiter);
        runtime.advance(ofMillis(199));
        int after = drain(limiter);
        runtime.advance(ofMillis(1));

        assertThat(before + after).isEqualTo(10);
        assertThat(drain(limiter)).isEqualTo(10);
    }

    @Test
    void tryAcquire_slidingWindow_weighsThePeriodBefore() {
        RateLimiter limiter = limiter(Limit.slidingWindow(10, ofMillis(200)));
        drain(limiter);

        runtime.advance(ofMillis(250));
        int quarter = drain(limiter);

        assertThat(quarter).as("10 - floor(10 × 3/4)").isEqualTo(3);
    }

    // ---- pacing and warm-up

    @Test
    void acquire_pacing_isEvenlySpaced() {
        RateLimiter limiter = limiter(Limit.pacing(10, ofSeconds(1)));
        List<Long> starts = new ArrayList<>();

        for (int i = 0; i < 4; i++) {
            limiter.acquire(1, ofSeconds(1));
            starts.add((runtime.now() - 1) / 1_000_000);
        }

        assertThat(starts).containsExactly(0L, 100L, 200L, 300L);
    }

    @Test
    void acquire_pacingWithAHeavyCall_makesThoseAfterItWait() {
        RateLimiter limiter = limiter(Limit.pacing(10, ofSeconds(1)));

        assertThat(limiter.tryAcquire(5)).isTrue();

        assertThat(limiter.quota().retryAfter()).isEqualTo(ofMillis(500));
    }

    @Test
    void acquire_warmUp_startsSlowlyAndReachesTheRate() {
        RateLimiter limiter = limiter(Limit.warmUp(10, ofSeconds(1), ofSeconds(2), 4));
        List<Long> gaps = gaps(limiter, 30);

        assertThat(gaps.get(0)).as("a quarter of the rate").isEqualTo(400);
        assertThat(gaps).isSortedAccordingTo((one, other) -> Long.compare(other, one));
        assertThat(gaps.get(29)).as("the rate").isEqualTo(100);
        assertThat(gaps.stream()
                        .takeWhile(gap -> gap > 100)
                        .mapToLong(Long::longValue)
                        .sum())
                .as("how long it took, in ms")
                .isBetween(1_900L, 2_200L);
    }

    @Test
    void acquire_warmUpAfterAPause_isColdAgain() {
        RateLimiter limiter = limiter(Limit.warmUp(10, ofSeconds(1), ofSeconds(2), 4));
        gaps(limiter, 30);

        runtime.advance(ofMillis(1_900));
        long warm = gaps(limiter, 1).get(0);
        runtime.advance(ofMillis(2_100));
        long cold = gaps(limiter, 1).get(0);

        assertThat(warm).isEqualTo(100);
        assertThat(cold).isEqualTo(400);
    }

    /** Times between permits, in milliseconds. */
    private List<Long> gaps(RateLimiter limiter, int permits) {
        List<Long> gaps = new ArrayList<>();
        for (int i = 0; i < permits; i++) {
            limiter.acquire(1, ofSeconds(10));
            gaps.add(limiter.quota().retryAfter().toMillis());
        }
        return gaps;
    }

    // ---- acquire

    @ParameterizedTest
    @MethodSource("limits")
    void acquire_waitThatCannotSucceed_failsAtOnceAndTakesNothing(Limit limit) {
        RateLimiter limiter = limiter(limit);
        drain(limiter);
        Duration needed = limiter.quota().retryAfter();
        long before = runtime.now();

        assertThatExceptionOfType(RateLimitedException.class)
                .isThrownBy(() -> limiter.acquire(1, needed.minusNanos(1)))
                .satisfies(rejection -> assertThat(rejection.retryAfter()).contains(needed));

        assertThat(runtime.now()).as("no time was spent").isEqualTo(before);
        assertThat(limiter.quota().retryAfter()).isEqualTo(needed);
        limiter.acquire(1, needed);
        assertThat(runtime.now()).isEqualTo(before + needed.toNanos());
    }

    @Test
    void acquire_partOfATokenIsThere_isNotWaitedForTwice() { // bucket4j/bucket4j#88
        RateLimiter limiter = limiter(Limit.tokenBucket(10, ofSeconds(1)));
        drain(limiter);
        runtime.advance(ofMillis(70));

        assertThat(limiter.quota().retryAfter()).isEqualTo(ofMillis(30));
        assertThat(limiter.reserve(2, ofSeconds(1)).delay()).isEqualTo(ofMillis(130));
    }

    @Test
    void acquire_withoutWait_rejectionSaysWhoWhyAndWhen() {
        RateLimiter limiter = limiter(Limit.perSecond(10));
        drain(limiter);

        assertThatExceptionOfType(RateLimitedException.class)
                .isThrownBy(limiter::acquire)
                .withMessage("rate limiter 'users' (10 per 1 s) has a permit in 100 ms, and a call waits at most 0 s;"
                        + " try again in 100 ms")
                .satisfies(rejection -> assertThat(rejection.permits()).isEqualTo(1));
        assertThat(events).hasOnlyElementsOfType(CallRejected.class);
        assertThat(limiter.snapshot().rejected()).isEqualTo(1);
    }

    @Test
    void acquire_morePermitsThanThereCanBe_isRejectedWithoutAHint() {
        RateLimiter limiter = limiter(Limit.perSecond(10), Limit.slidingLog(4, ofSeconds(1)));

        assertThatExceptionOfType(RateLimitedException.class)
                .isThrownBy(() -> limiter.acquire(5, ofDays(1)))
                .withMessage(
                        "rate limiter 'users' (10 per 1 s; 4 per 1 s at any time) never has 5 permits at once, but 4 at most")
                .satisfies(rejection -> assertThat(rejection.retryAfter()).isEmpty());
    }

    @ParameterizedTest
    @MethodSource("limits")
    void acquire_interruptedWhileWaiting_losesNoPermit(Limit limit) { // resilience4j, Failsafe: lost
        RateLimiter limiter = limiter(limit);
        drain(limiter);
        Duration needed = limiter.quota().retryAfter();
        runtime.schedule(needed.toNanos() / 2, () -> Thread.currentThread().interrupt());

        assertThatExceptionOfType(CallInterruptedException.class)
                .isThrownBy(() -> limiter.acquire(1, ofSeconds(10)))
                .withMessage("'users' was interrupted while waiting for a permit");

        assertThat(Thread.interrupted()).as("the flag stays set").isTrue();
        assertThat(limiter.quota().retryAfter()).isEqualTo(needed.minusNanos(needed.toNanos() / 2));
        assertThat(limiter.snapshot().waiting()).isZero();
        assertThat(events.get(events.size() - 1)).isEqualTo(new PermitsReturned("users", 1));
    }

    @Test
    void acquire_runtimeClosedWhileWaiting_rejectsAndGivesBack() {
        RateLimiter limiter = limiter(Limit.perSecond(1));
        drain(limiter);
        runtime.schedule(1_000, runtime::close);

        assertThatExceptionOfType(RateLimitedException.class)
                .isThrownBy(() -> limiter.acquire(1, ofSeconds(10)))
                .withMessage("rate limiter 'users' (1 per 1 s) ended the wait for a permit: its runtime was closed");

        assertThat(limiter.quota().retryAfter()).isEqualTo(ofSeconds(1).minusNanos(1_000));
        assertThat(events.get(events.size() - 1)).isInstanceOf(CallRejected.class);
    }

    @Test
    void acquire_queueIsFull_isRejectedThoughTheWaitWouldBeShort() {
        RateLimiter limiter = RateLimiter.of(
                "users",
                RateLimiterConfig.of(Limit.perSecond(1)).toBuilder()
                        .maxWait(ofMinutes(1))
                        .queue(1)
                        .build(),
                runtime);
        drain(limiter);
        List<Throwable> thrown = new ArrayList<>();
        runtime.schedule(1_000_000, () -> {
            try {
                limiter.acquire();
            } catch (RateLimitedException rejection) {
                thrown.add(rejection);
            }
        });

        limiter.acquire();

        assertThat(thrown).hasSize(1);
        assertThat(thrown.get(0))
                .hasMessage("rate limiter 'users' (1 per 1 s) has a permit in 2 s, and 1 calls wait already;"
                        + " try again in 2 s");
        assertThatNoException().as("the queue is empty again").isThrownBy(limiter::acquire);
    }

    // ---- charge

    @ParameterizedTest
    @MethodSource("limits")
    void charge_moreThanThereIs_isPaidBeforeAnybodyElseGetsAPermit(Limit limit) {
        RateLimiter limiter = limiter(limit);
        drain(limiter);
        Duration without = limiter.quota().retryAfter();

        limiter.charge(5);

        assertThat(limiter.tryAcquire()).isFalse();
        assertThat(limiter.quota().remaining()).isZero();
        assertThat(limiter.quota().retryAfter()).isGreaterThanOrEqualTo(without);
        runtime.advance(limiter.quota().retryAfter());
        assertThat(limiter.tryAcquire()).isTrue();
    }

    @Test
    void charge_thenABulk_waitsForDebtAndBulk() { // bucket4j/bucket4j#417
        RateLimiter limiter = limiter(Limit.perSecond(10));

        limiter.charge(15);

        assertThat(limiter.reserve(10, ofSeconds(2)).delay()).isEqualTo(ofMillis(1_500));
    }

    @Test
    void charge_slidingLog_remembersEveryPermit() {
        RateLimiter limiter = limiter(Limit.slidingLog(10, ofSeconds(1)));
        limiter.tryAcquire(8);
        runtime.advance(ofMillis(500));

        limiter.charge(5);

        assertThat(limiter.quota().retryAfter())
                .as("13 in the period, 4 must leave")
                .isEqualTo(ofMillis(500));
        limiter.charge(25);
        assertThat(limiter.quota().retryAfter())
                .as("10 now, 10 and 5 in the periods to come")
                .isEqualTo(ofSeconds(2));
    }

    // ---- reserve and cancel

    @Test
    void reserve_severalInARow_areDueOneAfterAnother() { // resilience4j/resilience4j#822: rounding
        RateLimiter limiter = limiter(Limit.tokenBucket(3, ofSeconds(1), 1));
        limiter.acquire();

        List<Duration> delays = Stream.generate(() -> limiter.reserve(1, ofSeconds(2)))
                .limit(6)
                .map(Reservation::delay)
                .toList();

        assertThat(delays)
                .containsExactly(
                        ofNanos(333_333_334),
                        ofNanos(666_666_667),
                        ofSeconds(1),
                        ofNanos(1_333_333_334),
                        ofNanos(1_666_666_667),
                        ofSeconds(2));
        assertThat(events).hasSize(6).hasOnlyElementsOfType(CallDelayed.class);
        assertThat(limiter.snapshot().delayed()).isEqualTo(6);
    }

    @Test
    void reserve_furtherAheadThanASlidingWindowCounts_isRejectedWhateverWaitIsAllowed() {
        RateLimiter limiter = limiter(Limit.slidingWindow(1, ofMillis(1)), Limit.tokenBucket(1, ofDays(1)));
        limiter.tryAcquire();

        assertThatExceptionOfType(RateLimitedException.class).isThrownBy(() -> limiter.reserve(1, ofDays(2)));

        runtime.advance(ofDays(1));
        assertThat(limiter.tryAcquire()).isTrue();
    }

    @Test
    void reserve_tooFarAhead_isRejectedAndTakesNothing() {
        RateLimiter limiter = limiter(Limit.perSecond(1));
        limiter.acquire();

        assertThatExceptionOfType(RateLimitedException.class).isThrownBy(() -> limiter.reserve(1, ofMillis(999)));

        assertThat(limiter.reserve(1, ofSeconds(1)).delay()).isEqualTo(ofSeconds(1));
    }

    @ParameterizedTest
    @MethodSource("limits")
    void cancel_ofTheLast_makesItsTimeFree(Limit limit) {
        RateLimiter limiter = limiter(limit);
        drain(limiter);
        Reservation reservation = limiter.reserve(1, ofSeconds(10));
        Duration delay = reservation.delay();

        boolean first = reservation.cancel();
        boolean second = reservation.cancel();

        assertThat(first).isTrue();
        assertThat(second).as("once").isFalse();
        assertThat(limiter.reserve(1, ofSeconds(10)).delay()).isEqualTo(delay);
        assertThat(events).filteredOn(PermitsReturned.class::isInstance).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("limits")
    void cancel_inTheMiddle_theNextCallGetsItsTime(Limit limit) {
        RateLimiter limiter = limiter(limit);
        drain(limiter);
        List<Reservation> all = Stream.generate(() -> limiter.reserve(1, ofMinutes(1)))
                .limit(12)
                .toList();
        Duration fourth = all.get(3).delay();
        Duration last = all.get(11).delay();

        all.get(3).cancel();

        assertThat(limiter.reserve(1, ofMinutes(1)).delay()).isEqualTo(fourth);
        assertThat(limiter.reserve(1, ofMinutes(1)).delay())
                .isGreaterThan(ofMillis(1))
                .isGreaterThanOrEqualTo(last);
    }

    @Test
    void cancel_inTheMiddleOfAWindow_leavesItsPermitsForOthersOfTheWindow() {
        RateLimiter limiter = limiter(Limit.fixedWindow(10, ofSeconds(1)));
        drain(limiter);
        List<Reservation> first =
                Stream.generate(() -> limiter.reserve(1, ofMinutes(1))).limit(5).toList();

        first.get(1).cancel();
        first.get(3).cancel();

        assertThat(Stream.generate(() -> limiter.reserve(1, ofMinutes(1)).delay())
                        .limit(8))
                .containsExactly(
                        ofSeconds(1),
                        ofSeconds(1),
                        ofSeconds(1),
                        ofSeconds(1),
                        ofSeconds(1),
                        ofSeconds(1),
                        ofSeconds(1),
                        ofSeconds(2));
    }

    @ParameterizedTest
    @MethodSource("limits")
    void cancel_fromTheMiddleToTheEnd_leavesNothingBehind(Limit limit) {
        RateLimiter limiter = limiter(limit);
        drain(limiter);
        Quota before = limiter.quota();
        List<Reservation> all =
                Stream.generate(() -> limiter.reserve(1, ofMinutes(1))).limit(5).toList();

        List.of(2, 0, 3, 4, 1).forEach(index -> all.get(index).cancel());

        assertThat(limiter.quota()).isEqualTo(before);
    }

    @Test
    void cancel_ofPermitsAlreadyDue_givesBackWhatWasNotIssuedAnew() {
        RateLimiter limiter = limiter(Limit.perSecond(10));
        Reservation early = limiter.reserve(4, ZERO);
        drain(limiter);
        runtime.advance(ofMillis(250)); // 2.5 of the 4 have come in again

        early.cancel();

        assertThat(drain(limiter)).as("2 came in, 1.5 were given back").isEqualTo(3);
    }

    @Test
    void cancel_ofPermitsOfAWindowThatHasPassed_givesNothingBack() {
        RateLimiter limiter = limiter(Limit.fixedWindow(10, ofSeconds(1)));
        Reservation early = limiter.reserve(4, ZERO);
        runtime.advance(ofSeconds(1));

        early.cancel();

        assertThat(drain(limiter)).isEqualTo(10);
    }

    @Test
    void cancel_ofOneLimitAmongSeveral_givesBackToAll() {
        RateLimiter limiter = limiter(Limit.perSecond(10), Limit.fixedWindow(20, ofMinutes(1)));
        Reservation early = limiter.reserve(5, ZERO);
        limiter.tryAcquire();

        early.cancel();

        runtime.advance(ofSeconds(1));
        assertThat(drain(limiter)).isEqualTo(10);
        runtime.advance(ofSeconds(1));
        assertThat(drain(limiter)).as("20 in the minute, 11 used").isEqualTo(9);
    }

    @Test
    void await_reservation_returnsWhenItIsDue() {
        RateLimiter limiter = limiter(Limit.perSecond(10));
        drain(limiter);
        Reservation reservation = limiter.reserve(2, ofSeconds(1));

        reservation.await();

        assertThat(runtime.now()).isEqualTo(1 + ofMillis(200).toNanos());
        assertThat(reservation.delay()).isZero();
        assertThat(reservation).hasToString("2 permits of 'users'");
        reservation.await();
        assertThat(runtime.now())
                .as("no second wait")
                .isEqualTo(1 + ofMillis(200).toNanos());
    }

    // ---- looking in

    @Test
    void quota_ofABucket_hasWhatHttpHeadersNeed() {
        RateLimiter limiter = limiter(Limit.tokenBucket(10, ofSeconds(1), 20));
        limiter.tryAcquire(15);

        assertThat(limiter.quota())
                .isEqualTo(new Quota(Limit.tokenBucket(10, ofSeconds(1), 20), 5, ofMillis(1_500), ZERO));
        limiter.tryAcquire(5);
        assertThat(limiter.quota().retryAfter()).isEqualTo(ofMillis(100));
        assertThat(limiter.snapshot().name()).isEqualTo("users");
    }

    @Test
    void quota_ofTheOtherKinds_tellsRemainingAndReset() {
        RateLimiter window = limiter(Limit.fixedWindow(10, ofSeconds(1)));
        RateLimiter log = limiter(Limit.slidingLog(10, ofSeconds(1)));
        RateLimiter sliding = limiter(Limit.slidingWindow(10, ofSeconds(1)));
        runtime.advance(ofMillis(300));

        for (RateLimiter limiter : List.of(window, log, sliding)) {
            limiter.tryAcquire(4);
            assertThat(limiter.quota().remaining()).isEqualTo(6);
        }

        assertThat(window.quota().resetAfter()).isEqualTo(ofMillis(700));
        assertThat(log.quota().resetAfter()).isEqualTo(ofSeconds(1));
        assertThat(sliding.quota().resetAfter()).isEqualTo(ofMillis(1_700));
    }

    @Test
    void quota_whenOthersWait_hasNothingLeft() {
        RateLimiter limiter = limiter(Limit.slidingLog(2, ofSeconds(1)), Limit.perSecond(2));
        drain(limiter);

        limiter.reserve(1, ofSeconds(5));

        assertThat(limiter.quota().remaining()).isZero();
        assertThat(limiter.quota().retryAfter()).isEqualTo(ofSeconds(1));
    }

    @ParameterizedTest
    @MethodSource("limits")
    void isIdle_whateverWasTaken_isTrueOnceItNoLongerMatters(Limit limit) {
        RateLimiter limiter = limiter(limit);
        boolean fresh = limiter.isIdle();
        limiter.tryAcquire();

        assertThat(fresh).isTrue();
        assertThat(limiter.isIdle()).isFalse();
        runtime.advance(limit instanceof Limit.WarmUp ? ofSeconds(6) : ofSeconds(2));
        assertThat(limiter.isIdle()).isTrue();
    }

    @Test
    void limiter_inAPipeline_namesItselfAndWhatItDoes() {
        RateLimiter limiter = limiter(Limit.perSecond(10), Limit.perMinute(100));

        assertThat(limiter).hasToString("rate limiter 'users' (10 per 1 s; 100 per 60 s)");
        assertThat(limiter.traits()).containsExactly(Policy.Trait.LIMITS_RATE);
        assertThat(RateLimiter.of("shared", Limit.perSecond(1)).tryAcquire()).isTrue();
    }
}
