package dev.seawall.circuitbreaker;

import dev.seawall.CallWith;
import dev.seawall.Cancellation;
import dev.seawall.Classifier;
import dev.seawall.Done;
import dev.seawall.Layer;
import dev.seawall.Scope;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A throttle's place in one pipeline. */
final class AdaptiveThrottleLayer extends Layer {

    static {
        // Before JDK 24 a method is inlined only once its own jar has resolved every class in its signature.
        // AdaptiveThrottleConfig.classifier() is on the way of every call, and nothing else here resolves its type.
        Objects.requireNonNull(Classifier.class);
    }

    private final DefaultAdaptiveThrottle throttle;

    AdaptiveThrottleLayer(Layer next, Scope scope, DefaultAdaptiveThrottle throttle) {
        super(next, scope);
        this.throttle = throttle;
    }

    @Override
    public <S extends @Nullable Object, T extends @Nullable Object, X extends Exception> T call(
            CallWith<? super S, T, X> call, S subject, long now, long deadline) throws X {
        long time = throttle.admit(scope, now);
        T result;
        try {
            result = next.call(call, subject, time, deadline);
        } catch (Throwable failure) {
            throttle.settle(scope.outcome(throttle.config().classifier(), failure, deadline));
            throw failure;
        }
        throttle.settle(scope.outcome(throttle.config().classifier(), result));
        return result;
    }

    @Override
    public <S extends @Nullable Object, T extends @Nullable Object> Cancellation callAsync(
            CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call,
            S subject,
            long now,
            long deadline,
            Done<? super T> done) {
        long time;
        try {
            time = throttle.admit(scope, now);
        } catch (ThrottledException rejection) {
            done.end(null, rejection);
            return Cancellation.NONE;
        }
        return next.<S, T>callAsync(call, subject, time, deadline, (result, failure) -> {
            Classifier own = throttle.config().classifier();
            throttle.settle(failure == null ? scope.outcome(own, result) : scope.outcome(own, failure, deadline));
            done.end(result, failure);
        });
    }
}
