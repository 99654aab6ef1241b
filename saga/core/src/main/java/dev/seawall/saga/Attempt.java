package dev.seawall.saga;

import dev.seawall.Cancellation;
import dev.seawall.Deadline;
import dev.seawall.Durations;
import dev.seawall.ResilienceRuntime;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run of a step's code, with a time limit. When the time is over the thread is interrupted; a remote attempt then counts as
 * ended, and what it answers later is dropped. Of a local one the end is awaited: its transaction may still be committed.
 */
final class Attempt<S> {

    private enum State {
        RUNNING,
        ENDED,
        INTERRUPTING,
        INTERRUPTED
    }

    private final ResilienceRuntime runtime;
    private final Next.Job<S> job;
    private final Consumer<Outcome<S>> late; // told when the time is over, of a remote attempt
    private final AtomicReference<State> state = new AtomicReference<>(State.RUNNING);
    private final long startedAt;
    private final long limitNanos;
    private volatile @Nullable Thread thread;

    Attempt(ResilienceRuntime runtime, Next.Job<S> job, Consumer<Outcome<S>> late) {
        this.runtime = runtime;
        this.job = job;
        this.late = late;
        this.startedAt = runtime.now();
        this.limitNanos = Durations.toNanos(job.task().timeout());
    }

    Deadline deadline() {
        return Deadline.after(job.task().timeout(), runtime);
    }

    boolean isRunning() {
        return state.get() == State.RUNNING;
    }

    /**
     * Runs the code on this thread.
     *
     * @return {@code null} if the time was over before, and that was or will be told
     */
    @Nullable
    Outcome<S> run(Callable<? extends @Nullable Object> code, Deadline deadline) {
        thread = Thread.currentThread();
        Cancellation alarm = runtime.schedule(limitNanos, this::expire);
        Object value = null;
        Throwable failure = null;
        try {
            value = deadline.<@Nullable Object, Exception>call(code::call);
        } catch (Throwable thrown) { // an Error is a failed attempt too: the thread goes on with other sagas
            failure = thrown;
        }
        boolean inTime = state.compareAndSet(State.RUNNING, State.ENDED);
        alarm.cancel();
        if (!inTime) {
            awaitInterrupt();
        }
        Thread.interrupted(); // it was meant for this attempt; the next saga on this thread must not get it
        return inTime || job.isLocal() ? outcome(value, failure) : null;
    }

    private void awaitInterrupt() {
        while (state.get() != State.INTERRUPTED) {
            Thread.onSpinWait(); // the timer is between its two steps
        }
    }

    private void expire() {
        if (interrupt() && !job.isLocal()) {
            String limit = Durations.format(job.task().timeout());
            late.accept(outcome(null, new TimeoutException("no answer within " + limit)));
        }
    }

    /** Ends it early, with nobody told. */
    boolean interrupt() {
        if (!state.compareAndSet(State.RUNNING, State.INTERRUPTING)) {
            return false;
        }
        Thread owner = thread;
        if (owner != null) {
            owner.interrupt();
        }
        state.set(State.INTERRUPTED);
        return true;
    }

    private Outcome<S> outcome(@Nullable Object value, @Nullable Throwable failure) {
        return new Outcome<>(job, value, failure, Duration.ofNanos(runtime.now() - startedAt));
    }
}
