package dev.seawall.idempotency;

import dev.seawall.CallWith;
import dev.seawall.Cancellation;
import dev.seawall.Done;
import dev.seawall.Layer;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An asynchronous call. The store is asked on the runtime's executor, before the rest of the pipeline runs and after its end.
 *
 * <p>Each state is left once, so that an executor that runs a task and then throws changes nothing. A call that is cancelled while
 * its claim is under way ends when that is known, and has been given back.
 */
final class AsyncAttempt<S extends @Nullable Object, T extends @Nullable Object> implements Cancellation {

    private static final int NEW = 0;
    private static final int CLAIMING = 1;
    private static final int RUNNING = 2;
    private static final int SETTLING = 3;
    private static final int OVER = 4;

    private final IdempotencyLayer layer;
    private final Attempt attempt;
    private final Fingerprint fingerprint;
    private final CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call;
    private final S subject;
    private final long deadline;
    private final Done<? super T> done;
    private final Runnable claim;

    private final AtomicInteger state = new AtomicInteger(NEW);
    private volatile Cancellation inner = Cancellation.NONE;
    private volatile boolean cancelled;

    AsyncAttempt(
            IdempotencyLayer layer,
            Key key,
            Fingerprint fingerprint,
            CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call,
            S subject,
            long deadline,
            Done<? super T> done) {
        this.layer = layer;
        this.attempt = new Attempt(layer.policy().engine(), key);
        this.fingerprint = fingerprint;
        this.call = call;
        this.subject = subject;
        this.deadline = deadline;
        this.done = done;
        this.claim = layer.scope().runtime().capture(this::claim);
    }

    void start() {
        try {
            layer.scope().runtime().executor().execute(this::resume);
        } catch (Throwable broken) {
            notStarted(broken);
        }
    }

    private void resume() {
        try {
            claim.run();
        } catch (Throwable broken) {
            notStarted(broken);
        }
    }

    /** The user's executor or context is broken. If that was before the call, it cannot go on. */
    private void notStarted(Throwable broken) {
        if (state.compareAndSet(NEW, OVER)) {
            done.end(null, broken);
        }
    }

    private void claim() {
        if (!state.compareAndSet(NEW, CLAIMING)) {
            return;
        }
        try {
            Outcome<T> known = attempt.claim(fingerprint);
            if (known != null) {
                end(layer.policy().value(known, layer.scope()), null);
                return;
            }
        } catch (Throwable refused) {
            end(null, refused);
            return;
        }
        if (cancelled) {
            attempt.failed();
            end(null, cancellation());
        } else {
            run();
        }
    }

    private void run() {
        state.set(RUNNING);
        Cancellation running = Cancellation.NONE;
        try {
            running = layer.rest().<S, T>callAsync(call, subject, Layer.UNREAD, deadline, this::settleElsewhere);
        } catch (Throwable broken) { // a policy broke its contract, or there is no memory left
            settleElsewhere(null, broken);
        }
        inner = running;
        if (cancelled) {
            running.cancel();
        }
    }

    /** On any thread, perhaps that of a network, which must not wait for a store. */
    private void settleElsewhere(@Nullable T result, @Nullable Throwable failure) {
        layer.scope().handOver(() -> settle(result, failure));
    }

    private void settle(@Nullable T result, @Nullable Throwable failure) {
        if (!state.compareAndSet(RUNNING, SETTLING)) {
            return;
        }
        if (failure != null) {
            attempt.failed();
            end(null, failure);
            return;
        }
        try {
            attempt.<@Nullable T>succeeded(result);
        } catch (Throwable refused) {
            end(null, refused);
            return;
        }
        end(result, null);
    }

    private void end(@Nullable T result, @Nullable Throwable failure) {
        state.set(OVER);
        done.end(result, failure);
    }

    /** Ends the call as soon as its claim is settled. */
    @Override
    public void cancel() {
        cancelled = true;
        if (state.compareAndSet(NEW, OVER)) {
            done.end(null, cancellation());
        } else {
            inner.cancel();
        }
    }

    private CancellationException cancellation() {
        return new CancellationException("'" + layer.policy().name() + "' was cancelled while the call waited");
    }
}
