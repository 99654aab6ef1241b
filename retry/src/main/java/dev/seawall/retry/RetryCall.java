package dev.seawall.retry;

import dev.seawall.CallRejectedException;
import dev.seawall.Durations;
import dev.seawall.EventPublisher;
import dev.seawall.Layer;
import dev.seawall.Outcome;
import dev.seawall.Scope;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call after an attempt of it has failed: what was tried, whether and when it is tried again, and how it ends. Decides and
 * remembers; waiting and running are up to those who own it, and only one thread at a time may use it.
 *
 * @param <T> what the call answers with
 */
final class RetryCall<T extends @Nullable Object> {

    private static final Logger LOG = LoggerFactory.getLogger(Retry.class);

    private final DefaultRetry retry;
    private final RetryConfig config;
    private final Scope scope;
    private final long start; // a reading if the configuration limits the duration
    private final long deadline;
    private final Failures earlier = new Failures();

    private int attempts;
    private boolean anyFailed;
    private long delayNanos;

    // how the last attempt ended; when the call is over, how the call ends
    private @Nullable T result;
    private @Nullable Throwable failure;

    // how the last attempt ended that was not rejected
    private boolean ran;
    private @Nullable T ranResult;
    private @Nullable Throwable ranFailure;

    RetryCall(DefaultRetry retry, RetryConfig config, Scope scope, long start, long deadline) {
        this.retry = retry;
        this.config = config;
        this.scope = scope;
        this.start = start;
        this.deadline = deadline;
    }

    RetryConfig config() {
        return config;
    }

    /** How long to wait before the next attempt. */
    long delayNanos() {
        return delayNanos;
    }

    /** What the call ends with, {@code null} if with a {@link #result()}. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    @SuppressWarnings("NullAway") // null only where T allows it
    T result() {
        return result;
    }

    /** The last exception of an attempt that ran, or of any if none did. */
    @Nullable
    Throwable lastFailure() {
        return ran ? ranFailure : failure;
    }

    /** Takes the result of an attempt. Returns whether there is to be another one. */
    boolean returned(T value, Outcome outcome) {
        ended(value, null);
        if (outcome == Outcome.FAILURE) {
            return mayRetry();
        }
        if (outcome == Outcome.SUCCESS) {
            recovered();
        } else {
            stop(RetryEvent.Reason.NOT_RETRYABLE);
        }
        return false;
    }

    /** Takes what an attempt threw. Returns whether there is to be another one. */
    boolean threw(Throwable thrown) {
        ended(null, thrown);
        if (isRetryable(thrown)) {
            return mayRetry();
        }
        stop(scope.isOwnRejection(thrown) ? RetryEvent.Reason.REJECTED : RetryEvent.Reason.NOT_RETRYABLE);
        return false;
    }

    private void ended(@Nullable T value, @Nullable Throwable thrown) {
        result = value;
        failure = thrown;
        attempts = nextNumber();
    }

    /** An interruption is a failure once the deadline has passed, but then it is too late for another attempt as well. */
    private boolean isRetryable(Throwable thrown) {
        if (thrown instanceof Error) {
            return false;
        }
        if (thrown instanceof CallRejectedException rejection && scope.isOwnRejection(rejection)) {
            return config.retryRejections() && rejection.retryAfter().isPresent();
        }
        return scope.outcome(config.classifier(), thrown, deadline) == Outcome.FAILURE;
    }

    private boolean mayRetry() {
        rememberFailed();
        RetryEvent.Reason reason = reasonToStop();
        if (reason != null) {
            stop(reason);
            return false;
        }
        if (events().wants(RetryEvent.RetryScheduled.class)) {
            events().publish(new RetryEvent.RetryScheduled(
                    retry.name(), nextNumber(), Duration.ofNanos(delayNanos), result, failure));
        }
        return true;
    }

    private void rememberFailed() {
        anyFailed = true;
        Throwable thrown = failure;
        if (thrown != null) {
            earlier.add(thrown);
        }
        if (thrown == null || !scope.isOwnRejection(thrown)) {
            ran = true;
            ranResult = result;
            ranFailure = thrown;
        }
        if (events().wants(RetryEvent.AttemptFailed.class)) {
            events().publish(new RetryEvent.AttemptFailed(retry.name(), attempts, result, thrown));
        }
    }

