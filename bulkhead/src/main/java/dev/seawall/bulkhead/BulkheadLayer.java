package dev.seawall.bulkhead;

import dev.seawall.CallWith;
import dev.seawall.Cancellation;
import dev.seawall.Done;
import dev.seawall.Layer;
import dev.seawall.Scope;
import dev.seawall.bulkhead.BulkheadFullException.Why;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** A bulkhead's place in one pipeline. */
final class BulkheadLayer extends Layer {

    static {
        // Before JDK 24 a method is inlined only once its own jar has resolved every class in its signature.
        // BulkheadConfig.weight() is on the way of every call, and nothing else here resolves its type.
        Objects.requireNonNull(ToIntFunction.class);
    }

    private final DefaultBulkhead bulkhead;
    private final CallWaiter.At place;

    BulkheadLayer(Layer next, Scope scope, DefaultBulkhead bulkhead) {
        super(next, scope);
        this.bulkhead = bulkhead;
        this.place = new CallWaiter.At(bulkhead, next, scope);
    }

    @Override
    public <S extends @Nullable Object, T extends @Nullable Object, X extends Exception> T call(
            CallWith<? super S, T, X> call, S subject, long now, long deadline) throws X {
        int weight = bulkhead.weight(subject);
        Partition partition = bulkhead.partition(subject);
        long reading = now;
        if (!partition.tryTake(weight)) {
            bulkhead.await(scope, subject, partition, weight, deadline);
            reading = UNREAD;
        }
        T result;
        try {
            result = next.call(call, subject, reading, deadline);
        } catch (Throwable failure) {
            partition.giveBack(weight);
            throw failure;
        }
        partition.giveBack(weight);
        return result;
    }

    @Override
    public <S extends @Nullable Object, T extends @Nullable Object> Cancellation callAsync(
            CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call,
            S subject,
            long now,
            long deadline,
            Done<? super T> done) {
        int weight = bulkhead.weight(subject);
        Partition partition = bulkhead.partition(subject);
        if (partition.tryTake(weight)) {
            return next.<S, T>callAsync(call, subject, now, deadline, new Admitted<T>(partition, weight, done));
        }
        long start = scope.now(now);
        long maxWait = bulkhead.maxWaitNanos(start, deadline);
        Why refused = bulkhead.refusal(weight, maxWait);
        if (refused != null) {
            return reject(refused, partition, weight, done);
        }
        CallWaiter<S, T> waiter;
        try {
            waiter = new CallWaiter<>(
                    place, bulkhead.place(partition, weight, subject), start, call, subject, deadline, done);
        } catch (Throwable broken) { // running without the caller's context could mix up tenants
            done.end(null, broken);
            return Cancellation.NONE;
        }
        return waiter.tryAwait(maxWait) ? waiter : reject(Why.FULL, partition, weight, done);
    }

    private Cancellation reject(Why why, Partition partition, int weight, Done<?> done) {
        done.end(null, bulkhead.rejected(bulkhead.rejection(scope, why, partition, weight, 0)));
        return Cancellation.NONE;
    }

    /** An asynchronous call that did not have to wait. Gives its permits back once, whatever the layers inside do. */
    @SuppressWarnings("serial") // never serialized; extends to save an object on each call
    private static final class Admitted<T extends @Nullable Object> extends AtomicBoolean implements Done<T> {

        private final Partition partition;
        private final int weight;
        private final Done<? super T> done;

        Admitted(Partition partition, int weight, Done<? super T> done) {
            this.partition = partition;
            this.weight = weight;
            this.done = done;
        }

        @Override
        public void end(@Nullable T result, @Nullable Throwable failure) {
            if (compareAndSet(false, true)) {
                partition.giveBack(weight);
                done.end(result, failure);
            }
        }
    }
}
