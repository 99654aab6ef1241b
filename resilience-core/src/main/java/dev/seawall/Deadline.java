package dev.seawall;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A point in time by which an answer is due, on the monotonic clock of a runtime.
 *
 * <p>While a pipeline runs the user's code, the deadline of that call is {@link #current()} on that thread: code that sends a
 * request can pass on what is left of it, and a nested pipeline built with
 * {@link Pipeline.Builder#inheritDeadline() inheritDeadline()} keeps within it. A server that is told a deadline by its
 * client makes it current with {@link #call}.
 *
 * <p><b>Threads:</b> immutable. The current deadline belongs to one thread; it does not follow work handed to another one.
 */
public final class Deadline {

    /** The current deadline of a thread, in a holder that is kept so that setting it allocates nothing. */
    private static final class Current {
        private long nanos = Layer.NO_DEADLINE;
        private @Nullable ResilienceRuntime runtime;
    }

    private static final ThreadLocal<Current> CURRENT = ThreadLocal.withInitial(Current::new);

    private final ResilienceRuntime runtime;
    private final long nanos;

    private Deadline(ResilienceRuntime runtime, long nanos) {
        this.runtime = runtime;
        this.nanos = nanos;
    }

    /**
     * A deadline some time from now, on the shared runtime's clock.
     *
     * @param duration how long from now; zero or negative has already passed
     * @return a new deadline
     */
    public static Deadline after(Duration duration) {
        return after(duration, ResilienceRuntime.shared());
    }

    /**
     * A deadline some time from now.
     *
     * @param duration how long from now; zero or negative has already passed
     * @param runtime whose clock measures it
     * @return a new deadline
     */
    public static Deadline after(Duration duration, ResilienceRuntime runtime) {
        return new Deadline(runtime, Durations.plus(runtime.now(), Math.max(0, Durations.toNanos(duration))));
    }

    /**
     * The deadline of the call that this thread is running.
     *
     * @return the deadline; empty if the thread runs none, or one without a deadline
     */
    public static Optional<Deadline> current() {
        Current current = CURRENT.get();
        return current.runtime == null ? Optional.empty() : Optional.of(new Deadline(current.runtime, current.nanos));
    }

    /**
     * How much time is left.
     *
     * @return the time left, never negative
     */
    public Duration remaining() {
        return Duration.ofNanos(remainingNanos());
    }

    /**
     * Whether no time is left.
     *
     * @return {@code true} once the deadline has passed
     */
    public boolean isExpired() {
        return remainingNanos() == 0;
    }

    /**
     * Makes this the thread's current deadline while a call runs, unless that already has an earlier one.
     *
     * @param call what to run; not interrupted when the time is over: that is a {@link Timeout}'s work
     * @param <T> what the call returns
     * @param <X> what it may throw
     * @return what the call returns
     * @throws X if the call throws it
     */
    public <T extends @Nullable Object, X extends Exception> T call(Call<T, X> call) throws X {
        Current current = CURRENT.get();
        Deadline earlier = current.runtime != null && current().orElseThrow().remainingNanos() <= remainingNanos()
                ? new Deadline(current.runtime, current.nanos)
                : this;
        return callUnder(earlier.runtime, earlier.nanos, call, null);
    }

    private long remainingNanos() {
        return Math.max(0, nanos - runtime.now());
    }

    /** Runs a call with the thread's current deadline set. */
    static <S extends @Nullable Object, T extends @Nullable Object, X extends Exception> T callUnder(
            ResilienceRuntime runtime, long deadline, CallWith<? super S, T, X> call, S subject) throws X {
        Current current = CURRENT.get();
        ResilienceRuntime outerRuntime = current.runtime;
        long outerNanos = current.nanos;
        current.runtime = runtime;
        current.nanos = deadline;
        try {
            return call.call(subject);
        } finally {
            current.runtime = outerRuntime;
            current.nanos = outerNanos;
        }
    }

    /** The thread's current deadline as a point on another runtime's clock. */
    static long currentOn(ResilienceRuntime runtime) {
        Current current = CURRENT.get();
        ResilienceRuntime owner = current.runtime;
        if (owner == null) {
            return Layer.NO_DEADLINE;
        }
        return owner.sameClock(runtime)
                ? current.nanos
                : Durations.plus(runtime.now(), Math.max(0, current.nanos - owner.now()));
    }

    @Override
    public String toString() {
        return "deadline in " + Durations.format(remaining());
    }
}
