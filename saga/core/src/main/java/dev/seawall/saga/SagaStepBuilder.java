package dev.seawall.saga;

import dev.seawall.Backoff;
import dev.seawall.Require;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a step, and on to the next one. Not thread-safe.
 *
 * @param <S> the saga's state
 */
public final class SagaStepBuilder<S> {

    /**
     * A step of which only the name is known.
     *
     * @param <S> the saga's state
     */
    public static final class Start<S> {

        private final SagaBuilder<S> saga;
        private final String name;
        private final boolean isPivot;

        Start(SagaBuilder<S> saga, String name, boolean isPivot) {
            this.saga = saga;
            this.name = name;
            this.isPivot = isPivot;
        }

        /**
         * Sets what the step does, outside of the saga's database.
         *
         * @param action answers the new state
         * @return the step's further settings
         */
        public SagaStepBuilder<S> run(SagaAction<S, S> action) {
            return with(new Task.Action.Remote<>(Objects.requireNonNull(action, "action")));
        }

        /**
         * Sets what the step does on the saga's database, in one transaction with the note that it is done.
         *
         * @param action answers the new state
         * @return the step's further settings
         */
        public SagaStepBuilder<S> runInTransaction(LocalAction<S> action) {
            return with(new Task.Action.Local<>(Objects.requireNonNull(action, "action")));
        }

        @SuppressWarnings("unchecked") // the result of a plain step is the new state
        private SagaStepBuilder<S> with(Task.Action<S> action) {
            TaskDraft<S> task = new TaskDraft<>(
                    name, action, (old, made) -> (S) Objects.requireNonNull(made, "the new state"), false);
            SagaStepBuilder<S> step = new SagaStepBuilder<>(saga, task, isPivot);
            saga.addStep(step::toStep);
            return step;
        }
    }

    private final SagaBuilder<S> saga;
    private final TaskDraft<S> task;
    private final boolean isPivot;
    private @Nullable Predicate<? super S> when;

    private SagaStepBuilder(SagaBuilder<S> saga, TaskDraft<S> task, boolean isPivot) {
        this.saga = saga;
        this.task = task;
        this.isPivot = isPivot;
    }

    /**
     * Sets how the step is undone, outside of the saga's database.
     *
     * @param compensation must bear to run more than once, and for a step that had no effect
     * @return this builder
     */
    public SagaStepBuilder<S> compensate(SagaCompensation<S> compensation) {
        Objects.requireNonNull(compensation, "compensation");
        task.undo(new Task.Undo.Remote<>((state, result, context) -> compensation.undo(state, context)));
        return this;
    }

    /**
     * Sets how the step is undone on the saga's database, in one transaction with the note that it is undone.
     *
     * @param compensation must bear that the step had no effect
     * @return this builder
     */
    public SagaStepBuilder<S> compensateInTransaction(LocalCompensation<S> compensation) {
        task.undo(new Task.Undo.Local<>(Objects.requireNonNull(compensation, "compensation")));
        return this;
    }

    /**
     * Sets how long an attempt may take, of the action or the compensation. Then its thread is interrupted. The saga does not wait
     * for a remote attempt that goes on nevertheless, and ignores what it answers; for the transaction of a local one it waits.
     *
     * @param timeout longer than 0 s; 30 s unless set
     * @return this builder
     */
    public SagaStepBuilder<S> timeout(Duration timeout) {
        task.timeout(timeout);
        return this;
    }

    /**
     * Sets how often the action is tried. After the last attempt the saga is compensated, and so is this step, unless it surely had
     * no effect; behind the pivot the saga is parked.
     *
     * @param backoff how long to wait after each failure
     * @param attempts in all, at least 1; unless set 5 with waits from 100 ms on, behind the pivot without end, with waits up to 1 min
     * @return this builder
     */
    public SagaStepBuilder<S> retry(Backoff backoff, int attempts) {
        task.retry(backoff, attempts);
        return this;
    }

    /**
     * Has the action tried until it succeeds, with waits of 100 ms to 1 min. For the pivot and behind it.
     *
     * @return this builder
     */
    public SagaStepBuilder<S> retryForEver() {
        task.retryForEver();
        return this;
    }

