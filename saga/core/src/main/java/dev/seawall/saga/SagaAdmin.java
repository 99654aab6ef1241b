package dev.seawall.saga;

import dev.seawall.Require;
import dev.seawall.saga.Mark.Phase;
import dev.seawall.saga.SagaStore.Change;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * What operators do with sagas: look at them, and decide about those that are parked. Each change names who makes it and why, and
 * becomes a line of the saga's history. A node that works on the saga is fenced off.
 *
 * <p><b>Threads:</b> safe for any number of threads.
 */
public final class SagaAdmin {

    private final Host host;
    private final Map<SagaVersion, Definition<?>> definitions;

    SagaAdmin(Host host, Map<SagaVersion, Definition<?>> definitions) {
        this.host = host;
        this.definitions = definitions;
    }

    /**
     * Lists sagas.
     *
     * @param query which
     * @return the oldest first
     */
    public List<SagaRecord> find(SagaQuery query) {
        return host.store.find(query);
    }

    /**
     * Looks at a saga.
     *
     * @param key which
     * @return empty if there is none
     */
    public Optional<SagaRecord> find(SagaKey key) {
        return host.store.find(key);
    }

    /**
     * What happened to a saga.
     *
     * @param key which
     * @return in order
     */
    public List<SagaLogEntry> history(SagaKey key) {
        return host.store.history(key);
    }

    /**
     * Lets a parked saga go on from where it stands, in its direction, with all attempts of that step to come again.
     *
     * @param key which saga
     * @param operator who
     * @param reason why
     * @return the saga afterwards
     * @throws IllegalStateException if there is no such saga, it is not parked, or does not fit its definition
     */
    public SagaRecord retry(SagaKey key, String operator, String reason) {
        return change(key, operator, new SagaWrite.Entry(null, "retry", 0, reason), new Parked() {
            @Override
            public <S> Position<S> of(Definition<S> definition, Position<S> position) {
                return position.with(position.progress().mapped(SagaAdmin::again));
            }
        });
    }

    private static Mark again(Mark mark) {
        return mark.phase() == Phase.STUCK ? mark.to(Phase.UNDOING) : mark.isUnderWay() ? mark.again() : mark;
    }

    /**
     * Leaves out what a parked saga stands at: forward, the step or branch counts as done without effect and is not compensated;
     * backward, its compensation counts as done. The saga goes on.
     *
     * @param key which saga
     * @param step of a step or branch that was begun and is not done, or whose compensation is not
     * @param operator who
     * @param reason why
     * @return the saga afterwards
     * @throws IllegalStateException if there is no such saga, it is not parked or not at that step, or does not fit its definition
     */
    public SagaRecord skip(SagaKey key, String step, String operator, String reason) {
        return change(key, operator, new SagaWrite.Entry(step, "skip", 0, reason), new Parked() {
            @Override
            public <S> Position<S> of(Definition<S> definition, Position<S> position) {
                return skipped(definition, position, step);
            }
        });
    }

    private static <S> Position<S> skipped(Definition<S> definition, Position<S> position, String name) {
        boolean backward = position.progress().isCompensating();
        Mark mark = position.progress().mark(name);
        boolean stands = mark != null && (backward ? isToBeUndone(mark) : !mark.isPassed());
        boolean next = mark == null && !backward && name.equals(position.step());
        if (!stands && !next) {
            throw new IllegalStateException("the saga does not stand at step '" + name + "'");
        }
        Position<S> marked = position.with(position.progress()
                .mapped(SagaAdmin::again)
                .with(Mark.of(name, backward ? Phase.UNDONE : Phase.SKIPPED))
                .until(null));
        for (Step<S> step : definition.saga.steps()) {
            if (!backward
                    && step instanceof Step.Work<S> work
                    && work.markNames().contains(name)) {
                return definition.settlement.ifPassed(marked, work, List.of());
            }
        }
        return marked;
    }

    private static boolean isToBeUndone(Mark mark) {
        return mark.phase() == Phase.STUCK || mark.phase() == Phase.UNDOING;
    }

