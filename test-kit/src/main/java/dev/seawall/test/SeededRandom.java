package dev.seawall.test;

import dev.seawall.Durations;
import dev.seawall.Require;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Random numbers that follow from a seed: the same seed, the same numbers, on every machine.
 *
 * <p><b>Threads:</b> for one thread at a time; others would make the order of the numbers a matter of chance.
 */
public final class SeededRandom implements RandomGenerator {

    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private final long seed;
    private long state;

    /**
     * Starts a sequence.
     *
     * @param seed any number
     */
    public SeededRandom(long seed) {
        this.seed = seed;
        this.state = seed;
    }

    /**
     * What this sequence follows from.
     *
     * @return the seed it was made with
     */
    public long seed() {
        return seed;
    }

    @Override
    public long nextLong() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    /**
     * The outcome of an event with a given probability.
     *
     * @param probability from 0 (never) to 1 (always)
     * @return whether the event happens
     */
    public boolean chance(double probability) {
        return nextDouble() < Require.between("probability", probability, 0, 1);
    }

    /**
     * One of several values, each as likely as the others.
     *
     * @param values at least one
     * @param <T> their type
     * @return one of them
     */
    public <T extends @Nullable Object> T pick(List<? extends T> values) {
        Require.check(!values.isEmpty(), "values must have at least one element, had none");
        return values.get(nextInt(values.size()));
    }

    /**
     * A duration between two others, any nanosecond as likely as the others.
     *
     * @param least the shortest
     * @param most the longest, not shorter than {@code least}
     * @return a duration from {@code least} to {@code most}, both included
     */
    public Duration durationBetween(Duration least, Duration most) {
        Require.check(
                least.compareTo(most) <= 0,
                "least must not be longer than most, was %s > %s",
                Durations.format(least),
                Durations.format(most));
        return Duration.ofNanos(nextLong(Durations.toNanos(least), Durations.toNanos(most) + 1));
    }

    /** The finalizer of splitmix64: spreads a change of any bit over all bits. */
    static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    @Override
    public String toString() {
        return "random numbers from seed " + seed;
    }
}
