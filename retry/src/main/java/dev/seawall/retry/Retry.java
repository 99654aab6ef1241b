package dev.seawall.retry;

import dev.seawall.Policy;
import dev.seawall.Require;
import dev.seawall.Subscription;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Calls again when a call has failed and trying again can help.
 *
 * <p><b>What is tried again:</b> an attempt whose outcome is a {@link dev.seawall.Outcome#FAILURE}, be it an exception or a
 * result, as judged by {@link RetryConfig#classifier()} or else by the pipeline. Successes and neutral ends are handed on as
 * they are. Never tried again are an {@code Error}, an interruption, a cancellation, and a rejection by a policy further
 * inside, unless {@link RetryConfig#retryRejections()} is set and the rejection says when to come back.
 *
 * <p><b>When:</b> after the longer of the {@linkplain RetryConfig#backoff() backoff's} delay and the
 * {@linkplain RetryConfig#retryAfter() hint} of the other side. If that wait would not end before the call's deadline, or
 * would end after {@link RetryConfig#maxDuration()}, or if the {@linkplain RetryConfig#budget() budget} has nothing left,
 * the retry gives up at once instead of waiting.
 *
 * <p><b>How it ends:</b> the exception of the last attempt arrives as it was thrown, with earlier failures
 * {@linkplain Throwable#getSuppressed() suppressed} on it: the first ones, at most eight. If the last attempt failed with a
 * result, there is a {@link RetriesExhaustedException}, or the result itself with
 * {@link RetryConfig.ExhaustedResult#RETURN}. A rejection after an attempt that did run is suppressed on that attempt's
 * failure, so a {@link dev.seawall.CallRejectedException} still means that nothing was run. A thread that is interrupted
 * while it waits gets a {@link dev.seawall.CallInterruptedException} and keeps its interrupt flag; if the runtime is closed
 * during the wait, the call ends with its last failure.
 *
 * <p><b>Threads:</b> safe for any number of threads; may be shared by pipelines. A synchronous call runs all its attempts on
 * its caller's thread. An asynchronous one starts the first on its caller's thread, the others on the runtime's executor in
 * the caller's captured context, and blocks no thread while it waits. Cancelling it ends a wait at once and starts no
 * further attempt. A call keeps to the configuration it started with.
 *
 * <p><b>Time:</b> waits, clock and jitter are those of the pipeline's runtime. A call that succeeds at once costs a
 * synchronous caller no allocation and, unless {@code maxDuration} is set, no clock reading.
 */
public sealed interface Retry extends Policy permits DefaultRetry {

    /**
     * A retry with {@link RetryConfig#defaults()}: up to 4 attempts, exponential delays from 100 ms with full jitter.
     *
     * @param name appears in events and exception messages; need not be unique
     * @return a new retry
     */
    static Retry of(String name) {
        return of(name, RetryConfig.defaults());
    }

    /**
     * A retry.
     *
     * @param name appears in events and exception messages; need not be unique
     * @param config what to try again, how often and when
     * @return a new retry
     */
    static Retry of(String name, RetryConfig config) {
        return new DefaultRetry(Require.name(name), Objects.requireNonNull(config, "config"));
    }

    /**
     * The configuration in force.
     *
     * @return what calls that start now keep to
     */
    RetryConfig config();

    /**
     * Replaces the configuration. Calls under way keep the one they started with.
     *
     * @param config for calls that start from now on; that its budget has the pipelines' clock is not checked again
     */
    void configure(RetryConfig config);

    /**
     * Which attempt of a call through this retry the calling thread is running: number 1, with nothing before it, unless it is
     * a later one. Thread-bound: it does not follow work handed to another thread, and in an asynchronous call it holds for
     * the part that starts the stage. A call through the same retry made inside a later attempt sees that attempt until it
     * has a second one of its own.
     *
     * @return the attempt
     */
    Attempt currentAttempt();

    /**
     * What this retry has done so far.
     *
     * @return counters since it was made; read one after another, so they may be apart by calls that end meanwhile
     */
    RetrySnapshot snapshot();

    /**
     * Subscribes to events. Listeners run on the thread that caused the event; one that throws is logged.
     *
     * @param type which events, subtypes included; {@code RetryEvent.class} for all
     * @param listener told each of them
     * @param <E> the type
     * @return ends the subscription when closed
     * @throws IllegalStateException if there are {@value dev.seawall.EventPublisher#MOST_LISTENERS} listeners already
     */
    <E extends RetryEvent> Subscription on(Class<E> type, Consumer<? super E> listener);
}
