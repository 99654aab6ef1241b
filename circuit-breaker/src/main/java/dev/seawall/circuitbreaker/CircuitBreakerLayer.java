package dev.seawall.circuitbreaker;

import dev.seawall.CallWith;
import dev.seawall.Cancellation;
import dev.seawall.Classifier;
import dev.seawall.Done;
import dev.seawall.Layer;
import dev.seawall.Outcome;
import dev.seawall.Scope;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A breaker's place in one pipeline. */
final class CircuitBreakerLayer extends Layer {

    static {
        // Before JDK 24 a method is inlined only once its own jar has resolved every class in its signature.
        // CircuitBreakerConfig.classifier() is on the way of every call, and nothing else here resolves its type.
        Objects.requireNonNull(Classifier.class);
    }

    private final DefaultCircuitBreaker breaker;

    CircuitBreakerLayer(Layer next, Scope scope, DefaultCircuitBreaker breaker) {
        super(next, scope);
        this.breaker = breaker;
    }

    @Override
    public <S extends @Nullable Object, T extends @Nullable Object, X extends Exception> T call(
            CallWith<? super S, T, X> call, S subject, long now, long deadline) throws X {
        Admission admission = breaker.admit(scope, now);
        long start = admission.timed() ? scope.now(now) : UNREAD;
        int place = start == UNREAD ? Admission.NO_PLACE : admission.enter(scope, start);
        T result;
        try {
            result = next.call(call, subject, start == UNREAD ? now : start, deadline);
        } catch (Throwable failure) {
            Outcome outcome = outcome(failure, deadline);
            leave(admission, place);
            admission.settle(outcome, start, scope, null, failure);
            throw failure;
        }
        Outcome outcome = outcome(result);
        leave(admission, place);
        admission.settle(outcome, start, scope, result, null);
        return result;
    }

    @Override
    public <S extends @Nullable Object, T extends @Nullable Object> Cancellation callAsync(
            CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call,
            S subject,
            long now,
            long deadline,
            Done<? super T> done) {
        Admission admission;
        long start;
        int place;
        try {
            admission = breaker.admit(scope, now);
            start = admission.timed() ? scope.now(now) : UNREAD;
            place = start == UNREAD ? Admission.NO_PLACE : admission.enter(scope, start);
        } catch (CircuitOpenException rejection) {
            done.end(null, rejection);
            return Cancellation.NONE;
        }
        return next.<S, T>callAsync(call, subject, start == UNREAD ? now : start, deadline, (result, failure) -> {
            Outcome outcome = failure == null ? outcome(result) : outcome(failure, deadline);
            leave(admission, place);
            admission.settle(outcome, start, scope, result, failure);
            done.end(result, failure);
        });
    }

    private static void leave(Admission admission, int place) {
        if (place != Admission.NO_PLACE) {
            admission.leave(place);
        }
    }

    private Outcome outcome(@Nullable Object result) {
        return scope.outcome(breaker.config().classifier(), result);
    }

    private Outcome outcome(Throwable failure, long deadline) {
        return scope.outcome(breaker.config().classifier(), failure, deadline);
    }
}
