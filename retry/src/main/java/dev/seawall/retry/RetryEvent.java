package dev.seawall.retry;

import dev.seawall.Durations;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What happened to a call that could not do with one attempt.
 *
 * <p>Each attempt that failed in a way that may be tried again has one {@link AttemptFailed}, followed by one
 * {@link RetryScheduled} if it is. A call with at least one of them ends with exactly one {@link Recovered} or
 * {@link GaveUp}. Other calls make no events.
 *
 * <p>Texts name types, no contents: a result may hold what must not reach a log.
 */
public sealed interface RetryEvent {

    /**
     * The retry's name.
     *
     * @return its name
     */
    String retry();

    /**
     * An attempt failed in a way that may be tried again.
     *
     * @param retry the retry's name
     * @param attempt its number, from 1
     * @param result what it returned, if it did
     * @param failure what it threw, if it did
     */
    record AttemptFailed(
            String retry,
            int attempt,
            @Nullable Object result,
            @Nullable Throwable failure) implements RetryEvent {
        @Override
        public String toString() {
            return "retry '" + retry + "': attempt " + attempt + " failed with " + Attempt.kind(result, failure);
        }
    }

    /**
     * The call will be tried again.
     *
     * @param retry the retry's name
     * @param attempt number of the attempt to come, from 2
     * @param delay the wait before it
     * @param result what the attempt before it returned, if it did
     * @param failure what the attempt before it threw, if it did
     */
    record RetryScheduled(
            String retry,
            int attempt,
            Duration delay,
            @Nullable Object result,
            @Nullable Throwable failure) implements RetryEvent {
        @Override
        public String toString() {
            return "retry '" + retry + "': attempt " + attempt + " follows in " + Durations.format(delay) + ", after "
                    + Attempt.kind(result, failure);
        }
    }

    /**
     * The call succeeded after all.
     *
     * @param retry the retry's name
     * @param attempts how many attempts it took, at least 2
     */
    record Recovered(String retry, int attempts) implements RetryEvent {
        @Override
        public String toString() {
            return "retry '" + retry + "': succeeded with attempt " + attempts;
        }
    }

    /**
     * The call will not be tried again.
     *
     * @param retry the retry's name
     * @param attempts how many attempts were made, rejected ones included
     * @param reason why there is no further one
     * @param result what the caller gets, if it is a result
     * @param failure what the caller gets, if it is an exception
     */
    record GaveUp(
            String retry,
            int attempts,
            Reason reason,
            @Nullable Object result,
            @Nullable Throwable failure) implements RetryEvent {
        @Override
        public String toString() {
            return "retry '" + retry + "': gave up after attempt " + attempts + ", " + reason.text() + "; ends with "
                    + Attempt.kind(result, failure);
        }
    }

    /** Why there is no further attempt. */
    enum Reason {
        /** {@link RetryConfig#maxAttempts()} is reached. */
        ATTEMPTS("no more attempts are allowed"),
        /** The wait would not end before the call's deadline. */
        DEADLINE("the next one could not start before the deadline"),
        /** The wait would end after {@link RetryConfig#maxDuration()}. */
        MAX_DURATION("the next one could not start within the longest duration allowed"),
        /** The {@link RetryBudget} is used up. */
        BUDGET("the retry budget is used up"),
        /** A policy further inside rejected the last attempt. */
        REJECTED("the last one was rejected"),
        /** The last attempt ended in a way that is not tried again, such as an {@code Error} or a neutral end. */
        NOT_RETRYABLE("the last one ended in a way that is not tried again"),
        /** The waiting thread was interrupted, or the asynchronous call cancelled. */
        CANCELLED("the call was interrupted or cancelled"),
        /** The runtime was closed. */
        CLOSED("the runtime was closed");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }
}