    /**
     * Sets which failures of the action may be tried again; all others are final and mean that it had no effect.
     *
     * @param failure a failure that can pass; every one but {@link SagaStepFailedException} unless set
     * @return this builder
     */
    public SagaStepBuilder<S> retryIf(Predicate<? super Throwable> failure) {
        Objects.requireNonNull(failure, "failure");
        task.failIf(thrown -> !failure.test(thrown));
        return this;
    }

    /**
     * Sets which failures of the action are final and mean that it had no effect.
     *
     * @param failure a failure that cannot pass
     * @return this builder
     */
    public SagaStepBuilder<S> failIf(Predicate<? super Throwable> failure) {
        task.failIf(failure);
        return this;
    }

    /**
     * Sets a condition: if it does not hold, the step is skipped. Decided once and noted.
     *
     * @param condition asked of the state; must depend on nothing else
     * @return this builder
     */
    public SagaStepBuilder<S> when(Predicate<? super S> condition) {
        this.when = Objects.requireNonNull(condition, "condition");
        return this;
    }

    /**
     * Sets how often the compensation is tried.
     *
     * @param backoff how long to wait after each failure
     * @param attempts in all, at least 1; unless set 10, with waits from 100 ms to 1 min
     * @return this builder
     */
    public SagaStepBuilder<S> retryCompensation(Backoff backoff, int attempts) {
        task.undoRetry(backoff, attempts);
        return this;
    }

    /**
     * Sets what happens when the compensation has failed for good.
     *
     * @param policy {@link OnCompensationFailure#PARK} unless set
     * @return this builder
     */
    public SagaStepBuilder<S> onCompensationFailure(OnCompensationFailure policy) {
        task.onUndoFailure(policy);
        return this;
    }

    /**
     * Adds a step.
     *
     * @param name see {@link SagaBuilder#step}
     * @return the new step
     */
    public Start<S> step(String name) {
        return saga.step(name);
    }

    /**
     * Adds the pivot.
     *
     * @param name see {@link SagaBuilder#pivot}
     * @return the new step
     */
    public Start<S> pivot(String name) {
        return saga.pivot(name);
    }

    /**
     * Adds a step of several branches.
     *
     * @param name see {@link SagaBuilder#parallel}
     * @param branches adds them
     * @return the saga's builder
     */
    public SagaBuilder<S> parallel(String name, Consumer<? super SagaParallelBuilder<S>> branches) {
        return saga.parallel(name, branches);
    }

    /**
     * Adds a wait for a signal.
     *
     * @param name see {@link SagaBuilder#await}
     * @param type of the signal's payload
     * @param limit how long to wait
     * @param <P> of the signal's payload
     * @return the new step
     */
    public <P> SagaAwaitBuilder<S, P> await(String name, Class<P> type, Duration limit) {
        return saga.await(name, type, limit);
    }

    /**
     * Adds a wait.
     *
     * @param name see {@link SagaBuilder#sleep(String, Duration)}
     * @param duration how long
     * @return the saga's builder
     */
    public SagaBuilder<S> sleep(String name, Duration duration) {
        return saga.sleep(name, duration);
    }

    /**
     * Adds a wait.
     *
     * @param name see {@link SagaBuilder#sleep(String, Function)}
     * @param duration how long
     * @return the saga's builder
     */
    public SagaBuilder<S> sleep(String name, Function<? super S, Duration> duration) {
        return saga.sleep(name, duration);
    }

    /**
     * Bounds the whole saga.
     *
     * @param deadline see {@link SagaBuilder#deadline}
     * @return the saga's builder
     */
    public SagaBuilder<S> deadline(Duration deadline) {
        return saga.deadline(deadline);
    }

    /**
     * Makes the definition.
     *
     * @return see {@link SagaBuilder#build}
     */
    public Saga<S> build() {
        return saga.build();
    }

    private Step<S> toStep(boolean afterPivot) {
        Require.check(
                !task.hasUndo() || !(isPivot || afterPivot),
                "step '%s' must not have a compensation: from the pivot on there is only forward",
                task.name());
        Require.check(
                isPivot || afterPivot || !task.retriesForEver(),
                "step '%s' must not retry for ever: only the pivot and what is behind it may",
                task.name());
        Require.check(
                when == null || !isPivot,
                "the pivot '%s' must not have a condition: without it there would be no way back or forth",
                task.name());
        return new Step.Work<>(task.name(), List.of(task.toTask(afterPivot)), when, isPivot, false);
    }
}
