package dev.seawall.ratelimiter;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.seawall.VirtualRuntime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CalendarQuotaTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private final VirtualRuntime runtime = VirtualRuntime.create();

    private RateLimiter limiter(Limit... limits) {
        RateLimiterConfig.Builder config = RateLimiterConfig.builder().maxWait(ofDays(400));
        for (Limit limit : limits) {
            config.limit(limit);
        }
        return RateLimiter.of("reports", config.build(), runtime);
    }

    private void setTime(String time) {
        runtime.setWallTime(Instant.parse(time));
    }

    private static int taken(RateLimiter limiter) {
        int taken = 0;
        while (limiter.tryAcquire()) {
            taken++;
        }
        return taken;
    }

    @ParameterizedTest
    @CsvSource({
        "HOUR,  UTC,           2026-03-10T10:59:59Z, 2026-03-10T11:00:00Z, 2026-03-10T12:00:00Z",
        "HOUR,  Asia/Kolkata,  2026-03-10T10:10:00Z, 2026-03-10T10:30:00Z, 2026-03-10T11:30:00Z",
        "HOUR,  Europe/Berlin, 2026-10-25T00:30:00Z, 2026-10-25T01:00:00Z, 2026-10-25T02:00:00Z", // 2 o'clock twice
        "HOUR,  Europe/Berlin, 2026-03-29T00:30:00Z, 2026-03-29T01:00:00Z, 2026-03-29T02:00:00Z", // no 2 o'clock
        "DAY,   UTC,           2026-12-31T12:00:00Z, 2027-01-01T00:00:00Z, 2027-01-02T00:00:00Z",
        "DAY,   Europe/Berlin, 2026-03-28T12:00:00Z, 2026-03-28T23:00:00Z, 2026-03-29T22:00:00Z", // 23 h
        "DAY,   Europe/Berlin, 2026-10-24T12:00:00Z, 2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z", // 25 h
        "DAY,   Pacific/Apia,  2011-12-29T20:00:00Z, 2011-12-30T10:00:00Z, 2011-12-31T10:00:00Z", // skipped the 30th
        "DAY,   America/Sao_Paulo, 2018-11-03T12:00:00Z, 2018-11-04T03:00:00Z, 2018-11-05T02:00:00Z", // begins at 1
        "MONTH, UTC,           2024-01-31T12:00:00Z, 2024-02-01T00:00:00Z, 2024-03-01T00:00:00Z", // 29 days
        "MONTH, UTC,           2026-01-15T12:00:00Z, 2026-02-01T00:00:00Z, 2026-03-01T00:00:00Z", // 28 days
        "MONTH, Europe/Berlin, 2026-03-15T12:00:00Z, 2026-03-31T22:00:00Z, 2026-04-30T22:00:00Z",
    })
    void quota_ofAPeriod_comesBackAtItsEnd(
            CalendarPeriod period, String zone, String now, String next, String afterNext) {
        setTime(now);
        RateLimiter limiter = limiter(new Limit.CalendarQuota(5, period, ZoneId.of(zone)));

        assertThat(taken(limiter)).isEqualTo(5);
        assertThat(limiter.quota().retryAfter()).isEqualTo(Duration.between(runtime.wallTime(), Instant.parse(next)));
        runtime.advance(limiter.quota().retryAfter().minusNanos(1));
        assertThat(taken(limiter)).isZero();
        runtime.advance(Duration.ofNanos(1));
        assertThat(taken(limiter)).isEqualTo(5);
        runtime.advance(limiter.quota().retryAfter());
        assertThat(runtime.wallTime()).isEqualTo(Instant.parse(afterNext));
        assertThat(taken(limiter)).isEqualTo(5);
    }

    @Test
    void quotas_besideARate_allHold() {
        setTime("2026-01-30T23:00:00Z");
        RateLimiter limiter = limiter(Limit.perSecond(10), Limit.daily(25), Limit.monthly(40));

        assertThat(taken(limiter)).as("the bucket").isEqualTo(10);
        runtime.advance(ofSeconds(2));
        assertThat(taken(limiter)).isEqualTo(10);
        runtime.advance(ofSeconds(2));
        assertThat(taken(limiter)).as("the day").isEqualTo(5);
        assertThat(limiter.quota().limit()).isEqualTo(Limit.daily(25));
        runtime.advance(ofHours(1));
        assertThat(taken(limiter)).isEqualTo(10);
        runtime.advance(ofSeconds(2));
        assertThat(taken(limiter)).as("the month").isEqualTo(5);
        assertThat(limiter.quota().limit()).isEqualTo(Limit.monthly(40));
        runtime.advance(ofDays(1));
        assertThat(taken(limiter)).as("February").isEqualTo(10);
    }

    @Test
    void rejection_overQuota_tellsTheBoundary() {
        setTime("2026-05-20T00:00:00Z");
        RateLimiter limiter = RateLimiter.of("reports", RateLimiterConfig.of(Limit.monthly(1, BERLIN)), runtime);
        limiter.acquire();

        assertThatExceptionOfType(RateLimitedException.class)
                .isThrownBy(limiter::acquire)
                .withMessageContaining("(1 per calendar month in Europe/Berlin) has a permit in 286 h")
                .satisfies(rejection -> assertThat(rejection.retryAfter())
                        .contains(Duration.between(runtime.wallTime(), Instant.parse("2026-05-31T22:00:00Z"))));
    }

    @Test
    void acquire_overQuota_waitsForTheNextPeriod() {
        setTime("2026-05-20T12:00:00Z");
        RateLimiter limiter = limiter(Limit.daily(2));

        for (int i = 0; i < 5; i++) {
            limiter.acquire();
        }

        assertThat(runtime.wallTime()).isEqualTo(Instant.parse("2026-05-22T00:00:00Z"));
        assertThat(limiter.quota().remaining()).isEqualTo(1);
    }

    @Test
    void reserve_periodsAheadAndCancelled_givesThemBack() {
        setTime("2026-05-20T12:00:00Z");
        RateLimiter limiter = limiter(Limit.daily(2));
        limiter.tryAcquire(1);

        Reservation tomorrow = limiter.reserve(2, ofDays(10));
        Reservation dayAfter = limiter.reserve(1, ofDays(10));

        assertThat(tomorrow.delay()).isEqualTo(ofHours(12));
        assertThat(dayAfter.delay()).isEqualTo(ofHours(36));
        tomorrow.cancel();
        assertThat(limiter.reserve(2, ofDays(10)).delay()).as("the free slot").isEqualTo(ofHours(12));
        dayAfter.cancel();
        assertThat(limiter.reserve(2, ofDays(10)).delay()).isEqualTo(ofHours(36));
    }

    @Test
    void reserve_lastCancelled_leavesTodayAsItWas() {
        setTime("2026-05-20T12:00:00Z");
        RateLimiter limiter = limiter(Limit.daily(2));
        limiter.tryAcquire(1);

        limiter.reserve(2, ofDays(1)).cancel();

        assertThat(taken(limiter)).isEqualTo(1);
    }

    @Test
    void reserve_furtherThanTheLongestWait_isRejected() {
        RateLimiter limiter = limiter(Limit.monthly(1));
        for (int month = 0; month < 12; month++) {
            limiter.reserve(1, ofDays(10_000));
        }

        assertThatExceptionOfType(RateLimitedException.class).isThrownBy(() -> limiter.reserve(2, ofDays(10_000)));
        limiter.reserve(1, ofDays(10_000)); // the first of January 2001 is 366 days ahead
        assertThatExceptionOfType(RateLimitedException.class).isThrownBy(() -> limiter.reserve(1, ofDays(10_000)));
    }

    @Test
    void charge_moreThanTheQuota_isForgottenWithItsPeriod() {
        setTime("2026-05-20T12:00:00Z");
        RateLimiter limiter = limiter(Limit.daily(10));

        limiter.charge(1_000);
        limiter.charge(Long.MAX_VALUE);
        limiter.charge(Long.MAX_VALUE);

        assertThat(taken(limiter)).isZero();
        runtime.advance(ofHours(12));
        assertThat(taken(limiter)).isEqualTo(10);
    }

    @Test
    void isIdle_quotaUsed_onlyWhenThePeriodIsOver() {
        setTime("2026-05-20T12:00:00Z");
        RateLimiter limiter = limiter(Limit.monthly(10));
        limiter.tryAcquire();

        runtime.advance(ofDays(11));
        assertThat(limiter.isIdle()).isFalse();
        runtime.advance(ofHours(12));
        assertThat(limiter.isIdle()).isTrue();
    }

    @Test
    void configure_otherQuota_keepsWhatWasUsed() {
        setTime("2026-05-20T12:00:00Z");
        RateLimiter limiter = limiter(Limit.daily(10));
        limiter.tryAcquire(7);

        limiter.configure(RateLimiterConfig.of(Limit.daily(8)));

        assertThat(taken(limiter)).isEqualTo(1);
    }

    // ---- a wall clock that is set

    @Test
    void wallClock_setBackOverABoundary_givesNoPeriodTwice() {
        setTime("2026-05-20T23:59:00Z");
        RateLimiter limiter = limiter(Limit.daily(5));
        assertThat(taken(limiter)).isEqualTo(5);
        runtime.advance(ofMinutes(2));
        assertThat(taken(limiter)).as("of the 21st").isEqualTo(5);

        setTime("2026-05-20T12:00:00Z");
        runtime.advance(ofSeconds(2));

        assertThat(taken(limiter)).as("still of the 21st").isZero();
        runtime.advance(ofHours(13));
        assertThat(taken(limiter)).as("the 21st comes only now").isZero();
        runtime.advance(ofHours(11).plusMinutes(10));
        assertThat(taken(limiter)).as("24 h after the 21st began here").isEqualTo(5);
    }

    @Test
    void wallClock_setBackAndConfigured_givesNoPeriodTwice() {
        setTime("2026-05-21T00:01:00Z");
        RateLimiter limiter = limiter(Limit.daily(5));
        assertThat(taken(limiter)).isEqualTo(5);

        setTime("2026-05-20T12:00:00Z");
        runtime.advance(ofSeconds(2));
        limiter.configure(RateLimiterConfig.builder().limit(Limit.daily(6)).build());

        assertThat(taken(limiter)).as("one more than before").isEqualTo(1);
        runtime.advance(ofHours(13));
        assertThat(taken(limiter)).isZero();
    }

    @Test
    void wallClock_setForward_givesOneNewPeriod() {
        setTime("2026-05-20T12:00:00Z");
        RateLimiter limiter = limiter(Limit.daily(5));
        assertThat(taken(limiter)).isEqualTo(5);

        setTime("2026-05-24T12:00:00Z");
        runtime.advance(ofSeconds(1));

        assertThat(taken(limiter)).isEqualTo(5);
        assertThat(limiter.quota().retryAfter()).isEqualTo(ofHours(12).minusSeconds(1));
    }

    @Test
    void wallClock_yearsAheadForAMoment_holdsUpNoQuotaForYears() {
        setTime("2026-05-20T12:00:00Z");
        RateLimiter limiter = limiter(Limit.daily(5));
        setTime("2036-05-20T12:00:00Z");
        runtime.advance(ofSeconds(1));
        assertThat(taken(limiter)).isEqualTo(5);

        setTime("2026-05-20T12:00:02Z");
        int days = 0;
        for (int hour = 0; hour < 240; hour++) {
            runtime.advance(ofHours(1));
            days += taken(limiter) / 5;
        }

        assertThat(days).isEqualTo(10);
    }

    @Test
    void wallClock_aheadOfTheMonotonicOneAfterASuspend_isFollowed() {
        setTime("2026-05-20T23:00:00Z");
        RateLimiter limiter = limiter(Limit.daily(5));
        assertThat(taken(limiter)).isEqualTo(5);

        setTime("2026-05-21T07:00:00Z"); // eight hours that the monotonic clock has not seen
        runtime.advance(ofSeconds(1));

        assertThat(taken(limiter)).isEqualTo(5);
    }

    @Test
    void wallClock_beyondAllCalendars_breaksNoCall() {
        runtime.setWallTime(Instant.MAX.minus(ofDays(10_000)));
        RateLimiter limiter = limiter(Limit.daily(5), Limit.hourly(5), Limit.monthly(5));

        assertThat(taken(limiter)).isEqualTo(5);
        runtime.setWallTime(Instant.MIN.plus(ofDays(10_000)));
        runtime.advance(ofSeconds(2));
        assertThat(taken(limiter)).isZero();
        runtime.advance(ofDays(32));
        assertThat(taken(limiter)).isEqualTo(5);
    }

    // ---- settings

    @Test
    void calendarQuota_noPermits_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Limit.daily(0))
                .withMessage("permits must be at least 1, was 0");
    }

    @Test
    void calendarQuota_namesItself() {
        assertThat(Limit.hourly(5)).hasToString("5 per calendar hour");
        assertThat(Limit.monthly(5, BERLIN)).hasToString("5 per calendar month in Europe/Berlin");
        assertThat(Limit.daily(5)).isEqualTo(new Limit.CalendarQuota(5, CalendarPeriod.DAY, ZoneOffset.UTC));
    }
}
