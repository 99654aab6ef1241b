package dev.seawall.bulkhead;

import dev.seawall.CallTimedOutException;
import dev.seawall.CallWith;
import dev.seawall.Cancellation;
import dev.seawall.Done;
import dev.seawall.Layer;
import dev.seawall.Outcome;
import dev.seawall.Scope;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Stands behind the layer of an adaptive bulkhead and tells what admitted calls took and how they ended. */
final class SamplingLayer extends Layer {

    private final DefaultBulkhead bulkhead;
    private final Adaptation adaptation;

    SamplingLayer(Layer next, Scope scope, DefaultBulkhead bulkhead, Adaptation adaptation) {
        super(next, scope);
        this.bulkhead = bulkhead;
        this.adaptation = adaptation;
    }

    @Override
    public <S extends @Nullable Object, T extends @Nullable Object, X extends Exception> T call(
            CallWith<? super S, T, X> call, S subject, long now, long deadline) throws X {
        long start = scope.now(now);
        adaptation.begun();
        T result;
        try {
            result = next.call(call, subject, start, deadline);
        } catch (Throwable failure) {
            failed(failure, deadline);
            throw failure;
        }
        returned(result, start, deadline);
        return result;
    }

    @Override
    public <S extends @Nullable Object, T extends @Nullable Object> Cancellation callAsync(
            CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call,
            S subject,
            long now,
            long deadline,
            Done<? super T> done) {
        long start = scope.now(now);
        adaptation.begun();
        return next.<S, T>callAsync(call, subject, start, deadline, (result, failure) -> {
            try {
                if (failure == null) {
                    returned(result, start, deadline);
                } else {
                    failed(failure, deadline);
                }
            } finally {
                done.end(result, failure); // the permit is given back there
            }
        });
    }

    private void returned(@Nullable Object result, long start, long deadline) {
        long end = scope.now();
        if (end >= deadline || bulkhead.isOverload(result)) {
            adaptation.dropped(end);
        } else if (scope.outcome(null, result) == Outcome.SUCCESS) {
            adaptation.took(end - start, end);
        }
    }

    /** A failure tells nothing about time: one that comes at once would make a broken dependency look fast. */
    private void failed(Throwable failure, long deadline) {
        if (scope.isOwnRejection(failure)) {
            return;
        }
        long end = scope.now();
        if (end >= deadline || failure instanceof CallTimedOutException || bulkhead.isOverload(failure)) {
            adaptation.dropped(end);
        }
    }
}
