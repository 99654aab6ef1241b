package dev.seawall;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Where policies get time, threads and randomness from: a monotonic clock, a timer, an executor for user code, a source of
 * random numbers. Whatever lasts is measured on the monotonic clock, so setting the wall clock changes nothing. Only what follows
 * the calendar, such as a monthly quota, asks for the {@link #wallTime()}, to know where the monotonic clock stands in it.
 *
 * <p>There are two kinds. The <em>system</em> runtime is {@link #shared() shared by default}, or {@linkplain #builder()
 * built} with an executor of one's own. The {@link VirtualRuntime} moves only when a test says so, and then drives every
 * policy, asynchronous ones included.
 *
 * <p><b>Threads:</b> safe for any number of threads.
 */
public sealed interface ResilienceRuntime extends AutoCloseable permits SystemRuntime, VirtualRuntime {

    /**
     * The runtime of everything that is not given another one. It lives as long as the process and cannot be closed.
     *
     * @return the same runtime each time
     */
    static ResilienceRuntime shared() {
        return SystemRuntime.Shared.INSTANCE;
    }

    /**
     * Starts a system runtime with settings of its own. Close it when it is no longer needed.
     *
     * @return a new builder
     */
    static Builder builder() {
        return new Builder();
    }

    /**
     * Reads the monotonic clock. Two system runtimes share one clock; readings of other runtimes must not be compared.
     *
     * @return nanoseconds since an arbitrary origin, always positive
     */
    long now();

    /**
     * Reads the wall clock, which can be set: it may jump, both ways. Never measure by it.
     *
     * @return the date and time of day
     */
    Instant wallTime();

    /**
     * Whether readings of both runtimes are of one clock.
     *
     * @param other another runtime
     * @return {@code true} if they may be compared
     */
    boolean sameClock(ResilienceRuntime other);

    /**
     * The threads on which user code resumes after an asynchronous wait. A task that they refuse with a
     * {@link java.util.concurrent.RejectedExecutionException} runs on the calling thread.
     *
     * @return an executor
     */
    Executor executor();

    /**
     * Random numbers for jitter. Safe for any number of threads.
     *
     * @return a generator; seeded in a virtual runtime
     */
    RandomGenerator random();

    /**
     * Runs a task later, on the timer's own thread: it must be short and hand user code to the {@link #executor()}. When
     * the runtime is closed, tasks still pending run at once, and so do those scheduled afterwards: ask {@link #isClosed()}.
     *
     * @param delayNanos how much later; 0 or less means as soon as possible
     * @param task what to run; must not throw
     * @return takes the task off the timer if it has not started
     */
    Cancellation schedule(long delayNanos, Runnable task);

    /**
     * Lets the calling thread wait.
     *
     * @param nanos how long; 0 or less does not wait
     * @return {@code false} if the wait ended early because the runtime was closed
     * @throws InterruptedException if the thread is interrupted before or during the wait; its flag is then clear
     */
    default boolean sleep(long nanos) throws InterruptedException {
        return sleep(nanos, () -> false);
    }

    /**
     * Lets the calling thread wait for something that another thread brings about.
     *
     * @param nanos how long at most; 0 or less does not wait
     * @param until ends the wait once it is {@code true}. Whoever makes it {@code true} must then
     *     {@linkplain java.util.concurrent.locks.LockSupport#unpark unpark} the waiting thread. Must not throw
     * @return {@code false} if the wait ended early because the runtime was closed
     * @throws InterruptedException if the thread is interrupted before or during the wait, whatever {@code until} says; its
     *     flag is then clear
     */
    boolean sleep(long nanos, BooleanSupplier until) throws InterruptedException;

    /**
     * Binds a task to the calling thread's context (diagnostic context, trace, security), so that it can resume on another
     * thread as if it were still there.
     *
     * @param task what to run later, perhaps several times
     * @return the task, or a wrapper made by {@link Builder#context}
     */
    Runnable capture(Runnable task);

    /**
     * Whether {@link #close()} was called.
     *
     * @return {@code true} once closing has begun
     */
    boolean isClosed();

    /**
     * Ends all waits: sleeping threads wake, pending retries end with their last failure, pending time limits cancel their
     * call. Does not wait for running user code.
     *
     * @throws IllegalStateException if this is the {@linkplain #shared() shared} runtime
     */
    @Override
    void close();

    /** Settings of a system runtime. Not thread-safe. */
    final class Builder {

        private String name = "seawall";
        private @Nullable Executor executor;
        private UnaryOperator<Runnable> context = UnaryOperator.identity();
        private InstantSource wallClock = SystemWallClock.source();

        private Builder() {}

        /**
         * Names the threads.
         *
         * @param name prefix of thread names; {@code seawall} unless set
         * @return this builder
         */
        public Builder name(String name) {
            this.name = Require.name(name);
            return this;
        }

        /**
         * Sets the threads on which user code resumes. They stay the caller's to shut down.
         *
         * @param executor for continuations after asynchronous waits; a pool of daemon threads made for this runtime
         *     unless set
         * @return this builder
         */
        public Builder executor(Executor executor) {
            this.executor = Objects.requireNonNull(executor, "executor");
            return this;
        }

        /**
         * Sets how a thread's context travels with an asynchronous call. The function runs on the thread that makes the
         * call; the task it returns restores that thread's context, runs the given task and cleans up. What context
         * libraries offer as "wrap a Runnable" fits as it is. A task that is never run would be a call that never ends.
         *
         * @param context wraps a task; identity unless set
         * @return this builder
         */
        public Builder context(UnaryOperator<Runnable> context) {
            this.context = Objects.requireNonNull(context, "context");
            return this;
        }

        /**
         * Sets where the date and the time of day come from.
         *
         * @param clock must not throw; the machine's unless set
         * @return this builder
         */
        public Builder wallClock(InstantSource clock) {
            this.wallClock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Starts the runtime.
         *
         * @return a runtime that must be closed
         */
        public ResilienceRuntime build() {
            return new SystemRuntime(name, executor, context, wallClock);
        }
    }
}
