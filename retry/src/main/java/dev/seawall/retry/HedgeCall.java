package dev.seawall.retry;

import dev.seawall.Cancellation;
import dev.seawall.Layer;
import dev.seawall.Outcome;
import dev.seawall.ResilienceRuntime;
import dev.seawall.Scope;
import dev.seawall.VirtualRuntime;
import dev.seawall.retry.HedgeEvent.Reason;
import dev.seawall.retry.Standing.End;
import dev.seawall.retry.Standing.Runner;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call: which attempts run, when the next one is due, and whose end is the call's.
 *
 * <p>The value is how the call stands, replaced as a whole by one CAS. An attempt is entered before it starts and only while
 * the call is open; it leaves with its end. Who puts in an answer, and only that one thread, finishes the call: takes the next
 * attempt off the timer, cancels those that still run, hands on the answer. So the call ends once, a late end finds an answer
 * and changes nothing, and no attempt is entered after the end or a cancellation.
 *
 * <p>An attempt that was entered at the same moment as the call was cancelled is cancelled as well: the canceller closes the
 * call first and looks for attempts then.
 *
 * @param <T> what it answers with
 */
@SuppressWarnings("serial") // never serialized; extends to save an object on each call
abstract class HedgeCall<T extends @Nullable Object> extends AtomicReference<Standing<T>> implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Hedge.class);

    /** The next attempt's place on the timer. */
    private final class Plan implements Runnable {

        private final int number;
        private final long delayNanos;
        private volatile Cancellation timer = Cancellation.NONE;
        private @Nullable Thread timerThread;

        Plan(int number, long delayNanos) {
            this.number = number;
            this.delayNanos = delayNanos;
        }

        /** On the timer's thread. */
        @Override
        public void run() {
            if (!get().open() || runtime().isClosed()) {
                return;
            }
            timerThread = Thread.currentThread();
            try {
                executor().execute(this::resume);
            } catch (RejectedExecutionException full) {
                refuse();
            } catch (Throwable broken) {
                LOG.warn("hedge '{}': the executor threw", layer.hedge().name(), broken);
                refuse();
            }
        }

        private void resume() {
            if (Thread.currentThread().equals(timerThread) && !isVirtual()) {
                refuse(); // late is better than in the way of all timers
                return;
            }
            try {
                Objects.requireNonNull(resume).run();
            } catch (Throwable broken) {
                LOG.warn(
                        "hedge '{}': bringing an attempt into the caller's context threw",
                        layer.hedge().name(),
                        broken);
            }
        }

        /** Listeners must not run on the timer's thread. */
        private void refuse() {
            scope().handOver(() -> layer.hedge().refused(number, Reason.EXECUTOR));
        }
    }

    final HedgeLayer layer;
    final HedgeConfig config;
    final long deadline;
    private final long start; // a reading if latencies are to be known

    private @Nullable Runnable resume; // this, in the caller's context
    private volatile @Nullable Plan plan;

    HedgeCall(HedgeLayer layer, HedgeConfig config, long start, long deadline) {
        this.layer = layer;
        this.config = config;
        this.start = start;
        this.deadline = deadline;
    }

    /** Threads for further attempts. */
    abstract Executor executor();

    /** Makes an attempt, to be entered on the thread that starts it. */
    abstract Runner attempt(int number, @Nullable Runner before);

    /** Runs a further attempt that was entered; its end is told to {@link #ended}. */
    abstract void start(Runner attempt);

    /** The call has ended; told once. */
    abstract void over(Standing<T> last);

    /** Enters the first attempt. */
    final Runner enterFirst() {
        Runner first = attempt(1, null);
        set(Standing.of(first));
        return first;
    }

    /** Plans the first hedge, on the caller's thread. If that cannot be done, the call goes on alone. */
    final void plan() {
        try {
            resume = Objects.requireNonNull(runtime().capture(this), "captured task");
            planNext(2);
        } catch (Throwable broken) { // an attempt without its caller's context could mix up tenants
            LOG.warn(
                    "hedge '{}': a call is not hedged, as it could not be planned",
                    layer.hedge().name(),
                    broken);
        }
    }

    private void planNext(int number) {
        if (number > config.maxAttempts()) {
            return;
        }
        Plan next = new Plan(number, layer.hedge().delayNanos(config));
        plan = next;
        next.timer = runtime().schedule(next.delayNanos, next);
        if (!get().open()) {
            next.timer.cancel();
        }
    }

    /** Makes the attempt that is due, on an executor's thread in the caller's context. */
    @Override
    public final void run() {
        Plan due = Objects.requireNonNull(plan);
        Standing<T> now = get();
        boolean again = due.number == now.newest().number; // whoever carries the context ran it twice
        if (again || !now.open() || runtime().isClosed() || isTooLate()) {
            return;
        }
        RetryBudget budget = config.budget();
        if (budget != null && !budget.tryWithdraw()) {
            layer.hedge().refused(due.number, Reason.BUDGET);
            return;
        }
        Runner attempt = attempt(due.number, now.newest());
        if (!enter(attempt)) {
            return; // it has been paid for: that errs on the side of fewer
        }
        try {
            planNext(due.number + 1);
            layer.hedge().launched(due.number, due.delayNanos);
            startUnlessCancelled(attempt);
        } catch (Throwable broken) { // no memory left
            ended(attempt, null, broken);
        }
    }

    private void startUnlessCancelled(Runner attempt) {
        if (attempt.get() == 0) {
            start(attempt);
        } else {
            ended(attempt, null, new CancellationException("attempt " + attempt.number + " was cancelled"));
        }
    }

    private boolean isTooLate() {
        return deadline != Layer.NO_DEADLINE && scope().now() >= deadline;
    }

    private boolean enter(Runner attempt) {
        Standing<T> now = get();
        while (now.open()) {
            if (compareAndSet(now, now.entered(attempt))) {
                return true;
            }
            now = get();
        }
        return false;
    }

    /** Takes the end of an attempt. Returns {@code false} if the call had ended before. */
    final boolean ended(Runner attempt, @Nullable T value, @Nullable Throwable failure) {
        if (!attempt.leave()) {
            return true;
        }
        boolean success = failure == null && judge(value) == Outcome.SUCCESS;
        boolean decides = failure == null ? success : endsAtOnce(attempt, failure);
        End<T> end = new End<>(attempt.number, success, value, failure, null);
        Standing<T> now = get();
        while (now.answer() == null) {
            Standing<T> then = decides ? now.answered(end) : now.lost(end, scope());
            if (compareAndSet(now, then)) {
                if (then.answer() != null) {
                    finish(then, attempt);
                }
                return true;
            }
            now = get();
        }
        return false;
    }

    @SuppressWarnings("NullAway") // null only where T allows it
    private Outcome judge(@Nullable T value) {
        return scope().outcome(config.classifier(), value);
    }

    boolean endsAtOnce(Runner attempt, Throwable failure) {
        return failure instanceof Error;
    }

    /**
     * Ends the call although attempts still run.
     *
     * @param instead what it ends with; {@code null} for how it would end if they had never been made
     */
    final void giveUp(@Nullable Throwable instead) {
        Standing<T> now = get();
        while (now.answer() == null) {
            End<T> end = instead == null ? now.best(scope()) : new End<>(1, false, null, instead, null);
            Standing<T> then = now.answered(end);
            if (compareAndSet(now, then)) {
                finish(then, null);
                return;
            }
            now = get();
        }
    }

    /** Lets no further attempt be entered. Returns how the call then stands. */
    final Standing<T> close() {
        Standing<T> then = updateAndGet(Standing::closed);
        cancelPlan();
        return then;
    }

    private void finish(Standing<T> last, @Nullable Runner decider) {
        cancelPlan();
        learn(last);
        last.cancelAll(decider);
        over(last);
    }

    private void cancelPlan() {
        Plan planned = plan;
        if (planned != null) {
            planned.timer.cancel();
        }
    }

    /** What the first attempt took, or had taken when it was beaten. One that failed tells nothing. */
    private void learn(Standing<T> last) {
        if (config.delay() instanceof HedgeDelay.Percentile delay && succeeded(last) && last.lost(1) == null) {
            try {
                layer.hedge().learn(scope().now() - start, delay);
            } catch (Throwable broken) { // no memory left: the call must hear of its end all the same
                LOG.warn("hedge '{}': a latency was not recorded", layer.hedge().name(), broken);
            }
        }
    }

    private static boolean succeeded(Standing<?> last) {
        Standing.End<?> answer = last.answer();
        return answer != null && answer.success();
    }

    final boolean isVirtual() {
        return runtime() instanceof VirtualRuntime;
    }

    final Scope scope() {
        return layer.scope();
    }

    final ResilienceRuntime runtime() {
        return layer.scope().runtime();
    }
}
