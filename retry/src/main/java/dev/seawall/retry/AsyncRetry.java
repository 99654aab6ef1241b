package dev.seawall.retry;

import dev.seawall.CallWith;
import dev.seawall.Cancellation;
import dev.seawall.Done;
import dev.seawall.Layer;
import dev.seawall.Outcome;
import dev.seawall.ResilienceRuntime;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One asynchronous call.
 *
 * <p>The value is its phase. {@code STARTING → RUNNING → WAITING → STARTING → …} until {@code OVER}, which is final; an attempt
 * that ends while it is being started passes through {@code ENDED} instead of {@code RUNNING}. Whoever makes a transition owns
 * the plain fields until the next one:
 *
 * <ul>
 *   <li>an attempt's end is dealt with after its start has returned, by the thread that started it or, if later, by the one that
 *       ends it. So attempts never nest, and the cancellation of an attempt is known before the next begins;
 *   <li>a wait is ended either by the timer or by {@link #cancel()}, whoever leaves {@code WAITING} first;
 *   <li>{@code cancelled} is written before the phase is read, and the phase before {@code cancelled} is read: one of the two
 *       sides sees the other.
 * </ul>
 *
 * <p>Even without delay the next attempt comes by way of the timer and the executor: no recursion, whatever executor it is, and
 * no thread is kept by a call that always fails.
 *
 * @param <S> what the call is about
 * @param <T> what it answers with
 */
@SuppressWarnings("serial") // never serialized; extends to save an object on each call
final class AsyncRetry<S extends @Nullable Object, T extends @Nullable Object> extends AtomicInteger
        implements Done<T>, Cancellation, Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Retry.class);

    private static final int STARTING = 0;
    private static final int ENDED = 1;
    private static final int RUNNING = 2;
    private static final int WAITING = 3;
    private static final int OVER = 4;

    private final RetryLayer layer;
    private final RetryConfig config;
    private final CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call;
    private final S subject;
    private final long start;
    private final long deadline;
    private final Done<? super T> done;

    private @Nullable Runnable resume; // this, in the caller's context
    private @Nullable RetryCall<T> course; // from the first failure on
    private @Nullable T result;
    private @Nullable Throwable failure;

    private volatile boolean cancelled;
    private volatile Cancellation inner = NONE;
    private volatile @Nullable Wait wait;

    AsyncRetry(
            RetryLayer layer,
            RetryConfig config,
            CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call,
            S subject,
            long start,
            long deadline,
            Done<? super T> done) {
        this.layer = layer;
        this.config = config;
        this.call = call;
        this.subject = subject;
        this.start = start;
        this.deadline = deadline;
        this.done = done;
    }

    /** Makes the first attempt. */
    void begin() {
        try {
            resume = runtime().capture(this);
        } catch (Throwable broken) {
            finish(null, broken); // resuming without the caller's context could mix up tenants
            return;
        }
        if (startAttempt(start)) {
            proceed();
        }
    }

    /** Makes a further attempt, on the executor in the caller's context. */
    @Override
    public void run() {
        Wait over = Objects.requireNonNull(wait);
        if (!compareAndSet(WAITING, STARTING)) {
            return;
        }
        over.used = true;
        try {
            if (runtime().isClosed()) {
                stop(RetryEvent.Reason.CLOSED);
            } else if (startFurtherAttempt()) {
                proceed();
            }
        } catch (Throwable broken) { // no memory left
            finish(null, broken);
        }
    }

    private boolean startFurtherAttempt() {
        Attempt attempt = course().next();
        Running running = Running.enter(layer.retry(), attempt);
        try {
            course().beforeRetry(attempt);
            return startAttempt(Layer.UNREAD);
        } finally {
            running.leave();
        }
    }

    /** Returns whether the attempt has already ended. */
    private boolean startAttempt(long now) {
        inner = NONE;
        Cancellation started = NONE;
        try {
            started = layer.rest().<S, T>callAsync(call, subject, now, deadline, this);
        } catch (Throwable broken) { // a policy broke its contract, or there is no memory left
            end(null, broken);
        }
        inner = started;
        if (cancelled) {
            started.cancel();
        }
        return !compareAndSet(STARTING, RUNNING);
    }

    @Override
    public void end(@Nullable T value, @Nullable Throwable thrown) {
        result = value;
        failure = thrown;
        if (!compareAndSet(STARTING, ENDED)) {
            proceed();
        }
    }

    /** Deals with the end of an attempt. */
    private void proceed() {
        try {
            if (goesOn()) {
                waitForNext();
            }
        } catch (Throwable broken) { // no memory left, or a thread pool that throws what it should not
            finish(null, broken);
        }
    }

    private boolean goesOn() {
        if (failure != null) {
            return goesOn(course().threw(failure));
        }
        T value = value();
        Outcome outcome = layer.scope().outcome(config.classifier(), value);
        if (course == null && outcome != Outcome.FAILURE) {
            finish(value, null);
            return false;
        }
        return goesOn(course().returned(value, outcome));
    }

    @SuppressWarnings("NullAway") // null only where T allows it
    private T value() {
        return result;
    }

    private boolean goesOn(boolean retryable) {
        if (!retryable) {
            finish(course().result(), course().failure());
        } else if (cancelled) {
            stop(RetryEvent.Reason.CANCELLED);
        } else {
            return true;
        }
        return false;
    }

    private void waitForNext() {
        Wait next = new Wait();
        wait = next;
        set(WAITING);
        if (cancelled) {
            cancelWait();
            return;
        }
        next.timer = runtime().schedule(course().delayNanos(), next);
        if (get() == OVER) {
            next.timer.cancel();
        }
    }

    /** The time between two attempts. */
    private final class Wait implements Runnable {

        private volatile Cancellation timer = NONE;
        private volatile boolean used;

        /** On the timer's thread. */
        @Override
        public void run() {
            try {
                runtime().executor().execute(this::resume);
            } catch (Throwable broken) {
                failed(broken);
            }
        }

        private void resume() {
            try {
                Objects.requireNonNull(resume).run();
            } catch (Throwable broken) {
                failed(broken);
            }
        }

        /** The user's executor or context is broken. If that was before the attempt, the call cannot go on. */
        private void failed(Throwable broken) {
            if (!used && compareAndSet(WAITING, OVER)) {
                course().abandon(broken);
                done.end(null, broken);
            } else {
                LOG.warn("retry '{}': resuming a call threw", layer.retry().name(), broken);
            }
        }
    }

    /** Starts no further attempt. Ends a wait at once; a running attempt is cancelled, and its end is the call's. */
    @Override
    public void cancel() {
        cancelled = true;
        if (!cancelWait() && get() != OVER) {
            inner.cancel();
        }
    }

    private boolean cancelWait() {
        if (!compareAndSet(WAITING, OVER)) {
            return false;
        }
        Wait ended = wait;
        if (ended != null) {
            ended.timer.cancel();
        }
        CancellationException answer = new CancellationException(
                "'" + layer.retry().name() + "' was cancelled while waiting for the next attempt");
        course().abandon(answer);
        done.end(null, answer);
        return true;
    }

    private void stop(RetryEvent.Reason reason) {
        course().stop(reason);
        finish(course().result(), course().failure());
    }

    private void finish(@Nullable T value, @Nullable Throwable thrown) {
        if (getAndSet(OVER) != OVER) {
            done.end(value, thrown);
        }
    }

    private RetryCall<T> course() {
        RetryCall<T> known = course;
        if (known == null) {
            known = new RetryCall<>(layer.retry(), config, layer.scope(), start, deadline);
            course = known;
        }
        return known;
    }

    private ResilienceRuntime runtime() {
        return layer.scope().runtime();
    }
}
