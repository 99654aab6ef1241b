package dev.seawall.saga;

import org.jspecify.annotations.Nullable;

/**
 * What became of a saga, as far as it is known.
 *
 * @param <S> its state
 */
public sealed interface SagaResult<S> {

    /**
     * All steps are done.
     *
     * @param state the last one
     * @param <S> its type
     */
    record Completed<S>(S state) implements SagaResult<S> {}

    /**
     * All that took effect is undone.
     *
     * @param state as it was when compensation began
     * @param cause why
     * @param <S> its type
     */
    record Compensated<S>(S state, String cause) implements SagaResult<S> {}

    /**
     * A human must decide.
     *
     * @param state as it was last
     * @param step where it stands; {@code null} if at none
     * @param reason why
     * @param <S> its type
     */
    record Parked<S>(S state, @Nullable String step, String reason) implements SagaResult<S> {}

    /**
     * It has not ended.
     *
     * @param state as it was written last
     * @param status how far it is
     * @param <S> its type
     */
    record Running<S>(S state, SagaStatus status) implements SagaResult<S> {}

    /**
     * An operator gave it up.
     *
     * @param state as it was last
     * @param <S> its type
     */
    record Abandoned<S>(S state) implements SagaResult<S> {}

    /**
     * The state.
     *
     * @return the last one known
     */
    S state();

    /**
     * Makes the result of what is stored.
     *
     * @param status how far the saga is
     * @param state its state
     * @param step where it stands
     * @param reason why it is compensated or parked
     * @param <S> the type of the state
     * @return the result for that status
     */
    static <S> SagaResult<S> of(SagaStatus status, S state, @Nullable String step, @Nullable String reason) {
        String why = reason == null ? "" : reason;
        return switch (status) {
            case COMPLETED -> new Completed<>(state);
            case COMPENSATED -> new Compensated<>(state, why);
            case PARKED -> new Parked<>(state, step, why);
            case ABANDONED -> new Abandoned<>(state);
            case RUNNING, PAST_PIVOT, COMPENSATING -> new Running<>(state, status);
        };
    }
}
