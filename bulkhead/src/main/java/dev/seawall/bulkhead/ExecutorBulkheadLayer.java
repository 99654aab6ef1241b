package dev.seawall.bulkhead;

import dev.seawall.CallInterruptedException;
import dev.seawall.CallWith;
import dev.seawall.Cancellation;
import dev.seawall.Done;
import dev.seawall.Layer;
import dev.seawall.Scope;
import dev.seawall.bulkhead.BulkheadFullException.Why;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An executor bulkhead's place in one pipeline. */
final class ExecutorBulkheadLayer extends Layer {

    private static final Logger LOG = LoggerFactory.getLogger(ExecutorBulkhead.class);

    private final DefaultExecutorBulkhead owner;
    private final DefaultBulkhead bulkhead;
    private final CallWaiter.At place;

    ExecutorBulkheadLayer(Layer next, Scope scope, DefaultExecutorBulkhead owner) {
        super(next, scope);
        this.owner = owner;
        this.bulkhead = owner.admission();
        this.place = new CallWaiter.At(bulkhead, next, scope);
    }

    // ---- synchronous calls

    @Override
    public <S extends @Nullable Object, T extends @Nullable Object, X extends Exception> T call(
            CallWith<? super S, T, X> call, S subject, long now, long deadline) throws X {
        int weight = bulkhead.weight(subject);
        Partition partition = bulkhead.partition(subject);
        if (owner.isClosed()) {
            throw rejected(Why.SHUT, partition, weight);
        }
        if (!partition.tryTake(weight)) {
            bulkhead.await(scope, subject, partition, weight, deadline);
        }
        HandedCall<S, T, X> handed = new HandedCall<>(partition, weight, next, call, subject, deadline);
        handOver(handed, partition, weight);
        awaitAnswer(handed);
        return handed.answer();
    }

    /** Returns if the call has started or will. Else its permits are back. */
    private void handOver(HandedCall<?, ?, ?> handed, Partition partition, int weight) {
        try {
            Runnable bound = scope.runtime().capture(handed);
            owner.executor().execute(() -> run(bound, handed));
        } catch (Throwable refused) {
            if (!handed.tryTakeBack()) {
                LOG.warn("bulkhead '{}': its executor ran a call and then threw", owner.name(), refused);
            } else if (refused instanceof RejectedExecutionException) {
                throw rejected(owner.isClosed() ? Why.SHUT : Why.REFUSED, partition, weight);
            } else {
                throw refused;
            }
        }
    }

    /** On the other thread. What the user's context throws there must not leave the caller waiting. */
    private void run(Runnable bound, HandedCall<?, ?, ?> handed) {
        try {
            bound.run();
        } catch (Throwable broken) {
            LOG.warn("bulkhead '{}': the context of a call threw", owner.name(), broken);
            handed.fail(broken);
        }
    }

    private void awaitAnswer(HandedCall<?, ?, ?> handed) {
        try {
            if (!scope.runtime().sleep(NO_DEADLINE, handed) && !handed.getAsBoolean()) {
                handed.cancel();
                throw new CancellationException(
                        "bulkhead '" + owner.name() + "' cancelled the call: its runtime was closed");
            }
            while (!handed.getAsBoolean()) {
                parkUntilInterrupted(handed); // virtual time has run out of things to do, the other thread has not
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            if (!handed.getAsBoolean()) {
                handed.cancel();
                throw new CallInterruptedException(owner.name(), "the answer", interrupted);
            }
        }
    }

    private static void parkUntilInterrupted(Object blocker) throws InterruptedException {
        LockSupport.park(blocker);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    // ---- asynchronous calls

    @Override
    public <S extends @Nullable Object, T extends @Nullable Object> Cancellation callAsync(
            CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call,
            S subject,
            long now,
            long deadline,
            Done<? super T> done) {
        int weight = bulkhead.weight(subject);
        Partition partition = bulkhead.partition(subject);
        Why refused = owner.isClosed() ? Why.SHUT : null;
        boolean admitted = refused == null && partition.tryTake(weight);
        long start = admitted ? now : scope.now(now);
        long maxWait = bulkhead.maxWaitNanos(start, deadline);
        if (!admitted && refused == null) {
            refused = bulkhead.refusal(weight, maxWait);
        }
        if (refused != null) {
            return reject(refused, partition, weight, done);
        }
        HandedStart<S, T> waiter;
        try {
            waiter = new HandedStart<>(
                    place,
                    task -> execute(task, partition, weight),
                    bulkhead.place(partition, weight, subject),
                    start,
                    call,
                    subject,
                    deadline,
                    done);
        } catch (Throwable broken) { // running without the caller's context could mix up tenants
            if (admitted) {
                partition.giveBack(weight);
            }
            done.end(null, broken);
            return Cancellation.NONE;
        }
        if (admitted) {
            waiter.tryGrant();
            waiter.goOn();
            return waiter;
        }
        return waiter.tryAwait(maxWait) ? waiter : reject(Why.FULL, partition, weight, done);
    }

    private Cancellation reject(Why why, Partition partition, int weight, Done<?> done) {
        done.end(null, rejected(why, partition, weight));
        return Cancellation.NONE;
    }

    private void execute(Runnable task, Partition partition, int weight) {
        if (owner.isClosed()) {
            throw rejected(Why.SHUT, partition, weight);
        }
        try {
            owner.executor().execute(task);
        } catch (RejectedExecutionException refused) {
            throw rejected(Why.REFUSED, partition, weight);
        }
    }

    private BulkheadFullException rejected(Why why, Partition partition, int weight) {
        return bulkhead.rejected(bulkhead.rejection(scope, why, partition, weight, 0));
    }
}
