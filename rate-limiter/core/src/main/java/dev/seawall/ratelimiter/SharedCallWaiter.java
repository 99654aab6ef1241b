package dev.seawall.ratelimiter;

import dev.seawall.CallWith;
import dev.seawall.Cancellation;
import dev.seawall.Done;
import dev.seawall.Scope;
import dev.seawall.WaitingCall;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** An asynchronous call that waits for the store's answer, and then until its permits are due. */
final class SharedCallWaiter<S extends @Nullable Object, T extends @Nullable Object> extends WaitingCall<S, T> {

    private final Ask ask;
    private final Scope scope;
    private volatile Cancellation timer = Cancellation.NONE;

    SharedCallWaiter(
            SharedLayer layer,
            Ask ask,
            CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call,
            S subject,
            long deadline,
            Done<? super T> done) {
        super(ask.limiter().name(), layer.rest(), call, subject, deadline, done);
        this.ask = ask;
        this.scope = layer.scope();
    }

    /** The store has decided. On any thread, so nothing of the user's runs here. */
    void answered() {
        if (!isWaiting()) {
            return; // abandoned: what was granted goes back without us
        }
        Reservation turn;
        try {
            turn = ask.settle();
        } catch (RateLimitedException rejection) {
            tryReject(rejection);
            return;
        }
        long nanos = turn.due() - scope.now();
        if (!isWaiting()) {
            turn.cancel(); // whoever abandoned it may not have seen it yet
        } else if (nanos <= 0) {
            start();
        } else {
            waitFor(nanos);
        }
    }

    private void waitFor(long nanos) {
        timer = scope.runtime().schedule(nanos, this::timeIsOver);
        if (!isWaiting()) {
            timer.cancel();
        }
    }

    private void timeIsOver() {
        if (scope.runtime().isClosed()) {
            scope.handOver(this::runtimeWasClosed);
        } else {
            start();
        }
    }

    private void start() {
        if (tryGrant()) {
            ask.leave();
            proceed();
        }
    }

    private void runtimeWasClosed() {
        RateLimitedException rejection = ask.closed(scope, ask.request().permits());
        if (tryReject(rejection)) {
            ask.limiter().shared().tellRejected(rejection);
        }
    }

    @Override
    protected void abandoned() {
        timer.cancel();
        ask.leave();
        ask.abandon();
    }

    @Override
    protected void ended(boolean started) {
        if (!started) {
            ask.abandon();
        }
    }
}
