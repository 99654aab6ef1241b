package dev.seawall.saga;

import org.jspecify.annotations.Nullable;

/**
 * What a step does, outside of the saga's database.
 *
 * <p>It may run more than once: after a time-out, a failure, or a crash. Whoever it calls can tell a repetition by the
 * {@linkplain SagaContext#idempotencyKey() idempotency key}.
 *
 * @param <S> the saga's state
 * @param <R> what comes out: of a step the new state, of a branch its result
 */
@FunctionalInterface
public interface SagaAction<S, R extends @Nullable Object> {

    /**
     * Does it.
     *
     * @param state as it is; must not be changed
     * @param context which attempt this is
     * @return what comes out
     * @throws Exception if it failed; {@link SagaStepFailedException} if trying again would change nothing
     */
    R run(S state, SagaContext context) throws Exception;
}
