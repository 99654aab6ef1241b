package dev.seawall.test;

import dev.seawall.CallWith;
import dev.seawall.Cancellation;
import dev.seawall.Done;
import dev.seawall.Layer;
import dev.seawall.Policy;
import dev.seawall.Scope;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A policy that breaks its contract: it throws where it must not. */
record Broken(RuntimeException failure) implements Policy {

    @Override
    public String name() {
        return "broken";
    }

    @Override
    public Layer link(Layer next, Scope scope) {
        return new Layer(next, scope) {
            @Override
            public <S extends @Nullable Object, T extends @Nullable Object, X extends Exception> T call(
                    CallWith<? super S, T, X> call, S subject, long now, long deadline) {
                throw failure;
            }

            @Override
            public <S extends @Nullable Object, T extends @Nullable Object> Cancellation callAsync(
                    CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call,
                    S subject,
                    long now,
                    long deadline,
                    Done<? super T> done) {
                throw failure;
            }
        };
    }
}
