package dev.seawall.test;

import dev.seawall.CallWith;
import dev.seawall.Cancellation;
import dev.seawall.Done;
import dev.seawall.Layer;
import dev.seawall.Policy;
import dev.seawall.Scope;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Stands outside a policy under test and keeps every end it reports, one too many included. */
final class Ends implements Policy {

    private final Queue<Object> all = new ConcurrentLinkedQueue<>();

    /** Results and failures in the order in which they came. */
    Queue<Object> all() {
        return all;
    }

    @Override
    public String name() {
        return "ends";
    }

    @Override
    public Layer link(Layer next, Scope scope) {
        return new Layer(next, scope) {
            @Override
            public <S extends @Nullable Object, T extends @Nullable Object, X extends Exception> T call(
                    CallWith<? super S, T, X> call, S subject, long now, long deadline) throws X {
                return next.call(call, subject, now, deadline);
            }

            @Override
            public <S extends @Nullable Object, T extends @Nullable Object> Cancellation callAsync(
                    CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call,
                    S subject,
                    long now,
                    long deadline,
                    Done<? super T> done) {
                return next.<S, T>callAsync(call, subject, now, deadline, (result, failure) -> {
                    all.add(failure != null ? failure : result != null ? result : "null");
                    done.end(result, failure);
                });
            }
        };
    }
}
