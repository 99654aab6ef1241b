package dev.seawall.ratelimiter;

import dev.seawall.CallWith;
import dev.seawall.Cancellation;
import dev.seawall.Done;
import dev.seawall.ResilienceRuntime;
import dev.seawall.Scope;
import dev.seawall.WaitingCall;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** An asynchronous call that has its permits and waits until they are due. */
final class CallWaiter<S extends @Nullable Object, T extends @Nullable Object> extends WaitingCall<S, T> {

    private final DefaultRateLimiter limiter;
    private final Scope scope;
    private final Reservation turn;
    private volatile Cancellation timer = Cancellation.NONE;

    CallWaiter(
            RateLimiterLayer layer,
            DefaultRateLimiter limiter,
            Reservation turn,
            CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call,
            S subject,
            long deadline,
            Done<? super T> done) {
        super(limiter.name(), layer.rest(), call, subject, deadline, done);
        this.limiter = limiter;
        this.scope = layer.scope();
        this.turn = turn;
    }

    void waitFor(long nanos) {
        timer = runtime().schedule(nanos, this::timeIsOver);
        if (!isWaiting()) {
            timer.cancel();
        }
    }

    private void timeIsOver() {
        if (runtime().isClosed()) {
            scope.handOver(this::runtimeWasClosed);
        } else {
            start();
        }
    }

    private void start() {
        if (tryGrant()) {
            limiter.dequeue();
            proceed();
        }
    }

    private void runtimeWasClosed() {
        RateLimitedException rejection = limiter.closed(scope, turn.permits());
        if (tryReject(rejection)) {
            limiter.shared().tellRejected(rejection);
        }
    }

    @Override
    protected void abandoned() {
        timer.cancel();
        limiter.dequeue();
        turn.cancel();
    }

    @Override
    protected void ended(boolean started) {
        if (!started) {
            turn.cancel();
        }
    }

    private ResilienceRuntime runtime() {
        return scope.runtime();
    }
}