    /**
     * Has a saga compensated that has not ended, whatever it is at, even past its pivot. What runs at this moment counts as in doubt.
     *
     * @param key which saga
     * @param operator who
     * @param reason why
     * @return the saga afterwards
     * @throws IllegalStateException if there is no such saga, it has ended or is compensating, or does not fit its definition
     */
    public SagaRecord forceCompensate(SagaKey key, String operator, String reason) {
        return change(key, operator, new SagaWrite.Entry(null, "forcecompensate", 0, reason), new Alive() {
            @Override
            public <S> Position<S> of(Definition<S> definition, Position<S> position) {
                if (position.progress().isCompensating()) {
                    throw new IllegalStateException("the saga is compensating already");
                }
                return definition.settlement.turnBack(position, operator + ": " + reason);
            }
        });
    }

    /**
     * Declares a saga completed that has not ended. No step is run.
     *
     * @param key which saga
     * @param operator who
     * @param reason why
     * @return the saga afterwards
     * @throws IllegalStateException if there is no such saga, or it has ended
     */
    public SagaRecord forceComplete(SagaKey key, String operator, String reason) {
        return end(key, operator, reason, "forcecomplete", SagaStatus.COMPLETED);
    }

    /**
     * Gives up a saga that has not ended, as it is. Nothing is compensated.
     *
     * @param key which saga
     * @param operator who
     * @param reason why
     * @return the saga afterwards
     * @throws IllegalStateException if there is no such saga, or it has ended
     */
    public SagaRecord abandon(SagaKey key, String operator, String reason) {
        return end(key, operator, reason, "abandon", SagaStatus.ABANDONED);
    }

    private SagaRecord end(SagaKey key, String operator, String reason, String kind, SagaStatus status) {
        return intervene(key, operator, new SagaWrite.Entry(null, kind, 0, reason), saga -> {
            require(!saga.status().isEnd(), saga, "it has ended");
            return new Change(status, saga.state(), saga.progress(), saga.step(), reason);
        });
    }

    /** What becomes of a position, for any type of state. */
    private interface Decision {
        boolean appliesTo(SagaStatus status);

        String otherwise();

        <S> Position<S> of(Definition<S> definition, Position<S> position);
    }

    /** A decision about sagas that are parked. */
    private interface Parked extends Decision {
        @Override
        default boolean appliesTo(SagaStatus status) {
            return status == SagaStatus.PARKED;
        }

        @Override
        default String otherwise() {
            return "it is not parked";
        }
    }

    /** A decision about sagas that have not ended. */
    private interface Alive extends Decision {
        @Override
        default boolean appliesTo(SagaStatus status) {
            return !status.isEnd();
        }

        @Override
        default String otherwise() {
            return "it has ended";
        }
    }

    private SagaRecord change(SagaKey key, String operator, SagaWrite.Entry entry, Decision decision) {
        return intervene(key, operator, entry, saga -> {
            require(decision.appliesTo(saga.status()), saga, decision.otherwise());
            Definition<?> definition = definitions.get(new SagaVersion(key.definition(), saga.version()));
            require(definition != null, saga, "this engine does not know its version");
            return decided(Objects.requireNonNull(definition), saga, decision);
        });
    }

    private <S> Change decided(Definition<S> definition, SagaRecord saga, Decision decision) {
        Position<S> old = definition.restorer.restore(saga).ended(null);
        Position<S> position = decision.of(definition, old);
        boolean same = position.state().equals(old.state());
        return new Change(
                position.status(),
                same
                        ? saga.state()
                        : host.payloads.encode(
                                position.state(), position.progress().results()),
                ProgressText.write(position.progress()),
                position.step(),
                position.progress().cause());
    }

    private SagaRecord intervene(
            SagaKey key, String operator, SagaWrite.Entry entry, Function<SagaRecord, Change> change) {
        Require.name(operator);
        Objects.requireNonNull(entry.text(), "reason");
        SagaWrite.Entry line = new SagaWrite.Entry(entry.step(), entry.kind(), 0, Position.cut(entry.text()));
        return host.store
                .intervene(key, operator, line, saga -> Optional.of(change.apply(saga)))
                .orElseThrow(() -> new IllegalStateException("there is no saga " + key));
    }

    private static void require(boolean holds, SagaRecord saga, String why) {
        if (!holds) {
            throw new IllegalStateException("saga " + saga.key() + " is " + saga.status() + ": " + why);
        }
    }
}
