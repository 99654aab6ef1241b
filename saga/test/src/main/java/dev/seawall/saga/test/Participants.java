package dev.seawall.saga.test;

import dev.seawall.saga.SagaAction;
import dev.seawall.saga.SagaCompensation;
import dev.seawall.saga.SagaContext;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The services that a saga calls, as they should be: each effect is made once for its idempotency key, a compensation of what never
 * happened does nothing, and an action that comes after its compensation is refused. What they have seen is the evidence of a test.
 *
 * <p><b>Threads:</b> for the one thread of a test in virtual time.
 */
public final class Participants {

    /** What an action or a compensation has brought about, for the first time. */
    public enum Kind {
        /** An action took effect. */
        DONE,
        /** A compensation took away an effect. */
        UNDONE,
        /** A compensation came, and there was nothing to take away. */
        NOTHING_TO_UNDO
    }

    /**
     * One line of the evidence.
     *
     * @param kind what happened
     * @param step the step or branch
     * @param key the action's idempotency key
     */
    public record Effect(Kind kind, String step, String key) {}

    private final Crashes crashes;
    private final List<Effect> effects = new ArrayList<>();
    private final List<String> calls = new ArrayList<>();
    private final Set<String> done = new HashSet<>();
    private final Set<String> undone = new HashSet<>();

    Participants(Crashes crashes) {
        this.crashes = crashes;
    }

    /**
     * An action that takes effect.
     *
     * @param step its name in the evidence
     * @param change makes the new state
     * @param <S> the state
     * @return for {@code run}
     */
    public <S> SagaAction<S, S> action(String step, UnaryOperator<S> change) {
        return (state, context) -> {
            act(step, context);
            return change.apply(state);
        };
    }

    /**
     * A compensation that takes the effect away.
     *
     * @param step its name in the evidence
     * @param <S> the state
     * @return for {@code compensate}
     */
    public <S> SagaCompensation<S> compensation(String step) {
        return (state, context) -> undo(step, context);
    }

    /**
     * Takes effect, once for the action's key: to be called from an action. The node may crash just before and just after.
     *
     * @param step its name in the evidence
     * @param context of the attempt
     */
    public void act(String step, SagaContext context) {
        crashes.point("before the action of " + step);
        calls.add(context.idempotencyKey());
        String key = context.idempotencyKey();
        if (!undone.contains(key) && done.add(key)) {
            effects.add(new Effect(Kind.DONE, step, key));
        }
        crashes.point("after the action of " + step);
    }

    /**
     * Takes the effect away, once for the action's key: to be called from a compensation. The node may crash just before and just
     * after.
     *
     * @param step its name in the evidence
     * @param context of the attempt
     */
    public void undo(String step, SagaContext context) {
        crashes.point("before the compensation of " + step);
        calls.add(context.idempotencyKey());
        String key = context.actionKey();
        if (undone.add(key)) {
            effects.add(new Effect(done.contains(key) ? Kind.UNDONE : Kind.NOTHING_TO_UNDO, step, key));
        }
        crashes.point("after the compensation of " + step);
    }

    /**
     * What took effect, in order.
     *
     * @return a copy
     */
    public List<Effect> effects() {
        return List.copyOf(effects);
    }

    /**
     * How often an action or a compensation was called.
     *
     * @param key its idempotency key
     * @return calls, repetitions included
     */
    public int calls(String key) {
        int count = 0;
        for (String call : calls) {
            count += call.equals(key) ? 1 : 0;
        }
        return count;
    }

    /** Actions whose effect is there, in order. */
    List<Effect> remaining() {
        return effects.stream()
                .filter(effect -> effect.kind() == Kind.DONE && !undone.contains(effect.key()))
                .toList();
    }
}
