package dev.seawall;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a pipeline lends its layers: its name, its clock and threads, and its judgement of outcomes.
 *
 * <p><b>Threads:</b> immutable, safe for any number of threads.
 */
public final class Scope {

    private static final Logger LOG = LoggerFactory.getLogger(Scope.class);

    private final String pipeline;
    private final ResilienceRuntime runtime;
    private final @Nullable Classifier classifier; // null stands for the defaults, which the hot path then skips

    Scope(String pipeline, ResilienceRuntime runtime, Classifier classifier) {
        this.pipeline = pipeline;
        this.runtime = runtime;
        this.classifier = classifier.equals(Classifier.defaults()) ? null : classifier;
    }

    /**
     * The pipeline's name.
     *
     * @return the name it was built with
     */
    public String pipeline() {
        return pipeline;
    }

    /**
     * The pipeline's clock, timer, threads and randomness.
     *
     * @return the runtime it was built with
     */
    public ResilienceRuntime runtime() {
        return runtime;
    }

    /**
     * Reads the pipeline's monotonic clock. A reading costs more than most policies: read once, pass it on.
     *
     * @return nanoseconds since an arbitrary origin, always positive
     */
    public long now() {
        return runtime.now();
    }

    /**
     * Uses an outer layer's reading if there is one.
     *
     * @param now a reading, or {@link Layer#UNREAD}
     * @return {@code now}, or a fresh reading
     */
    public long now(long now) {
        return now == Layer.UNREAD ? runtime.now() : now;
    }

    /**
     * Takes work off the timer's thread, which must not run what the user has hung on it: to the executor, or, if that
     * throws, to the calling thread after all.
     *
     * @param task what to run; must not throw, and must bear to be run twice by an executor that runs it and then throws
     */
    public void handOver(Runnable task) {
        try {
            runtime.executor().execute(task);
        } catch (Throwable broken) {
            task.run(); // on the wrong thread is better than never
        }
    }

    /**
     * For policies that keep time between calls: refuses to join a pipeline that measures it by another clock.
     *
     * @param policy name of the policy
     * @param owner the runtime the policy was made with
     * @throws IllegalArgumentException if the clocks differ
     */
    public void requireSameClock(String policy, ResilienceRuntime owner) {
        Require.check(
                runtime.sameClock(owner),
                "'%s' keeps its time on the %s, but pipeline '%s' on the %s; give both the same runtime",
                policy,
                owner,
                pipeline,
                runtime);
    }

    /**
     * Judges a result. Never throws: a classifier that does, or returns {@code null}, is logged, and the result is a
     * success.
     *
     * @param own a policy's own classifier, which goes before the pipeline's
     * @param result what the call returned
     * @return how the call ended
     */
    public Outcome outcome(@Nullable Classifier own, @Nullable Object result) {
        Classifier decider = own != null ? own : classifier;
        return decider == null ? Outcome.SUCCESS : judge(decider, result);
    }

    /**
     * Judges a failure. Never throws: a classifier that does, or returns {@code null}, is logged, and the call failed.
     * Before a classifier is asked:
     *
     * <ul>
     *   <li>a rejection made by a policy of this pipeline is {@link Outcome#NEUTRAL};
     *   <li>an interruption or cancellation is {@link Outcome#NEUTRAL}, but a {@link Outcome#FAILURE} once the deadline has
     *       passed: then it was this pipeline's own time limit that ended the call;
     *   <li>an {@code Error} is a {@link Outcome#FAILURE}.
     * </ul>
     *
     * @param own a policy's own classifier, which goes before the pipeline's
     * @param failure what the call threw
     * @param deadline the deadline the call had, or {@link Layer#NO_DEADLINE}
     * @return how the call ended
     */
    public Outcome outcome(@Nullable Classifier own, Throwable failure, long deadline) {
        if (isOwnRejection(failure)) {
            return Outcome.NEUTRAL;
        }
        if (isInterruption(failure)) {
            return deadline != Layer.NO_DEADLINE && now() >= deadline ? Outcome.FAILURE : Outcome.NEUTRAL;
        }
        Classifier decider = own != null ? own : classifier;
        return failure instanceof Error || decider == null ? Outcome.FAILURE : judge(decider, failure);
    }

    /**
     * Whether a failure is a rejection made by a policy of this very pipeline.
     *
     * @param failure what the call threw
     * @return {@code true} if this pipeline did not run the call
     */
    public boolean isOwnRejection(Throwable failure) {
        return failure instanceof CallRejectedException rejection && rejection.scope() == this;
    }

    /**
     * Reads a hint. Never throws: a reader that does is logged, and there is no hint.
     *
     * @param reader finds the hint
     * @param result what the call returned, if it did
     * @param failure what the call threw, if it did
     * @return how long to stay away, in nanoseconds; 0 if the call does not tell
     */
    public long retryAfterNanos(RetryAfter reader, @Nullable Object result, @Nullable Throwable failure) {
        try {
            Duration hint = reader.hint(result, failure);
            return hint == null ? 0 : Math.max(0, Durations.toNanos(hint));
        } catch (Throwable broken) {
            LOG.warn("the retry-after reader used in pipeline '{}' threw; its hint was left out", pipeline, broken);
            return 0;
        }
    }

    private static boolean isInterruption(Throwable failure) {
        return failure instanceof InterruptedException
                || failure instanceof CancellationException
                || failure instanceof CallInterruptedException;
    }

    private Outcome judge(Classifier decider, @Nullable Object result) {
        try {
            return Objects.requireNonNull(decider.result(result), "outcome");
        } catch (Throwable broken) {
            warn(broken);
            return Outcome.SUCCESS;
        }
    }

    private Outcome judge(Classifier decider, Throwable failure) {
        try {
            return Objects.requireNonNull(decider.failure(failure), "outcome");
        } catch (Throwable broken) {
            warn(broken);
            return Outcome.FAILURE;
        }
    }

    private void warn(Throwable broken) {
        LOG.warn(
                "the classifier used in pipeline '{}' threw or did not decide; the default judgement was taken",
                pipeline,
                broken);
    }
}
