package dev.seawall.saga;

import dev.seawall.Durations;
import dev.seawall.Require;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Collects the steps of a saga, in the order in which they are done. Not thread-safe.
 *
 * @param <S> the saga's state
 */
public final class SagaBuilder<S> {

    private static final int MOST_STEPS = 100;

    /** A step that is still being set up. */
    @FunctionalInterface
    interface Draft<S> {
        Step<S> toStep(boolean afterPivot);
    }

    private final SagaVersion version;
    private final Class<S> type;
    private final List<Draft<S>> drafts = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private int pivotAt = Integer.MAX_VALUE;
    private @Nullable Duration deadline;

    SagaBuilder(SagaVersion version, Class<S> type) {
        this.version = version;
        this.type = Objects.requireNonNull(type, "type");
        Names.checked("saga", version.definition());
    }

    /**
     * Adds a step.
     *
     * @param name stays for ever, by it a running saga knows how far it is: 1 to 100 letters, digits, dots, underscores and
     *     hyphens, with a letter or digit first; other than every step's and branch's of this saga
     * @return the new step
     */
    public SagaStepBuilder.Start<S> step(String name) {
        return new SagaStepBuilder.Start<>(this, claimName("step", name), false);
    }

    /**
     * Adds the step after which the saga is no longer compensated: what is behind it is tried until it succeeds.
     *
     * @param name see {@link #step}
     * @return the new step
     */
    public SagaStepBuilder.Start<S> pivot(String name) {
        Require.check(pivotAt == Integer.MAX_VALUE, "saga '%s' has a second pivot, '%s'", version.definition(), name);
        String checked = claimName("step", name);
        pivotAt = drafts.size();
        return new SagaStepBuilder.Start<>(this, checked, true);
    }

    /**
     * Adds a step of several branches that are done at once. Their results are folded into the state when all are done. If one
     * fails, the others are awaited, and those that had effect or may have had are compensated, at once as well.
     *
     * @param name see {@link #step}
     * @param branches adds at least two
     * @return this builder
     */
    public SagaBuilder<S> parallel(String name, Consumer<? super SagaParallelBuilder<S>> branches) {
        String checked = claimName("step", name);
        SagaParallelBuilder<S> parallel = new SagaParallelBuilder<>(this);
        branches.accept(parallel);
        List<TaskDraft<S>> tasks = parallel.tasks();
        Require.check(tasks.size() >= 2, "'%s' must have at least 2 branches, had %s", checked, tasks.size());
        return addStep(afterPivot -> parallelStep(checked, tasks, afterPivot));
    }

    private static <S> Step<S> parallelStep(String name, List<TaskDraft<S>> tasks, boolean afterPivot) {
        for (TaskDraft<S> task : tasks) {
            Require.check(
                    !afterPivot || !task.hasUndo(),
                    "branch '%s' must not have a compensation: from the pivot on there is only forward",
                    task.name());
        }
        return new Step.Work<>(
                name, tasks.stream().map(task -> task.toTask(afterPivot)).toList(), null, false, true);
    }

    /**
     * Adds a wait for a signal. It takes no thread and no owner; a signal that came before is used as well.
     *
     * @param name see {@link #step}; also what the signal is called
     * @param type of the signal's payload, registered with the engine's payload types
     * @param limit how long to wait, longer than 0 s
     * @param <P> of the signal's payload
     * @return the new step
     */
    public <P> SagaAwaitBuilder<S, P> await(String name, Class<P> type, Duration limit) {
        return new SagaAwaitBuilder<>(this, claimName("step", name), type, limit);
    }

    /**
     * Adds a wait. It takes no thread and no owner.
     *
     * @param name see {@link #step}
     * @param duration how long, not negative
     * @return this builder
     */
    public SagaBuilder<S> sleep(String name, Duration duration) {
        Require.notNegative("duration of '" + name + "'", duration);
        return addSleep(name, state -> duration, Durations.format(duration));
    }

    /**
     * Adds a wait whose length depends on the state.
     *
     * @param name see {@link #step}
     * @param duration how long; 0 s if it answers a negative one
     * @return this builder
     */
    public SagaBuilder<S> sleep(String name, Function<? super S, Duration> duration) {
        return addSleep(name, Objects.requireNonNull(duration, "duration"), "as the state says");
    }

    private SagaBuilder<S> addSleep(String name, Function<? super S, Duration> duration, String text) {
        String checked = claimName("step", name);
        return addStep(afterPivot -> new Step.Sleep<>(checked, duration, text));
    }

    /**
     * Bounds the time from the start to the pivot, or to the end without one. When it is over, the saga is compensated, once the
     * attempt that is under way has ended or timed out. What is compensating, or past its pivot, goes on.
     *
     * @param deadline longer than 0 s; none unless set
     * @return this builder
     */
    public SagaBuilder<S> deadline(Duration deadline) {
        this.deadline = Require.positive("deadline", deadline);
        return this;
    }

    /**
     * Makes the definition.
     *
     * @return an immutable definition
     * @throws IllegalArgumentException if a rule is broken; the message names it and the step
     */
    public Saga<S> build() {
        Require.check(!drafts.isEmpty(), "saga '%s' must have at least 1 step, had none", version.definition());
        Require.check(
                drafts.size() <= MOST_STEPS,
                "saga '%s' must have at most %s steps, had %s",
                version.definition(),
                MOST_STEPS,
                drafts.size());
        List<Step<S>> steps = new ArrayList<>();
        for (int i = 0; i < drafts.size(); i++) {
            steps.add(drafts.get(i).toStep(i > pivotAt));
        }
        return new Saga<>(version, type, steps, deadline);
    }

    String claimName(String what, String name) {
        Names.checked(what, name);
        Require.check(
                names.add(name), "two steps or branches of saga '%s' are called '%s'", version.definition(), name);
        return name;
    }

    SagaBuilder<S> addStep(Draft<S> draft) {
        drafts.add(draft);
        return this;
    }
}
