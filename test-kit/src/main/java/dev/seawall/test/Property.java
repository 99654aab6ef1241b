package dev.seawall.test;

import dev.seawall.Require;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Something that must hold for all inputs, tested with many random ones.
 *
 * {@snippet file="dev/seawall/test/ExamplesTest.java" region="property"}
 *
 * <p>Each case has a seed of its own, and the case follows from it alone if its body takes all that is random from the
 * {@link SeededRandom} it is given, and its time from a {@link dev.seawall.VirtualRuntime}. The first case that fails ends
 * the check with an {@link AssertionError} that tells its seed. To run just that case again, start the test with
 * {@code -Dseawall.seed=<seed>}, or put {@link #replay replay(seed)} into the code to keep it as a test of its own.
 *
 * <p>The seeds follow from the property's name, so every run tests the same cases. System properties change that, for all
 * properties of the process:
 *
 * <ul>
 *   <li>{@code seawall.seed=<number>} runs the one case with this seed;
 *   <li>{@code seawall.seed=random} runs other cases each time;
 *   <li>{@code seawall.cases.factor=<number>} runs so many times the cases, for long runs.
 * </ul>
 *
 * <p><b>Threads:</b> immutable. Cases run one after another on the thread that calls {@link #check}.
 */
public final class Property {

    /** How many cases a property has unless it says otherwise: {@value}. */
    public static final int DEFAULT_CASES = 1_000;

    /** The system property that chooses the seed: {@value}. */
    public static final String SEED = "seawall.seed";

    /** The system property that multiplies the number of cases: {@value}. */
    public static final String CASES_FACTOR = "seawall.cases.factor";

    private static final String RANDOM = "random";

    /** What is to be shown of one case. */
    @FunctionalInterface
    public interface Body {

        /**
         * Tests one case. Must be independent of other cases.
         *
         * @param random where all that is random in the case comes from
         * @throws Exception if the property does not hold; any other throwable means the same
         */
        void test(SeededRandom random) throws Exception;
    }

    private final String name;
    private final int cases;
    private final @Nullable Long replayed;

    private Property(String name, int cases, @Nullable Long replayed) {
        this.name = name;
        this.cases = cases;
        this.replayed = replayed;
    }

    /**
     * A property with {@value #DEFAULT_CASES} cases.
     *
     * @param name what holds; begins the failure text, and decides the seeds
     * @return a new property
     */
    public static Property named(String name) {
        return new Property(Require.name(name), DEFAULT_CASES, null);
    }

    /**
     * The same property with another number of cases.
     *
     * @param cases how many, at least 1
     * @return a new property
     */
    public Property cases(int cases) {
        return new Property(name, Require.atLeast("cases", cases, 1), replayed);
    }

    /**
     * The same property with a single case, whatever the system properties say.
     *
     * @param seed what the failure told
     * @return a new property
     */
    public Property replay(long seed) {
        return new Property(name, cases, seed);
    }

    /**
     * Runs the cases until one fails.
     *
     * @param body tests one case
     * @throws AssertionError if a case threw anything; that is its cause
     * @throws IllegalArgumentException if a system property cannot be read
     */
    public void check(Body body) {
        Objects.requireNonNull(body, "body");
        Long single = replayed != null ? replayed : seedFromSystemProperty();
        if (single != null) {
            test(body, single, "replayed case");
            return;
        }
        long run = runSeed();
        long all = (long) cases * factor();
        for (long number = 1; number <= all; number++) {
            test(body, SeededRandom.mix(run + number), "case " + number + " of " + all);
        }
    }

    private void test(Body body, long seed, String which) {
        try {
            body.test(new SeededRandom(seed));
        } catch (Throwable failure) {
            if (failure instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw new AssertionError(
                    "'" + name + "' does not hold in " + which + ", seed " + seed + ": " + failure
                            + "\nrun only this case again with -D" + SEED + "=" + seed
                            + ", or with replay(" + seed + "L) in the code",
                    failure);
        }
    }

    private long runSeed() {
        return RANDOM.equals(System.getProperty(SEED))
                ? ThreadLocalRandom.current().nextLong()
                : SeededRandom.mix(name.hashCode());
    }

    private static @Nullable Long seedFromSystemProperty() {
        String value = System.getProperty(SEED);
        if (value == null || value.equals(RANDOM)) {
            return null;
        }
        try {
            return Long.valueOf(value);
        } catch (NumberFormatException notNumber) {
            throw new IllegalArgumentException(
                    SEED + " must be a whole number or 'random', was '" + value + "'", notNumber);
        }
    }

    private static int factor() {
        String value = System.getProperty(CASES_FACTOR, "1");
        try {
            return Require.atLeast(CASES_FACTOR, Integer.parseInt(value), 1);
        } catch (NumberFormatException notNumber) {
            throw new IllegalArgumentException(
                    CASES_FACTOR + " must be a whole number, was '" + value + "'", notNumber);
        }
    }
}
