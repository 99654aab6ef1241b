package dev.seawall.retry;

import dev.seawall.CallInterruptedException;
import dev.seawall.CallWith;
import dev.seawall.Cancellation;
import dev.seawall.Classifier;
import dev.seawall.Done;
import dev.seawall.Layer;
import dev.seawall.Outcome;
import dev.seawall.Scope;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A retry's place in a pipeline. The first attempt is made with nothing but what the stack holds; a {@link RetryCall} exists
 * from the first failure on.
 */
final class RetryLayer extends Layer {

    static {
        // Before JDK 24 a method is inlined only once its own jar has resolved every class in its signature.
        // RetryConfig.classifier() is on the way of every call, and nothing else here resolves its type.
        Objects.requireNonNull(Classifier.class);
    }

    private final DefaultRetry retry;

    RetryLayer(Layer next, Scope scope, DefaultRetry retry) {
        super(next, scope);
        this.retry = retry;
    }

    @Override
    public <S extends @Nullable Object, T extends @Nullable Object, X extends Exception> T call(
            CallWith<? super S, T, X> call, S subject, long now, long deadline) throws X {
        RetryConfig config = retry.config();
        long start = startOf(config, now);
        T result;
        try {
            result = next.call(call, subject, start, deadline);
        } catch (Throwable failure) {
            if (!config.retryRejections() && scope.isOwnRejection(failure)) {
                throw failure; // frequent while a breaker is open, and none of this policy's business: remember nothing
            }
            return afterFailure(call, subject, start, deadline, config, failure);
        }
        if (scope.outcome(config.classifier(), result) != Outcome.FAILURE) {
            return result;
        }
        return afterResult(call, subject, start, deadline, config, result);
    }

    /** Counts a call in, and reads the clock if its duration is limited. Returns what is now known of the time. */
    private long startOf(RetryConfig config, long now) {
        RetryBudget budget = config.budget();
        if (budget != null) {
            budget.deposit();
        }
        return config.maxDuration() == null ? now : scope.now(now);
    }

    private <S extends @Nullable Object, T extends @Nullable Object, X extends Exception> T afterFailure(
            CallWith<? super S, T, X> call, S subject, long start, long deadline, RetryConfig config, Throwable failure)
            throws X {
        RetryCall<T> course = new RetryCall<>(retry, config, scope, start, deadline);
        return again(call, subject, deadline, course, course.threw(failure));
    }

    private <S extends @Nullable Object, T extends @Nullable Object, X extends Exception> T afterResult(
            CallWith<? super S, T, X> call, S subject, long start, long deadline, RetryConfig config, T result)
            throws X {
        RetryCall<T> course = new RetryCall<>(retry, config, scope, start, deadline);
        return again(call, subject, deadline, course, course.returned(result, Outcome.FAILURE));
    }

    private <S extends @Nullable Object, T extends @Nullable Object, X extends Exception> T again(
            CallWith<? super S, T, X> call, S subject, long deadline, RetryCall<T> course, boolean more) throws X {
        boolean goesOn = more;
        while (goesOn) {
            goesOn = await(course) && attempt(call, subject, deadline, course);
        }
        Throwable failure = course.failure();
        if (failure != null) {
            throw RetryLayer.<X>asThrown(failure);
        }
        return course.result();
    }

    private boolean await(RetryCall<?> course) {
        try {
            if (scope.runtime().sleep(course.delayNanos())) {
                return true;
            }
            course.stop(RetryEvent.Reason.CLOSED);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            course.abandon(new CallInterruptedException(retry.name(), "the next attempt", course.lastFailure()));
        }
        return false;
    }

    private <S extends @Nullable Object, T extends @Nullable Object> boolean attempt(
            CallWith<? super S, T, ?> call, S subject, long deadline, RetryCall<T> course) {
        Attempt attempt = course.next();
        Running running = Running.enter(retry, attempt);
        T result;
        try {
            course.beforeRetry(attempt);
            result = next.call(call, subject, UNREAD, deadline);
        } catch (Throwable failure) {
            running.leave();
            return course.threw(failure);
        }
        running.leave();
        return course.returned(result, scope.outcome(course.config().classifier(), result));
    }

    /** A call throws its {@code X} or what is unchecked, so a failure of it is one of them, which javac cannot know. */
    @SuppressWarnings("unchecked")
    static <Y extends Throwable> RuntimeException asThrown(Throwable failure) throws Y {
        throw (Y) failure;
    }

    @Override
    public <S extends @Nullable Object, T extends @Nullable Object> Cancellation callAsync(
            CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call,
            S subject,
            long now,
            long deadline,
            Done<? super T> done) {
        RetryConfig config = retry.config();
        AsyncRetry<S, T> course = new AsyncRetry<>(this, config, call, subject, startOf(config, now), deadline, done);
        course.begin();
        return course;
    }

    Layer rest() {
        return next;
    }

    Scope scope() {
        return scope;
    }

    DefaultRetry retry() {
        return retry;
    }
}
