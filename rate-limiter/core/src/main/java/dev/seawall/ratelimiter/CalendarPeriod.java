package dev.seawall.ratelimiter;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;

/** A period of the calendar, as the clocks of a zone show it. */
public enum CalendarPeriod {

    /** From minute 0 of the local time to the next. An hour that comes twice when clocks are set back is two periods. */
    HOUR(Duration.ofHours(1)),

    /** From the start of a local date to that of the next: 23 or 25 hours when clocks are changed. */
    DAY(Duration.ofHours(24)),

    /** From the start of the first local date of a month to that of the next. */
    MONTH(Duration.ofDays(31));

    private static final long LAST_SECOND =
            Instant.parse("9999-01-01T00:00:00Z").getEpochSecond();

    private final Duration nominal;

    CalendarPeriod(Duration nominal) {
        this.nominal = nominal;
    }

    /** How long it is as a rule, a month as long as it can be. */
    Duration nominal() {
        return nominal;
    }

    /** When the period begins that a time is in, in seconds since 1970. */
    long start(long second, ZoneId zone) {
        ZonedDateTime time = at(second, zone);
        return switch (this) {
            case HOUR -> time.toOffsetDateTime().truncatedTo(ChronoUnit.HOURS).toEpochSecond();
            case DAY -> time.toLocalDate().atStartOfDay(zone).toEpochSecond();
            case MONTH ->
                time.toLocalDate().withDayOfMonth(1).atStartOfDay(zone).toEpochSecond();
        };
    }

    /** When the period ends that a time is in, in seconds since 1970: always later than that time. */
    long end(long second, ZoneId zone) {
        ZonedDateTime time = at(second, zone);
        return switch (this) {
            case HOUR -> start(second, zone) + nominal.toSeconds();
            case DAY -> time.toLocalDate().plusDays(1).atStartOfDay(zone).toEpochSecond();
            case MONTH ->
                time.toLocalDate()
                        .withDayOfMonth(1)
                        .plusMonths(1)
                        .atStartOfDay(zone)
                        .toEpochSecond();
        };
    }

    private static ZonedDateTime at(long second, ZoneId zone) {
        return Instant.ofEpochSecond(second).atZone(zone);
    }

    /** A time from 1970 to the last that is believed. */
    static long bounded(long second) {
        return Math.max(0, Math.min(second, LAST_SECOND));
    }
}
