package dev.seawall.saga;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Collects the branches of a parallel step. Not thread-safe.
 *
 * @param <S> the saga's state
 */
public final class SagaParallelBuilder<S> {

    /**
     * A branch of which only the name is known.
     *
     * @param <S> the saga's state
     */
    public static final class Branch<S> {

        private final SagaParallelBuilder<S> parallel;
        private final String name;

        Branch(SagaParallelBuilder<S> parallel, String name) {
            this.parallel = parallel;
            this.name = name;
        }

        /**
         * Sets what the branch does. It sees the state from before the parallel step.
         *
         * @param action answers the branch's result
         * @param <R> of the result: {@code null}, or registered with the engine's payload types
         * @return the branch's further settings
         */
        public <R extends @Nullable Object> SagaBranchBuilder<S, R> run(SagaAction<S, R> action) {
            Objects.requireNonNull(action, "action");
            TaskDraft<S> task = new TaskDraft<>(name, new Task.Action.Remote<>(action), (state, result) -> state, true);
            parallel.tasks.add(task);
            return new SagaBranchBuilder<>(parallel, task);
        }
    }

    private final SagaBuilder<S> saga;
    private final List<TaskDraft<S>> tasks = new ArrayList<>();

    SagaParallelBuilder(SagaBuilder<S> saga) {
        this.saga = saga;
    }

    /**
     * Adds a branch.
     *
     * @param name by the same rules as a step's, and other than every step's and branch's
     * @return the new branch
     */
    public Branch<S> branch(String name) {
        return new Branch<>(this, saga.claimName("branch", name));
    }

    List<TaskDraft<S>> tasks() {
        return tasks;
    }
}
