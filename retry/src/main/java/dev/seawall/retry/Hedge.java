package dev.seawall.retry;

import dev.seawall.Policy;
import dev.seawall.Require;
import dev.seawall.Subscription;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Calls a second time while the first attempt is still running, and takes the answer that comes first. Cuts the longest
 * latencies for a few more calls, after Dean and Barroso, <em>The Tail at Scale</em> (2013). Only for calls that may be made
 * twice, even at the same time.
 *
 * <p><b>When:</b> each time the {@linkplain HedgeConfig#delay() delay} has passed since the start of the attempt before, as
 * long as the call has no answer, fewer than {@link HedgeConfig#maxAttempts()} were made, the deadline has not passed and the
 * {@linkplain HedgeConfig#budget() budget} pays for it. A failure does not bring the next attempt forward: that is a
 * {@link Retry}'s work, and belongs inside or outside. If the budget has nothing left, those under way go on alone.
 *
 * <p><b>How it ends:</b> with the first {@linkplain dev.seawall.Outcome#SUCCESS success}, as judged by
 * {@link HedgeConfig#classifier()} or else by the pipeline. <b>A failure never wins while another attempt runs</b>, nor does a
 * neutral end or a rejection. When the last attempt under way has ended without a success, the call ends as its first attempt
 * did, or, if that was rejected by a policy further inside, as the first one did that ran; so a
 * {@link dev.seawall.CallRejectedException} still means that nothing was run. If that end is an exception, those of the other
 * attempts are {@linkplain Throwable#getSuppressed() suppressed} on it, at most eight. An {@code Error} of any attempt ends
 * the call at once.
 *
 * <p><b>Losers:</b> attempts that still run when the call ends are cancelled: an asynchronous one through its stage, a
 * synchronous one by an interrupt of its thread, which is cleared when it has left the attempt. What they end with changes
 * nothing. The policies further inside see each attempt as a call of its own, so permits are settled for each, also for those
 * that lost.
 *
 * <p><b>Threads:</b> safe for any number of threads; may be shared by pipelines. A synchronous call makes its first attempt on
 * its caller's thread and the others on {@link HedgeConfig#executor()}, in the caller's captured context. If a hedge succeeds
 * first, the caller's thread is interrupted to get it out of its own attempt, and returns the hedge's answer whatever its own
 * attempt ended with, except an {@code Error}. <b>A call that ignores interrupts keeps its caller</b> until it ends: put it
 * on threads of its own if it does. If the caller's own attempt fails while others run, it waits for them, until the
 * deadline. An asynchronous call starts its first attempt on its caller's thread, the others on the runtime's executor in the
 * caller's captured context; cancelling it cancels all attempts and starts no further one. A call keeps to the configuration
 * it started with.
 *
 * <p><b>Interrupts from elsewhere:</b> a caller that is interrupted in its own attempt ends the call with what that attempt
 * throws; one that is interrupted while it waits for the others gets a {@link dev.seawall.CallInterruptedException} and keeps
 * its interrupt flag. Either way the others are cancelled.
 *
 * <p><b>Time:</b> waits and clock are those of the pipeline's runtime. The clock is read only if the delay is a
 * {@linkplain HedgeDelay#percentile percentile} or the call has a deadline. Each call plans a timer, so it allocates, up to
 * about 1 KiB. Once the runtime is closed, no further attempts are made, and a caller that waits for others gives up.
 */
public sealed interface Hedge extends Policy permits DefaultHedge {

    /**
     * A hedge that makes a second attempt after a fixed delay.
     *
     * @param name appears in events and exception messages; need not be unique
     * @param delay not negative; 0 makes both attempts at once
     * @return a new hedge
     */
    static Hedge of(String name, Duration delay) {
        return of(name, HedgeConfig.builder().delay(HedgeDelay.fixed(delay)).build());
    }

    /**
     * A hedge.
     *
     * @param name appears in events and exception messages; need not be unique
     * @param config when to make further attempts, and how many
     * @return a new hedge
     */
    static Hedge of(String name, HedgeConfig config) {
        return new DefaultHedge(Require.name(name), Objects.requireNonNull(config, "config"));
    }

    /**
     * The configuration in force.
     *
     * @return what calls that start now keep to
     */
    HedgeConfig config();

    /**
     * Replaces the configuration. Calls under way keep the one they started with; latencies that are known stay known.
     *
     * @param config for calls that start from now on; that its budget has the pipelines' clock is not checked again
     */
    void configure(HedgeConfig config);

    /**
     * Which attempt of a call through this hedge the calling thread is running: 1 unless it is a later one. Thread-bound: it
     * does not follow work handed to another thread, and in an asynchronous call it holds for the part that starts the
     * stage.
     *
     * @return its number, from 1
     */
    int currentAttempt();

    /**
     * What this hedge has done so far.
     *
     * @return counters since it was made; read one after another, so they may be apart by calls that end meanwhile
     */
    HedgeSnapshot snapshot();

    /**
     * Subscribes to events. Listeners run on the thread that caused the event; one that throws is logged.
     *
     * @param type which events, subtypes included; {@code HedgeEvent.class} for all
     * @param listener told each of them
     * @param <E> the type
     * @return ends the subscription when closed
     * @throws IllegalStateException if there are {@value dev.seawall.EventPublisher#MOST_LISTENERS} listeners already
     */
    <E extends HedgeEvent> Subscription on(Class<E> type, Consumer<? super E> listener);
}
