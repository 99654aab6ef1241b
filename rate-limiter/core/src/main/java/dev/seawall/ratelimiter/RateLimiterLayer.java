package dev.seawall.ratelimiter;

import dev.seawall.CallWith;
import dev.seawall.Cancellation;
import dev.seawall.Done;
import dev.seawall.Layer;
import dev.seawall.Scope;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** A limiter's place in one pipeline, or that of a limiter for each key. */
final class RateLimiterLayer extends Layer {

    static {
        // Before JDK 24 a method is inlined only once its own jar has resolved every class in its signature.
        // RateLimiterConfig.permits() is on the way of every call, and nothing else here resolves its type.
        Objects.requireNonNull(ToLongFunction.class);
    }

    private final DefaultRateLimiter single; // for all calls, or for those without a key
    private final @Nullable DefaultKeyedRateLimiter keyed;

    RateLimiterLayer(Layer next, Scope scope, DefaultRateLimiter single, @Nullable DefaultKeyedRateLimiter keyed) {
        super(next, scope);
        this.single = single;
        this.keyed = keyed;
    }

    private DefaultRateLimiter limiter(@Nullable Object subject) {
        return keyed == null ? single : keyed.limiterOf(subject);
    }

    @Override
    public <S extends @Nullable Object, T extends @Nullable Object, X extends Exception> T call(
            CallWith<? super S, T, X> call, S subject, long now, long deadline) throws X {
        DefaultRateLimiter limiter = limiter(subject);
        long permits = limiter.permits(subject);
        long reading = scope.now(now);
        if (!limiter.tryTake(permits, reading)) {
            limiter.await(limiter.request(scope, permits, reading, deadline), scope.runtime());
            reading = UNREAD;
        }
        return next.call(call, subject, reading, deadline);
    }

    @Override
    public <S extends @Nullable Object, T extends @Nullable Object> Cancellation callAsync(
            CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call,
            S subject,
            long now,
            long deadline,
            Done<? super T> done) {
        DefaultRateLimiter limiter = limiter(subject);
        long permits = limiter.permits(subject);
        long reading = scope.now(now);
        if (limiter.tryTake(permits, reading)) {
            return next.<S, T>callAsync(call, subject, reading, deadline, done);
        }
        Reservation turn;
        try {
            turn = limiter.enqueue(limiter.request(scope, permits, reading, deadline));
        } catch (RateLimitedException rejection) {
            done.end(null, rejection);
            return Cancellation.NONE;
        }
        if (turn.due() <= reading) {
            limiter.dequeue();
            return next.<S, T>callAsync(call, subject, reading, deadline, done);
        }
        CallWaiter<S, T> waiter;
        try {
            waiter = new CallWaiter<>(this, limiter, turn, call, subject, deadline, done);
        } catch (Throwable broken) { // running without the caller's context could mix up tenants
            limiter.dequeue();
            turn.cancel();
            done.end(null, broken);
            return Cancellation.NONE;
        }
        waiter.waitFor(turn.due() - reading);
        return waiter;
    }

    Layer rest() {
        return next;
    }

    Scope scope() {
        return scope;
    }
}
