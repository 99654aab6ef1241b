package dev.seawall.test;

import dev.seawall.Call;
import dev.seawall.Durations;
import dev.seawall.Require;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong with one call: it takes longer, it fails, it gets a wrong answer. {@link Faults} decides which calls.
 *
 * <p><b>Threads:</b> immutable, safe for any number of threads if the supplier given to {@link #fail} is.
 */
public final class Fault {

    private static final Fault PASS = new Fault("pass", null, 0, 0);

    private final String description;
    private final @Nullable Call<?, ?> instead;
    private final long leastNanos;
    private final long mostNanos;

    private Fault(String description, @Nullable Call<?, ?> instead, long leastNanos, long mostNanos) {
        this.description = description;
        this.instead = instead;
        this.leastNanos = leastNanos;
        this.mostNanos = mostNanos;
    }

    /**
     * Nothing goes wrong: the step of a script that lets a call through.
     *
     * @return a fault that is none, and not counted as one
     */
    public static Fault pass() {
        return PASS;
    }

    /**
     * The call runs later: it has latency.
     *
     * @param delay how much later, not negative
     * @return a fault
     */
    public static Fault delay(Duration delay) {
        return PASS.after(delay);
    }

    /**
     * The call runs later by a random delay, any nanosecond as likely as the others.
     *
     * @param least the shortest delay, not negative
     * @param most the longest delay, not shorter than {@code least}
     * @return a fault
     */
    public static Fault delay(Duration least, Duration most) {
        return PASS.after(least, most);
    }

    /**
     * The call does not run, and throws. The compiler cannot check that the calls of a pipeline may throw this: it should be
     * unchecked, or a type they declare.
     *
     * @param failure makes what is thrown, a new one each time; what the supplier itself throws is thrown in its place
     * @return a fault
     */
    public static Fault fail(Supplier<? extends Throwable> failure) {
        Objects.requireNonNull(failure, "failure");
        return new Fault("fail", () -> raise(failure.get()), 0, 0);
    }

    /**
     * The call does not run, and returns this. Only for pipelines all of whose calls return this type: the compiler cannot
     * check that, and a call that returns another one gets the value nevertheless, which ends in a
     * {@link ClassCastException} where the result is used, or much later where it came to rest in a collection. An
     * asynchronous call's stage completes with the value.
     *
     * @param type what the pipeline's calls return; not a primitive type
     * @param value an instance of it, or {@code null} if the calls may return that
     * @param <T> the type
     * @return a fault
     * @throws IllegalArgumentException if the value is not of this type
     */
    public static <T> Fault answer(Class<T> type, @Nullable T value) {
        if (value != null) {
            String given = value.getClass().getName();
            Require.check(type.isInstance(value), "value must be a %s, was a %s", type.getName(), given);
        }
        return new Fault("answer " + type.getSimpleName(), () -> value, 0, 0);
    }

    /**
     * The same after a delay: a slow failure, a late answer. Replaces an earlier delay.
     *
     * @param delay how much later, not negative
     * @return a new fault
     */
    public Fault after(Duration delay) {
        return after(Require.notNegative("delay", delay), delay);
    }

    /**
     * The same after a random delay, any nanosecond as likely as the others. Replaces an earlier delay.
     *
     * @param least the shortest delay, not negative
     * @param most the longest delay, not shorter than {@code least}
     * @return a new fault
     */
    public Fault after(Duration least, Duration most) {
        Require.notNegative("least", least);
        Require.check(
                least.compareTo(most) <= 0,
                "least must not be longer than most, was %s > %s",
                Durations.format(least),
                Durations.format(most));
        return new Fault(description, instead, Durations.toNanos(least), Durations.toNanos(most));
    }

    boolean isPass() {
        return instead == null && mostNanos == 0;
    }

    long delayNanos(RandomGenerator random) {
        return leastNanos == mostNanos ? leastNanos : random.nextLong(leastNanos, mostNanos + 1);
    }

    /** What runs in place of the user's call; {@code null} if that itself runs. The types are the caller's word. */
    @SuppressWarnings("unchecked")
    <T extends @Nullable Object, X extends Exception> @Nullable Call<T, X> instead() {
        return (Call<T, X>) instead;
    }

    /** Throws anything as if it were unchecked. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T, X extends Throwable> T raise(Throwable failure) throws X {
        throw (X) failure;
    }

    /**
     * What goes wrong.
     *
     * @return such as {@code fail after 200 ms}
     */
    @Override
    public String toString() {
        if (mostNanos == 0) {
            return description;
        }
        String most = Durations.format(Duration.ofNanos(mostNanos));
        String delay = leastNanos == mostNanos ? most : Durations.format(Duration.ofNanos(leastNanos)) + " to " + most;
        return description + " after " + delay;
    }
}
