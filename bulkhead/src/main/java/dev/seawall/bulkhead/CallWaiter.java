package dev.seawall.bulkhead;

import dev.seawall.CallWith;
import dev.seawall.Cancellation;
import dev.seawall.Done;
import dev.seawall.Layer;
import dev.seawall.ResilienceRuntime;
import dev.seawall.Scope;
import dev.seawall.WaitingCall;
import dev.seawall.bulkhead.BulkheadFullException.Why;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** An asynchronous call that waits for permits. */
class CallWaiter<S extends @Nullable Object, T extends @Nullable Object> extends WaitingCall<S, T> implements Waiter {

    /** The layer in which a call waits. */
    record At(DefaultBulkhead bulkhead, Layer next, Scope scope) {}

    private final At layer;
    private final Place place;
    private final long start;
    private volatile Cancellation timer = Cancellation.NONE;

    CallWaiter(
            At layer,
            Place place,
            long start,
            CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call,
            S subject,
            long deadline,
            Done<? super T> done) {
        super(layer.bulkhead().name(), layer.next(), call, subject, deadline, done);
        this.layer = layer;
        this.place = place;
        this.start = start;
    }

    /** Joins the queue for so long. {@code false} if that is full. */
    final boolean tryAwait(long maxWaitNanos) {
        if (!layer.bulkhead().permits().join(this, layer.bulkhead().config().queue())) {
            return false;
        }
        if (isWaiting()) {
            timer = runtime().schedule(maxWaitNanos, this::timeIsOver);
            if (!isWaiting()) {
                timer.cancel();
            }
        }
        return true;
    }

    private void timeIsOver() {
        Why why = runtime().isClosed() ? Why.CLOSED : Why.TIME_OVER;
        layer.scope().handOver(() -> reject(why));
    }

    @Override
    public final Place place() {
        return place;
    }

    @Override
    public final void granted() {
        timer.cancel();
        long waitedNanos = waitedNanos(); // the executor may run the call before it returns
        goOn();
        layer.bulkhead().waited(waitedNanos);
    }

    /** Runs the rest of the pipeline. */
    void goOn() {
        proceed();
    }

    @Override
    public final void reject(Why why) {
        if (isWaiting()) {
            BulkheadFullException rejection =
                    layer.bulkhead().rejection(layer.scope(), why, place.partition(), place.weight(), waitedNanos());
            if (tryReject(rejection)) {
                layer.bulkhead().rejected(rejection);
            }
        }
    }

    @Override
    protected final void abandoned() {
        timer.cancel();
        layer.bulkhead().permits().leave(this);
    }

    @Override
    protected void ended(boolean started) {
        giveBack();
    }

    final void giveBack() {
        place.partition().giveBack(place.weight());
    }

    private long waitedNanos() {
        return runtime().now() - start;
    }

    private ResilienceRuntime runtime() {
        return layer.scope().runtime();
    }
}
