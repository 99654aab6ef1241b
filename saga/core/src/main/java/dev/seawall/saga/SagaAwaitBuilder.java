package dev.seawall.saga;

import dev.seawall.Require;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BiFunction;

/**
 * Settings of a wait for a signal. Not thread-safe.
 *
 * @param <S> the saga's state
 * @param <P> the signal's payload
 */
public final class SagaAwaitBuilder<S, P> {

    private final SagaBuilder<S> saga;
    private final String name;
    private final Class<P> type;
    private final Duration limit;
    private OnTimeout onTimeout = OnTimeout.COMPENSATE;

    SagaAwaitBuilder(SagaBuilder<S> saga, String name, Class<P> type, Duration limit) {
        this.saga = saga;
        this.name = name;
        this.type = Objects.requireNonNull(type, "type");
        this.limit = Require.positive("limit of '" + name + "'", limit);
    }

    /**
     * Sets what happens when the signal has not come in time.
     *
     * @param policy {@link OnTimeout#COMPENSATE} unless set; behind the pivot it must be {@link OnTimeout#GO_ON}
     * @return this builder
     */
    public SagaAwaitBuilder<S, P> onTimeout(OnTimeout policy) {
        this.onTimeout = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /**
     * Sets what the signal makes of the state.
     *
     * @param fold answers the new state; must depend on nothing else
     * @return the saga's builder
     */
    public SagaBuilder<S> fold(BiFunction<? super S, ? super P, ? extends S> fold) {
        Objects.requireNonNull(fold, "fold");
        OnTimeout policy = onTimeout;
        return saga.addStep(afterPivot -> {
            Require.check(
                    !afterPivot || policy == OnTimeout.GO_ON,
                    "'%s' must go on when its time is over: behind the pivot there is nothing else",
                    name);
            return new Step.Await<>(name, type, limit, (state, signal) -> fold.apply(state, type.cast(signal)), policy);
        });
    }
}
