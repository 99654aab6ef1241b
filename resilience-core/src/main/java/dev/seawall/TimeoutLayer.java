package dev.seawall;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Interrupts the calling thread, or answers in place of the stage, when the time is over. */
final class TimeoutLayer extends Layer {

    private final DefaultTimeout timeout;
    private final long fixedLimit;
    private final ResilienceRuntime runtime;

    TimeoutLayer(Layer next, Scope scope, DefaultTimeout timeout, long fixedLimit) {
        super(next, scope);
        this.timeout = timeout;
        this.fixedLimit = fixedLimit;
        this.runtime = scope.runtime();
    }

    @Override
    public <S extends @Nullable Object, T extends @Nullable Object, X extends Exception> T call(
            CallWith<? super S, T, X> call, S subject, long now, long deadline) throws X {
        long start = scope.now(now);
        long until = until(start, subject, deadline);
        Alarm alarm = runtime instanceof SystemRuntime system ? system.arm(until) : Alarm.once(runtime, until);
        T result;
        try {
            result = next.call(call, subject, start, until);
        } catch (Throwable failure) {
            if (alarm.disarm(until)) {
                throw tooLate(start, until, failure);
            }
            throw failure;
        }
        if (alarm.disarm(until)) {
            throw tooLate(start, until, null);
        }
        return result;
    }

    @Override
    public <S extends @Nullable Object, T extends @Nullable Object> Cancellation callAsync(
            CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call,
            S subject,
            long now,
            long deadline,
            Done<? super T> done) {
        long start = scope.now(now);
        long until;
        try {
            until = until(start, subject, deadline);
        } catch (DeadlineExpiredException expired) {
            done.end(null, expired);
            return Cancellation.NONE;
        }
        Watched<T> watched = new Watched<>(done, start, until);
        watched.started(next.<S, T>callAsync(call, subject, start, until, watched));
        return watched;
    }

    private long until(long start, @Nullable Object subject, long deadline) {
        if (start >= deadline) {
            throw new DeadlineExpiredException(timeout.name(), scope);
        }
        return Math.min(deadline, Durations.plus(start, timeout.limitNanos(fixedLimit, subject)));
    }

    private RuntimeException tooLate(long start, long until, @Nullable Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        if (runtime.isClosed()) {
            return closed();
        }
        return new CallTimedOutException(timeout.name(), Duration.ofNanos(until - start), failure);
    }

    private CancellationException closed() {
        return new CancellationException("'" + timeout.name() + "' cancelled the call: its runtime was closed");
    }

    /** One asynchronous call. Ends once: by its answer, or by the timer; the value says whether it has. */
    @SuppressWarnings("serial") // never serialized; extends to save an object on each call
    private final class Watched<T extends @Nullable Object> extends AtomicBoolean implements Done<T>, Cancellation {

        private final Done<? super T> done;
        private final long start;
        private final long until;
        private final Cancellation timer;
        private volatile @Nullable Cancellation inner;

        Watched(Done<? super T> done, long start, long until) {
            this.done = done;
            this.start = start;
            this.until = until;
            this.timer = runtime.schedule(until - start, this::timeIsOver);
        }

        void started(Cancellation call) {
            inner = call;
            if (get()) {
                call.cancel(); // the time was over while the call was being started; harmless if it ended by itself
            }
        }

        @Override
        public void end(@Nullable T result, @Nullable Throwable failure) {
            if (compareAndSet(false, true)) {
                timer.cancel();
                done.end(result, failure);
            }
        }

        private void timeIsOver() {
            scope.handOver(this::expire);
        }

        private void expire() {
            if (compareAndSet(false, true)) {
                cancelInner();
                done.end(null, tooLate(start, until, null));
            }
        }

        @Override
        public void cancel() {
            if (!get()) {
                cancelInner();
            }
        }

        private void cancelInner() {
            Cancellation call = inner;
            if (call != null) {
                call.cancel();
            }
        }
    }
}
