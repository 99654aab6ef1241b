package dev.seawall.bulkhead;

import dev.seawall.CallWith;
import dev.seawall.Cancellation;
import dev.seawall.Done;
import dev.seawall.ResilienceRuntime;
import dev.seawall.Scope;
import dev.seawall.WaitingCall;
import dev.seawall.bulkhead.BulkheadFullException.Why;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** An asynchronous call that waits for permits. */
final class CallWaiter<S extends @Nullable Object, T extends @Nullable Object> extends WaitingCall<S, T>
        implements Waiter {

    private final DefaultBulkhead bulkhead;
    private final Scope scope;
    private final Place place;
    private final long start;
    private volatile Cancellation timer = Cancellation.NONE;

    CallWaiter(
            BulkheadLayer layer,
            Place place,
            long start,
            CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call,
            S subject,
            long deadline,
            Done<? super T> done) {
        super(layer.bulkhead().name(), layer.rest(), call, subject, deadline, done);
        this.bulkhead = layer.bulkhead();
        this.scope = layer.scope();
        this.place = place;
        this.start = start;
    }

    /** Bounds the wait, once the call is in the queue. */
    void waitAtMost(long nanos) {
        if (isWaiting()) {
            timer = runtime().schedule(nanos, this::timeIsOver);
            if (!isWaiting()) {
                timer.cancel();
            }
        }
    }

    /** On the timer's thread, which must not run listeners, unless there is no other. */
    private void timeIsOver() {
        Why why = runtime().isClosed() ? Why.CLOSED : Why.TIME_OVER;
        try {
            runtime().executor().execute(() -> reject(why));
        } catch (Throwable broken) {
            reject(why);
        }
    }

    @Override
    public Place place() {
        return place;
    }

    @Override
    public void granted() {
        timer.cancel();
        proceed();
        bulkhead.waited(waitedNanos());
    }

    @Override
    public void reject(Why why) {
        if (isWaiting()) {
            BulkheadFullException rejection = bulkhead.rejection(scope, why, place.weight(), waitedNanos());
            if (tryReject(rejection)) {
                bulkhead.rejected(rejection);
            }
        }
    }

    @Override
    protected void abandoned() {
        timer.cancel();
        bulkhead.permits().leave(this);
    }

    @Override
    protected void ended(boolean started) {
        bulkhead.permits().giveBack(place.weight());
    }

    private long waitedNanos() {
        return runtime().now() - start;
    }

    private ResilienceRuntime runtime() {
        return scope.runtime();
    }
}
