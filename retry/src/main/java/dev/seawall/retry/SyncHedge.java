package dev.seawall.retry;

import dev.seawall.CallInterruptedException;
import dev.seawall.CallWith;
import dev.seawall.Durations;
import dev.seawall.Layer;
import dev.seawall.retry.Standing.End;
import dev.seawall.retry.Standing.Runner;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One synchronous call: the first attempt on the caller's thread, the others on those of an executor.
 *
 * @param <S> what the call is about
 * @param <T> what it answers with
 * @param <X> what it may throw
 */
@SuppressWarnings("serial") // never serialized
final class SyncHedge<S extends @Nullable Object, T extends @Nullable Object, X extends Exception>
        extends HedgeCall<T> {

    private static final Logger LOG = LoggerFactory.getLogger(Hedge.class);

    private final CallWith<? super S, T, X> call;
    private final S subject;
    private final @Nullable Running outer = Running.innermost();

    SyncHedge(
            HedgeLayer layer,
            HedgeConfig config,
            CallWith<? super S, T, X> call,
            S subject,
            long start,
            long deadline) {
        super(layer, config, start, deadline);
        this.call = call;
        this.subject = subject;
    }

    /**
     * A thread at work on an attempt. Whoever cancels it moves it out of {@code AT_WORK} first and interrupts it then; the
     * thread leaves by a CAS, or waits for the interrupt that is on its way and clears it. So it is interrupted at most once,
     * and never after it has left.
     */
    private static final class Worker extends Runner {

        private static final int AT_WORK = 0;
        private static final int INTERRUPTING = 1;
        private static final int INTERRUPTED = 2;
        private static final int INTERRUPTED_BEFORE = 3; // by somebody else, whose interrupt is not ours to clear
        private static final int LEFT = 4;

        private final Thread thread = Thread.currentThread();

        Worker(int number, @Nullable Runner before) {
            super(number, before);
        }

        @Override
        void cancel() {
            if (compareAndSet(AT_WORK, INTERRUPTING)) {
                boolean before = thread.isInterrupted();
                if (!before) {
                    thread.interrupt();
                }
                set(before ? INTERRUPTED_BEFORE : INTERRUPTED);
            } else if (number == 1) {
                LockSupport.unpark(thread); // it has left its attempt and may be waiting for the others
            }
        }

        @Override
        @SuppressWarnings("ThreadPriorityCheck") // spinning without it could keep the canceller from its carrier
        boolean leave() {
            if (compareAndSet(AT_WORK, LEFT)) {
                return true;
            }
            while (get() == INTERRUPTING) {
                Thread.yield(); // the canceller is between its two steps
            }
            int phase = getAndSet(LEFT);
            if (phase == INTERRUPTED) {
                Thread.interrupted();
            }
            return phase != LEFT;
        }
    }

    @Override
    Executor executor() {
        if (isVirtual()) {
            return runtime().executor();
        }
        Executor own = config.executor();
        return own == null ? HedgeThreads.EXECUTOR : own;
    }

    @Override
    Runner attempt(int number, @Nullable Runner before) {
        return new Worker(number, before);
    }

    /** Makes the first attempt, and waits for the others if they are needed. */
    T run(long now) throws X {
        Runner first = enterFirst();
        plan();
        T result = null;
        Throwable failure = null;
        try {
            result = layer.rest().call(call, subject, now, deadline);
        } catch (Throwable thrown) {
            failure = thrown;
        }
        ended(first, result, failure);
        if (failure instanceof Error error) {
            throw error;
        }
        if (!isOver()) {
            await(failure);
        }
        return answer();
    }

    /** An interrupt of the caller, other than ours, is not a failure that another attempt could make good. */
    @Override
    boolean endsAtOnce(Runner attempt, Throwable failure) {
        boolean interrupted = failure instanceof InterruptedException || failure instanceof CallInterruptedException;
        return (interrupted && attempt.number == 1) || super.endsAtOnce(attempt, failure);
    }

    private void await(@Nullable Throwable failure) {
        long most = deadline == Layer.NO_DEADLINE ? Durations.MAX_NANOS : deadline - scope().now();
        try {
            runtime().sleep(most, this::isOver);
            giveUp(null); // if there is no answer: too late, or closed
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            giveUp(new CallInterruptedException(layer.hedge().name(), "another attempt", failure));
        }
    }

    private T answer() throws X {
        End<T> answer = get().ending();
        if (answer.success() && answer.number() > 1) {
            layer.hedge().won(answer.number());
        }
        Throwable failure = answer.failure();
        if (failure != null) {
            throw RetryLayer.<X>asThrown(failure);
        }
        return value(answer);
    }

    @SuppressWarnings("NullAway") // null only where T allows it
    private T value(End<T> end) {
        return end.value();
    }

    private boolean isOver() {
        return get().answer() != null;
    }

    /** On an executor's thread. */
    @Override
    void start(Runner attempt) {
        Running before = Running.innermost();
        Running.become(new Running(layer.hedge(), new Attempt(attempt.number, null, null), outer));
        T result = null;
        Throwable failure = null;
        try {
            result = layer.rest().call(call, subject, Layer.UNREAD, deadline);
        } catch (Throwable thrown) {
            failure = thrown;
        }
        Running.become(before);
        if (!ended(attempt, result, failure) && failure instanceof Error) {
            LOG.warn(
                    "hedge '{}': attempt {} threw after its call had ended",
                    layer.hedge().name(),
                    attempt.number,
                    failure);
        }
    }

    /** The caller looks for itself: it has been interrupted in its attempt, or woken if it was waiting. */
    @Override
    void over(Standing<T> last) {}
}
