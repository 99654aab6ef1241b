package dev.seawall.test;

import dev.seawall.Call;
import dev.seawall.CallInterruptedException;
import dev.seawall.CallWith;
import dev.seawall.Cancellation;
import dev.seawall.Done;
import dev.seawall.Layer;
import dev.seawall.ResilienceRuntime;
import dev.seawall.Scope;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Injects faults into the calls of one pipeline. */
final class FaultLayer extends Layer {

    private final Faults faults;
    private final ResilienceRuntime runtime;

    FaultLayer(Layer next, Scope scope, Faults faults) {
        super(next, scope);
        this.faults = faults;
        this.runtime = scope.runtime();
    }

    @Override
    public <S extends @Nullable Object, T extends @Nullable Object, X extends Exception> T call(
            CallWith<? super S, T, X> call, S subject, long now, long deadline) throws X {
        Fault fault = faults.next(runtime.random());
        long nanos = fault.delayNanos(runtime.random());
        if (nanos > 0) {
            sleep(nanos);
        }
        Call<T, X> instead = fault.instead();
        return instead == null ? next.call(call, subject, nanos > 0 ? UNREAD : now, deadline) : instead.call();
    }

    private void sleep(long nanos) {
        try {
            runtime.sleep(nanos);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CallInterruptedException(faults.name(), "the end of an injected delay", interrupted);
        }
    }

    @Override
    public <S extends @Nullable Object, T extends @Nullable Object> Cancellation callAsync(
            CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call,
            S subject,
            long now,
            long deadline,
            Done<? super T> done) {
        Fault fault = faults.next(runtime.random());
        if (fault.isPass()) {
            return next.<S, T>callAsync(call, subject, now, deadline, done);
        }
        Start start = from -> next.<S, T>callAsync(call, subject, from, deadline, done);
        AsyncFault<T> injected = new AsyncFault<>(faults.name(), fault, start, done);
        long nanos = fault.delayNanos(runtime.random());
        return nanos > 0 ? injected.later(runtime, nanos) : injected.strike(now);
    }

    /** Runs one asynchronous call in the rest of the pipeline. */
    @FunctionalInterface
    interface Start {
        Cancellation from(long now);
    }
}
