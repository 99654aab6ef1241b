package dev.seawall;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An asynchronous call that a policy keeps waiting, for a permit or for its time, before the rest of the pipeline runs it.
 *
 * <p>The wait ends once, in one of two ways. It is <em>granted</em>: {@link #tryGrant()} says yes, and {@link #proceed()} runs
 * the rest of the pipeline on an executor, in the context of the thread that made the call. Or it is
 * <em>abandoned</em>, by {@link #cancel()} or {@link #tryReject}: then {@link #abandoned()} is told, and nothing has run. A
 * granted call that is cancelled before it has started does not start. Either way the caller hears of one end.
 *
 * <p><b>Threads:</b> safe for any number of threads. No method throws or waits.
 *
 * @param <S> type of the subject
 * @param <T> type of the result
 */
public abstract class WaitingCall<S extends @Nullable Object, T extends @Nullable Object> implements Cancellation {

    private static final Logger LOG = LoggerFactory.getLogger(WaitingCall.class);

    private static final int WAITING = 0;
    private static final int GRANTED = 1;
    private static final int STARTED = 2;
    private static final int OVER = 3;
    private static final int TOLD = 4;

    private final String policy;
    private final Layer next;
    private final CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call;
    private final S subject;
    private final long deadline;
    private final Done<? super T> done;
    private final Runnable start;

    private final AtomicInteger state = new AtomicInteger(WAITING);
    private volatile Cancellation inner = Cancellation.NONE;
    private volatile boolean cancelled;

    /**
     * Makes a waiting call on the thread that makes the call.
     *
     * @param policy name of the policy that keeps it waiting
     * @param next the rest of the pipeline
     * @param call the user's call
     * @param subject what it is about
     * @param deadline when the answer is due, or {@link Layer#NO_DEADLINE}
     * @param done told the end
     */
    @SuppressWarnings("this-escape") // capturing only binds the task; it runs after a grant
    protected WaitingCall(
            String policy,
            Layer next,
            CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call,
            S subject,
            long deadline,
            Done<? super T> done) {
        this.policy = policy;
        this.next = next;
        this.call = call;
        this.subject = subject;
        this.deadline = deadline;
        this.done = done;
        this.start = next.scope.runtime().capture(this::start);
    }

    /**
     * The wait was abandoned. Told at most once, before the caller hears of it: leave the queue, give back what was reserved.
     * Must not throw.
     */
    protected abstract void abandoned();

    /**
     * A granted call has ended. Told exactly once for each, before the caller hears of it: give back what it holds. Must not
     * throw.
     *
     * @param started whether the rest of the pipeline was run
     */
    protected abstract void ended(boolean started);

    /**
     * Whether the wait is still going on.
     *
     * @return {@code false} once it was granted or abandoned
     */
    protected final boolean isWaiting() {
        return state.get() == WAITING;
    }

    /**
     * Ends the wait, to go on. Whoever gets a yes owes the call a {@link #proceed()}.
     *
     * @return {@code false} if the wait is over; the call then takes nothing
     */
    public final boolean tryGrant() {
        return state.compareAndSet(WAITING, GRANTED);
    }

    /** Runs a granted call, on the runtime's executor. */
    public final void proceed() {
        proceed(next.scope.runtime().executor());
    }

    /**
     * Runs a granted call on threads of the policy's own.
     *
     * @param executor runs the call's start once. If it throws instead, the call ends with what it threw
     */
    public final void proceed(Executor executor) {
        try {
            executor.execute(this::resume);
        } catch (Throwable broken) {
            notStarted(broken);
        }
    }

    private void resume() {
        try {
            start.run();
        } catch (Throwable broken) {
            notStarted(broken);
        }
    }

    /** The user's executor or context is broken. If that was before the call, it cannot go on. */
    private void notStarted(Throwable broken) {
        if (endUnstarted()) {
            tellLater(broken);
        } else {
            LOG.warn("'{}': resuming a call threw", policy, broken);
        }
    }

    private void start() {
        if (!state.compareAndSet(GRANTED, STARTED)) {
            return; // cancelled meanwhile
        }
        Cancellation running = Cancellation.NONE;
        try {
            running = next.<S, T>callAsync(call, subject, Layer.UNREAD, deadline, this::end);
        } catch (Throwable broken) { // a policy broke its contract, or there is no memory left
            end(null, broken);
        }
        inner = running;
        if (cancelled) {
            running.cancel();
        }
    }

    private void end(@Nullable T result, @Nullable Throwable failure) {
        if (state.compareAndSet(STARTED, OVER)) {
            ended(true);
            done.end(result, failure);
        }
    }

    private boolean endUnstarted() {
        boolean unstarted = state.compareAndSet(GRANTED, OVER);
        if (unstarted) {
            ended(false);
        }
        return unstarted;
    }

    /**
     * Ends the wait without running the call. The caller hears of it on the runtime's executor.
     *
     * @param rejection what the caller gets
     * @return {@code false} if the wait is over already; the rejection is then not used
     */
    public final boolean tryReject(Throwable rejection) {
        if (!state.compareAndSet(WAITING, OVER)) {
            return false;
        }
        abandoned();
        tellLater(rejection);
        return true;
    }

    /** On the runtime's executor: what hangs on the end is the user's, and this thread may be a timer's or another call's. */
    private void tellLater(Throwable failure) {
        next.scope.handOver(() -> tell(failure));
    }

    /** Says once that the call was not run, even if a broken executor did what it was asked and then threw. */
    private void tell(Throwable failure) {
        if (state.compareAndSet(OVER, TOLD)) {
            done.end(null, failure);
        }
    }

    /** Ends the wait, or cancels the running call. */
    @Override
    public final void cancel() {
        cancelled = true;
        if (state.compareAndSet(WAITING, OVER)) {
            abandoned();
            tell(cancellation());
        } else if (endUnstarted()) {
            tell(cancellation());
        } else {
            inner.cancel();
        }
    }

    private CancellationException cancellation() {
        return new CancellationException("'" + policy + "' was cancelled while the call waited");
    }
}
