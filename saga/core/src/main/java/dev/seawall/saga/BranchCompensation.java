package dev.seawall.saga;

import org.jspecify.annotations.Nullable;

/**
 * Undoes what a branch of a parallel step did. It may run more than once.
 *
 * @param <S> the saga's state
 * @param <R> the branch's result
 */
@FunctionalInterface
public interface BranchCompensation<S, R extends @Nullable Object> {

    /**
     * Undoes it.
     *
     * @param state as it was when compensation began
     * @param result what the branch answered; {@code null} if it was given up in doubt
     * @param context which attempt this is
     * @throws Exception if it failed; {@link SagaStepFailedException} if trying again would change nothing
     */
    void undo(S state, @Nullable R result, SagaContext context) throws Exception;
}
