package dev.seawall.ratelimiter;

import dev.seawall.CallWith;
import dev.seawall.Cancellation;
import dev.seawall.Done;
import dev.seawall.Layer;
import dev.seawall.Scope;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The place in one pipeline of a limiter that is shared with other processes, or of one for each key. */
final class SharedLayer extends Layer {

    private final Function<@Nullable Object, DefaultSharedRateLimiter> limiters;

    SharedLayer(Layer next, Scope scope, Function<@Nullable Object, DefaultSharedRateLimiter> limiters) {
        super(next, scope);
        this.limiters = limiters;
    }

    @Override
    public <S extends @Nullable Object, T extends @Nullable Object, X extends Exception> T call(
            CallWith<? super S, T, X> call, S subject, long now, long deadline) throws X {
        DefaultSharedRateLimiter limiter = limiters.apply(subject);
        limiter.await(limiter.request(scope, limiter.permits(subject), scope.now(now), deadline));
        return next.call(call, subject, UNREAD, deadline);
    }

    @Override
    public <S extends @Nullable Object, T extends @Nullable Object> Cancellation callAsync(
            CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call,
            S subject,
            long now,
            long deadline,
            Done<? super T> done) {
        DefaultSharedRateLimiter limiter = limiters.apply(subject);
        Ask ask = limiter.ask(limiter.request(scope, limiter.permits(subject), scope.now(now), deadline));
        CompletableFuture<PermitStore.Decision> answer = ask.answer();
        if (answer.isDone()) {
            Reservation turn;
            try {
                turn = ask.settle();
            } catch (RateLimitedException rejection) {
                ask.leave();
                done.end(null, rejection);
                return Cancellation.NONE;
            }
            if (turn.due() <= scope.now()) {
                ask.leave();
                return next.<S, T>callAsync(call, subject, UNREAD, deadline, done);
            }
        }
        SharedCallWaiter<S, T> waiter;
        try {
            waiter = new SharedCallWaiter<>(this, ask, call, subject, deadline, done);
        } catch (Throwable broken) { // running without the caller's context could mix up tenants
            ask.leave();
            ask.abandon();
            done.end(null, broken);
            return Cancellation.NONE;
        }
        Ask.whenThere(answer, waiter::answered);
        return waiter;
    }

    Layer rest() {
        return next;
    }

    Scope scope() {
        return scope;
    }
}
