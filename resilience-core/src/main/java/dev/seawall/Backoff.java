package dev.seawall;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long to wait before trying again, as a function of how often it was tried: a series of delays, a cap, and
 * {@linkplain Jitter jitter}.
 *
 * <p>Steps count from 1: the delay after the first failure is step 1. Whatever the step, a delay is never negative and never
 * over the cap: the arithmetic saturates.
 *
 * <p><b>Threads:</b> immutable, safe for any number of threads if the function given to {@link #custom} is.
 */
public final class Backoff {

    /** The cap of series that grow, unless another one is set: 30 s. */
    public static final Duration DEFAULT_CAP = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(Backoff.class);
    private static final int DECORRELATED_FACTOR = 3;

    /** A series of delays in nanoseconds, without cap or jitter. May return anything; the caller cuts it to range. */
    @FunctionalInterface
    private interface Series {
        long nanos(int step);
    }

    private final Series series;
    private final String description;
    private final Duration cap;
    private final long capNanos;
    private final Jitter jitter;

    private Backoff(Series series, String description, Duration cap, Jitter jitter) {
        this.series = series;
        this.description = description;
        this.cap = Require.notNegative("cap", cap);
        this.capNanos = Durations.toNanos(cap);
        this.jitter = Objects.requireNonNull(jitter, "jitter");
    }

    /**
     * No wait at all.
     *
     * @return delays of 0
     */
    public static Backoff none() {
        return new Backoff(step -> 0, "no delay", Duration.ZERO, Jitter.NONE);
    }

    /**
     * The same delay each time.
     *
     * @param delay the delay, not negative
     * @return a series without growth; its cap is the delay
     */
    public static Backoff fixed(Duration delay) {
        long nanos = Durations.toNanos(Require.notNegative("delay", delay));
        return new Backoff(step -> nanos, "fixed " + Durations.format(delay), delay, Jitter.NONE);
    }

    /**
     * Delays that grow by the same amount: {@code initial}, {@code 2 * initial}, {@code 3 * initial}, …
     *
     * @param initial the first delay and the growth, longer than 0 s
     * @return a series capped at {@link #DEFAULT_CAP}, or at {@code initial} if that is longer
     */
    public static Backoff linear(Duration initial) {
        long nanos = Durations.toNanos(Require.positive("initial", initial));
        return growing(step -> multiply(nanos, step), "linear " + Durations.format(initial), initial);
    }

    /**
     * Delays that double: {@code initial}, {@code 2 * initial}, {@code 4 * initial}, …
     *
     * @param initial the first delay, longer than 0 s
     * @return a series capped at {@link #DEFAULT_CAP}, or at {@code initial} if that is longer
     */
    public static Backoff exponential(Duration initial) {
        return exponential(initial, 2);
    }

    /**
     * Delays that grow by a factor: {@code initial}, {@code factor * initial}, {@code factor² * initial}, …
     *
     * @param initial the first delay, longer than 0 s
     * @param factor the growth, from 1 to 100
     * @return a series capped at {@link #DEFAULT_CAP}, or at {@code initial} if that is longer
     */
    public static Backoff exponential(Duration initial, double factor) {
        long nanos = Durations.toNanos(Require.positive("initial", initial));
        Require.between("factor", factor, 1, 100);
        // a double that is too large or infinite becomes Long.MAX_VALUE in the cast, which the cap then cuts
        Series series = step -> (long) (nanos * Math.pow(factor, step - 1.0));
        return growing(series, "exponential " + Durations.format(initial) + " × " + factor, initial);
    }

    /**
     * Delays that follow Fibonacci's series: {@code initial} times 1, 1, 2, 3, 5, 8, …
     *
     * @param initial the first delay, longer than 0 s
     * @return a series capped at {@link #DEFAULT_CAP}, or at {@code initial} if that is longer
     */
    public static Backoff fibonacci(Duration initial) {
        long nanos = Durations.toNanos(Require.positive("initial", initial));
        return growing(
                step -> multiply(nanos, fibonacciNumber(step)), "fibonacci " + Durations.format(initial), initial);
    }

    /**
     * Delays from a list; the last one repeats.
     *
     * @param delays at least one, none negative
     * @return a series whose cap is the longest of them
     */
    public static Backoff of(Duration... delays) {
        List<Duration> list = List.of(delays);
        Require.check(!list.isEmpty(), "delays must have at least one element, had none");
        list.forEach(delay -> Require.notNegative("delay", delay));
        long[] nanos = list.stream().mapToLong(Durations::toNanos).toArray();
        String text = list.stream().map(Durations::format).collect(Collectors.joining(", "));
        Duration longest = Duration.ofNanos(Arrays.stream(nanos).max().orElseThrow());
        return new Backoff(step -> nanos[Math.min(step, nanos.length) - 1], "list " + text, longest, Jitter.NONE);
    }

    /**
     * Delays computed by a function.
     *
     * @param function gets the step, from 1; what it returns is cut to the range from 0 to the cap. Where it throws or
     *     returns {@code null}, that is logged and the delay is the cap: a retry then goes on, but not in haste
     * @return a series capped at {@link #DEFAULT_CAP}
     */
    public static Backoff custom(IntFunction<Duration> function) {
        Objects.requireNonNull(function, "function");
        return new Backoff(step -> customNanos(function, step), "custom", DEFAULT_CAP, Jitter.NONE);
    }

    private static long customNanos(IntFunction<Duration> function, int step) {
        try {
            return Durations.toNanos(Objects.requireNonNull(function.apply(step), "delay"));
        } catch (Throwable broken) {
            LOG.warn("a custom backoff threw or returned null at step {}; the longest delay was taken", step, broken);
            return Long.MAX_VALUE; // which the cap cuts
        }
    }

    private static Backoff growing(Series series, String description, Duration initial) {
        Duration cap = initial.compareTo(DEFAULT_CAP) > 0 ? initial : DEFAULT_CAP;
        return new Backoff(series, description, cap, Jitter.NONE);
    }

    /**
     * The same series with another cap.
     *
     * @param cap the longest delay, not negative; jitter included
     * @return a new backoff
     */
    public Backoff withCap(Duration cap) {
        return new Backoff(series, description, cap, jitter);
    }

    /**
     * The same series with another jitter.
     *
     * @param jitter how much chance there is in a delay
     * @return a new backoff
     */
    public Backoff withJitter(Jitter jitter) {
        return new Backoff(series, description, cap, jitter);
    }

    /**
     * The delay of a step.
     *
     * @param step how many tries have failed, from 1
     * @param previousNanos the delay before this one in nanoseconds, 0 at step 1; matters to {@link Jitter#DECORRELATED}
     * @param random where the jitter comes from
     * @return the delay in nanoseconds, from 0 to the cap
     */
    public long delayNanos(int step, long previousNanos, RandomGenerator random) {
        long delay = cut(series.nanos(Math.max(1, step)));
        return switch (jitter) {
            case NONE -> delay;
            case FULL -> between(0, delay, random);
            case EQUAL -> between(delay - delay / 2, delay, random);
            case DECORRELATED -> decorrelated(previousNanos, random);
        };
    }

    private long decorrelated(long previousNanos, RandomGenerator random) {
        long first = cut(series.nanos(1));
        long most = cut(multiply(Math.max(first, previousNanos), DECORRELATED_FACTOR));
        return between(Math.min(first, most), most, random);
    }

    private long cut(long nanos) {
        return Math.max(0, Math.min(nanos, capNanos));
    }

    private static long between(long least, long most, RandomGenerator random) {
        return least >= most ? most : random.nextLong(least, most + 1);
    }

    private static long multiply(long nanos, long factor) {
        long high = Math.multiplyHigh(nanos, factor);
        long low = nanos * factor;
        return high != 0 || low < 0 ? Long.MAX_VALUE : low;
    }

    private static long fibonacciNumber(int step) {
        long current = 1;
        long previous = 0;
        for (int i = 1; i < step; i++) {
            long following = current + previous;
            if (following < 0) {
                return Long.MAX_VALUE;
            }
            previous = current;
            current = following;
        }
        return current;
    }

    @Override
    public String toString() {
        return description + ", at most " + Durations.format(cap)
                + (jitter == Jitter.NONE ? "" : ", " + jitter + " jitter");
    }
}
