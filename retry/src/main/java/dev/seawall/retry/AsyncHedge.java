package dev.seawall.retry;

import dev.seawall.CallWith;
import dev.seawall.Cancellation;
import dev.seawall.Done;
import dev.seawall.Layer;
import dev.seawall.retry.Standing.End;
import dev.seawall.retry.Standing.Runner;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One asynchronous call.
 *
 * @param <S> what the call is about
 * @param <T> what it answers with
 */
@SuppressWarnings("serial") // never serialized
final class AsyncHedge<S extends @Nullable Object, T extends @Nullable Object> extends HedgeCall<T>
        implements Cancellation {

    private final CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call;
    private final S subject;
    private final Done<? super T> done;

    AsyncHedge(
            HedgeLayer layer,
            HedgeConfig config,
            CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call,
            S subject,
            long start,
            long deadline,
            Done<? super T> done) {
        super(layer, config, start, deadline);
        this.call = call;
        this.subject = subject;
        this.done = done;
    }

    /** An attempt under way. It may be cancelled before it is known how to: whoever comes second does it. */
    private final class Branch extends Runner implements Done<T> {

        private static final int RUNNING = 0;
        private static final int CANCELLED = 1;
        private static final int ENDED = 2;

        private volatile Cancellation inner = NONE;

        Branch(int number, @Nullable Runner before) {
            super(number, before);
        }

        void started(Cancellation started) {
            inner = started;
            if (get() == CANCELLED) {
                started.cancel();
            }
        }

        @Override
        public void end(@Nullable T value, @Nullable Throwable failure) {
            ended(this, value, failure);
        }

        @Override
        void cancel() {
            if (compareAndSet(RUNNING, CANCELLED)) {
                inner.cancel();
            }
        }

        @Override
        boolean leave() {
            return getAndSet(ENDED) != ENDED;
        }
    }

    @Override
    Executor executor() {
        return runtime().executor();
    }

    @Override
    Runner attempt(int number, @Nullable Runner before) {
        return new Branch(number, before);
    }

    /** Makes the first attempt, on the caller's thread. */
    void begin(long now) {
        Runner first = enterFirst();
        plan();
        start(first, now);
    }

    @Override
    void start(Runner attempt) {
        Running running = Running.enter(layer.hedge(), new Attempt(attempt.number, null, null));
        try {
            start(attempt, Layer.UNREAD);
        } finally {
            running.leave();
        }
    }

    @SuppressWarnings("unchecked") // attempt() makes no others
    private void start(Runner attempt, long now) {
        Branch branch = (Branch) attempt;
        try {
            branch.started(layer.rest().<S, T>callAsync(call, subject, now, deadline, branch));
        } catch (Throwable broken) { // a policy broke its contract, or there is no memory left
            ended(attempt, null, broken);
        }
    }

    @Override
    void over(Standing<T> last) {
        End<T> answer = last.ending();
        if (answer.success() && answer.number() > 1) {
            layer.hedge().won(answer.number());
        }
        done.end(answer.value(), answer.failure());
    }

    /** Starts no further attempt, and cancels those under way; the call ends when they have. */
    @Override
    public void cancel() {
        Standing<T> last = close();
        if (last.answer() == null) {
            last.cancelAll(null);
        }
    }
}
