package dev.seawall.saga;

/**
 * Undoes what a step did. It may run more than once, and for a step that was given up in doubt: then the state lacks that step's
 * result, and perhaps nothing has to be undone.
 *
 * @param <S> the saga's state
 */
@FunctionalInterface
public interface SagaCompensation<S> {

    /**
     * Undoes it.
     *
     * @param state as it was when compensation began
     * @param context which attempt this is
     * @throws Exception if it failed; {@link SagaStepFailedException} if trying again would change nothing
     */
    void undo(S state, SagaContext context) throws Exception;
}
