package dev.seawall.ratelimiter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.VirtualRuntime;
import dev.seawall.test.Property;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class CalendarTest {

    private static final List<ZoneId> ZONES =
            ZoneId.getAvailableZoneIds().stream().sorted().map(ZoneId::of).toList();

    @Test
    void periods_ofAnyZoneAndTime_holdTheTimeAndFollowOneAnother() {
        Property.named("periods").cases(3_000).check(random -> {
            ZoneId zone = random.pick(ZONES);
            CalendarPeriod period = random.pick(List.of(CalendarPeriod.values()));
            long time = random.nextLong(
                    Instant.parse("1971-01-01T00:00:00Z").getEpochSecond(),
                    Instant.parse("2100-01-01T00:00:00Z").getEpochSecond());

            long start = period.start(time, zone);
            long end = period.end(time, zone);

            assertThat(start).isLessThanOrEqualTo(time);
            assertThat(end).isGreaterThan(time);
            assertThat(period.start(end, zone))
                    .as("%s of %s at %s", period, zone, time)
                    .isGreaterThan(start);
            ZonedDateTime local = Instant.ofEpochSecond(time).atZone(zone);
            if (period == CalendarPeriod.DAY) {
                assertThat(Instant.ofEpochSecond(end - 1).atZone(zone).toLocalDate())
                        .isEqualTo(local.toLocalDate());
                assertThat(Instant.ofEpochSecond(start).atZone(zone).toLocalDate())
                        .isEqualTo(local.toLocalDate());
            } else if (period == CalendarPeriod.MONTH) {
                assertThat(YearMonth.from(Instant.ofEpochSecond(end - 1).atZone(zone)))
                        .isEqualTo(YearMonth.from(local));
                assertThat(YearMonth.from(Instant.ofEpochSecond(start).atZone(zone)))
                        .isEqualTo(YearMonth.from(local));
            }
        });
    }

    /**
     * A random history of a clock that is set both ways: no more is given than one quota for each period by its start, and where
     * the clock was never set forward, no more than one in each length of a period.
     */
    @Test
    void quota_clockSetAtRandom_givesNoPeriodTwice() {
        Property.named("quota under a wall clock that is set").cases(300).check(random -> {
            VirtualRuntime runtime = VirtualRuntime.create();
            runtime.setWallTime(Instant.ofEpochSecond(1_780_000_000 + random.nextLong(10_000_000)));
            RateLimiter limiter = RateLimiter.of("quota", RateLimiterConfig.of(Limit.hourly(3)), runtime);
            boolean forward = random.nextBoolean();
            Map<Long, Integer> given = new HashMap<>();
            List<Long> begins = new ArrayList<>();
            Calendar calendar = new Calendar(CalendarPeriod.HOUR, ZoneOffset.UTC, runtime);
            for (int i = 0; i < 300; i++) {
                runtime.advance(Duration.ofSeconds(random.nextLong(1_500)));
                if (random.nextInt(10) == 0) {
                    long set = random.nextLong(20_000);
                    runtime.setWallTime(runtime.wallTime().plusSeconds(forward && random.nextBoolean() ? set : -set));
                    runtime.advance(Duration.ofSeconds(1));
                }
                calendar.update(runtime.now());
                long period = calendar.current().start();
                if (limiter.tryAcquire() && given.merge(period, 1, Integer::sum) == 1) {
                    begins.add(runtime.now());
                }
            }
            assertThat(given.values()).allSatisfy(count -> assertThat(count).isBetween(1, 3));
            if (!forward) {
                for (int i = 2; i < begins.size(); i++) {
                    assertThat(begins.get(i) - begins.get(i - 2))
                            .as("two boundaries are an hour apart")
                            .isGreaterThan(Duration.ofMinutes(59).toNanos());
                }
            }
        });
    }
}
