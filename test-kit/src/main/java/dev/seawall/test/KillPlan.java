package dev.seawall.test;

import dev.seawall.Durations;
import dev.seawall.Require;
import java.time.Duration;
import java.util.Objects;

/**
 * How often a {@link Killer} strikes, and how.
 *
 * <p><b>Threads:</b> immutable.
 *
 * @param seed what victims, ways and pauses follow from
 * @param interval how long it waits between two strikes
 * @param stopRate which share of the strikes stops the victim instead of killing it, from 0 to 1
 * @param stopped how long a stopped process stays so; longer than a lease, to test that its work was taken over
 * @param restart how long it takes until a killed process is started again
 */
public record KillPlan(long seed, Span interval, double stopRate, Span stopped, Span restart) {

    /**
     * From one duration to another, any nanosecond as likely as the others.
     *
     * @param least the shortest, not negative
     * @param most the longest, not shorter than {@code least}
     */
    public record Span(Duration least, Duration most) {

        /** Checks that both are in order. */
        public Span {
            Require.notNegative("least", least);
            Require.check(
                    least.compareTo(most) <= 0,
                    "least must not be longer than most, was %s > %s",
                    Durations.format(least),
                    Durations.format(most));
        }

        long nanos(SeededRandom random) {
            return Durations.toNanos(random.durationBetween(least, most));
        }

        @Override
        public String toString() {
            return Durations.format(least) + " to " + Durations.format(most);
        }
    }

    /** Checks what is there. */
    public KillPlan {
        Objects.requireNonNull(interval, "interval");
        Require.between("stopRate", stopRate, 0, 1);
        Objects.requireNonNull(stopped, "stopped");
        Objects.requireNonNull(restart, "restart");
    }

    /**
     * A plan that kills every 100 to 500 ms, and starts what it killed after at most 500 ms. It stops nothing.
     *
     * @param seed any number
     * @return a plan
     */
    public static KillPlan of(long seed) {
        Span stopped = new Span(Duration.ofSeconds(2), Duration.ofSeconds(3));
        return new KillPlan(seed, ofMillis(100, 500), 0, stopped, ofMillis(0, 500));
    }

    /**
     * The same plan with other times between strikes.
     *
     * @param least the shortest, not negative
     * @param most the longest, not shorter than {@code least}
     * @return a new plan
     */
    public KillPlan every(Duration least, Duration most) {
        return new KillPlan(seed, new Span(least, most), stopRate, stopped, restart);
    }

    /**
     * The same plan with strikes that stop and resume.
     *
     * @param rate which share of all strikes, from 0 to 1
     * @param least the shortest time that a process is stopped, not negative
     * @param most the longest time, not shorter than {@code least}
     * @return a new plan
     */
    public KillPlan stopping(double rate, Duration least, Duration most) {
        return new KillPlan(seed, interval, rate, new Span(least, most), restart);
    }

    /**
     * The same plan with other pauses before a killed process starts again.
     *
     * @param least the shortest, not negative
     * @param most the longest, not shorter than {@code least}
     * @return a new plan
     */
    public KillPlan restartingAfter(Duration least, Duration most) {
        return new KillPlan(seed, interval, stopRate, stopped, new Span(least, most));
    }

    private static Span ofMillis(long least, long most) {
        return new Span(Duration.ofMillis(least), Duration.ofMillis(most));
    }
}
