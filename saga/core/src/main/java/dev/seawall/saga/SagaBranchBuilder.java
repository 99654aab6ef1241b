package dev.seawall.saga;

import dev.seawall.Backoff;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a branch of a parallel step. They mean the same as a {@linkplain SagaStepBuilder step's}. Not thread-safe.
 *
 * @param <S> the saga's state
 * @param <R> the branch's result
 */
public final class SagaBranchBuilder<S, R extends @Nullable Object> {

    private final SagaParallelBuilder<S> parallel;
    private final TaskDraft<S> task;

    SagaBranchBuilder(SagaParallelBuilder<S> parallel, TaskDraft<S> task) {
        this.parallel = parallel;
        this.task = task;
    }

    /**
     * Sets how the branch is undone.
     *
     * @param compensation must bear to run more than once, and for a branch that had no effect
     * @return this builder
     */
    @SuppressWarnings("unchecked") // what the branch answered
    public SagaBranchBuilder<S, R> compensate(BranchCompensation<S, R> compensation) {
        Objects.requireNonNull(compensation, "compensation");
        task.undo(new Task.Undo.Remote<>((state, result, context) -> compensation.undo(state, (R) result, context)));
        return this;
    }

    /**
     * Sets what the result makes of the state. Called once all branches are done, in the order of the definition.
     *
     * @param fold answers the new state; must depend on nothing else
     * @return this builder
     */
    @SuppressWarnings("unchecked") // what the branch answered
    public SagaBranchBuilder<S, R> fold(BiFunction<? super S, ? super R, ? extends S> fold) {
        Objects.requireNonNull(fold, "fold");
        task.fold((state, result) -> fold.apply(state, (R) result));
        return this;
    }

    /**
     * Sets how long an attempt may take.
     *
     * @param timeout longer than 0 s; 30 s unless set
     * @return this builder
     */
    public SagaBranchBuilder<S, R> timeout(Duration timeout) {
        task.timeout(timeout);
        return this;
    }

    /**
     * Sets how often the action is tried.
     *
     * @param backoff how long to wait after each failure; of several branches that failed, the longest wait counts
     * @param attempts in all, at least 1; 5 unless set
     * @return this builder
     */
    public SagaBranchBuilder<S, R> retry(Backoff backoff, int attempts) {
        task.retry(backoff, attempts);
        return this;
    }

    /**
     * Sets which failures of the action are final and mean that it had no effect.
     *
     * @param failure a failure that cannot pass
     * @return this builder
     */
    public SagaBranchBuilder<S, R> failIf(Predicate<? super Throwable> failure) {
        task.failIf(failure);
        return this;
    }

    /**
     * Sets how often the compensation is tried.
     *
     * @param backoff how long to wait after each failure
     * @param attempts in all, at least 1; 10 unless set
     * @return this builder
     */
    public SagaBranchBuilder<S, R> retryCompensation(Backoff backoff, int attempts) {
        task.undoRetry(backoff, attempts);
        return this;
    }

    /**
     * Sets what happens when the compensation has failed for good.
     *
     * @param policy {@link OnCompensationFailure#PARK} unless set
     * @return this builder
     */
    public SagaBranchBuilder<S, R> onCompensationFailure(OnCompensationFailure policy) {
        task.onUndoFailure(policy);
        return this;
    }

    /**
     * Adds another branch.
     *
     * @param name see {@link SagaParallelBuilder#branch}
     * @return the new branch
     */
    public SagaParallelBuilder.Branch<S> branch(String name) {
        return parallel.branch(name);
    }
}