    /** The budget comes last, so that only a retry that will be made is paid for. */
    private RetryEvent.@Nullable Reason reasonToStop() {
        int most = config.maxAttempts();
        if (most != RetryConfig.UNLIMITED && attempts >= most) {
            return RetryEvent.Reason.ATTEMPTS;
        }
        long backoff = config.backoff()
                .delayNanos(attempts, delayNanos, scope.runtime().random());
        delayNanos = Math.max(backoff, hintNanos());
        RetryEvent.Reason tooLate = tooLate();
        if (tooLate != null) {
            return tooLate;
        }
        RetryBudget budget = config.budget();
        return budget == null || budget.tryWithdraw() ? null : RetryEvent.Reason.BUDGET;
    }

    private RetryEvent.@Nullable Reason tooLate() {
        Duration maxDuration = config.maxDuration();
        if (maxDuration == null && deadline == Layer.NO_DEADLINE) {
            return null;
        }
        long next = Durations.plus(scope.now(), delayNanos);
        if (next >= deadline) {
            return RetryEvent.Reason.DEADLINE;
        }
        return maxDuration != null && next - start > Durations.toNanos(maxDuration)
                ? RetryEvent.Reason.MAX_DURATION
                : null;
    }

    private long hintNanos() {
        Throwable thrown = failure;
        long hint = scope.retryAfterNanos(config.retryAfter(), result, thrown);
        return thrown instanceof CallRejectedException rejection && scope.isOwnRejection(rejection)
                ? Math.max(hint, rejection.retryAfter().map(Durations::toNanos).orElse(0L))
                : hint;
    }

    /** Begins the next attempt, once the wait is over. */
    Attempt next() {
        retry.countRetry();
        return new Attempt(nextNumber(), failure, result);
    }

    void beforeRetry(Attempt attempt) {
        Consumer<? super Attempt> hook = config.beforeRetry();
        if (hook == null) {
            return;
        }
        try {
            hook.accept(attempt);
        } catch (Throwable broken) {
            LOG.warn("retry '{}': beforeRetry threw; {} is made all the same", retry.name(), attempt, broken);
        }
    }

    private void recovered() {
        retry.countRecovered();
        if (events().wants(RetryEvent.Recovered.class)) {
            events().publish(new RetryEvent.Recovered(retry.name(), attempts));
        }
    }

    /** Ends the call with how its last attempt ended, or the last one that ran if it was rejected after that. */
    void stop(RetryEvent.Reason reason) {
        Throwable rejection = failure;
        if (ran && rejection != null && scope.isOwnRejection(rejection)) {
            failure = ranFailure;
            result = ranResult;
        } else {
            rejection = null;
        }
        boolean failedWithResult = failure == null && reason != RetryEvent.Reason.NOT_RETRYABLE;
        if (failedWithResult && config.onExhaustedResult() == RetryConfig.ExhaustedResult.THROW) {
            failure = new RetriesExhaustedException(retry.name(), attempts, reason, result);
            result = null;
        }
        end(reason, rejection);
    }

    /** Ends the call with an exception that no attempt threw. */
    void abandon(Throwable thrown) {
        failure = thrown;
        result = null;
        end(RetryEvent.Reason.CANCELLED, null);
    }

    private void end(RetryEvent.Reason reason, @Nullable Throwable closing) {
        Throwable thrown = failure;
        if (thrown != null) {
            earlier.suppressOn(thrown, closing);
        }
        if (!anyFailed) {
            return; // the first attempt ended in a way that is not this policy's business
        }
        retry.countGaveUp(reason);
        if (events().wants(RetryEvent.GaveUp.class)) {
            events().publish(new RetryEvent.GaveUp(retry.name(), attempts, reason, result, thrown));
        }
    }

    private EventPublisher<RetryEvent> events() {
        return retry.events();
    }

    private int nextNumber() {
        return attempts == Integer.MAX_VALUE ? attempts : attempts + 1;
    }
}
