package dev.seawall.saga;

import java.util.random.RandomGenerator;

/** A definition with all that an engine needs to follow it. */
final class Definition<S> {

    final Saga<S> saga;
    final Settlement<S> settlement;
    final Machine<S> machine;
    final Restorer<S> restorer;

    Definition(Saga<S> saga, Payloads payloads, RandomGenerator random) {
        this.saga = saga;
        this.settlement = new Settlement<>(saga, payloads, random);
        this.machine = new Machine<>(saga, settlement);
        this.restorer = new Restorer<>(saga, payloads);
    }

    boolean isLocal() {
        return saga.steps().stream()
                .anyMatch(step -> step instanceof Step.Work<S> work
                        && work.tasks().stream().anyMatch(task -> task.isLocal(false) || task.isLocal(true)));
    }
}
