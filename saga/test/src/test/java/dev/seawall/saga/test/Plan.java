package dev.seawall.saga.test;

import dev.seawall.Backoff;
import dev.seawall.saga.BranchCompensation;
import dev.seawall.saga.OnTimeout;
import dev.seawall.saga.Saga;
import dev.seawall.saga.SagaAction;
import dev.seawall.saga.SagaBuilder;
import dev.seawall.saga.SagaCompensation;
import dev.seawall.saga.SagaStepBuilder;
import dev.seawall.test.SeededRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A random definition of three to seven steps, and what a checker must know about it. */
final class Plan {

    static final int ATTEMPTS = 3;
    static final Duration SIGNAL_LIMIT = Duration.ofMinutes(2);

    enum Kind {
        STEP,
        SKIPPED,
        PIVOT,
        PARALLEL,
        AWAIT,
        SLEEP
    }

    /** One step; its tasks are its own name, or those of its branches. */
    record Planned(String name, Kind kind, List<String> tasks, boolean hasUndo, boolean goesOn) {}

    /** What the code of steps does. */
    interface Code {
        SagaAction<String, String> action(String task);

        SagaCompensation<String> undo(String task);
    }

    private final List<Planned> steps = new ArrayList<>();
    private final boolean hasDeadline;

    Plan(SeededRandom random) {
        int count = 3 + random.nextInt(5);
        int pivotAt = random.chance(0.5) ? random.nextInt(count) : count;
        for (int i = 0; i < count; i++) {
            steps.add(planned("s" + i, i, pivotAt, random));
        }
        hasDeadline = random.chance(0.2);
    }

    private static Planned planned(String name, int at, int pivotAt, SeededRandom random) {
        boolean undo = at < pivotAt && random.chance(0.9);
        if (at == pivotAt) {
            return new Planned(name, Kind.PIVOT, List.of(name), false, false);
        }
        return switch (random.nextInt(10)) {
            case 0 -> new Planned(name, Kind.SKIPPED, List.of(), undo, false);
            case 1 -> new Planned(name, Kind.SLEEP, List.of(), false, false);
            case 2 -> new Planned(name, Kind.AWAIT, List.of(), false, at > pivotAt || random.chance(0.3));
            case 3, 4 -> new Planned(name, Kind.PARALLEL, List.of(name + "a", name + "b", name + "c"), undo, false);
            default -> new Planned(name, Kind.STEP, List.of(name), undo, false);
        };
    }

    List<Planned> steps() {
        return steps;
    }

    boolean hasPivot() {
        return steps.stream().anyMatch(step -> step.kind() == Kind.PIVOT);
    }

    Saga<String> definition(Code code) {
        SagaBuilder<String> saga = Saga.define("random", 1, String.class);
        boolean afterPivot = false;
        for (Planned step : steps) {
            add(saga, step, code);
            afterPivot |= step.kind() == Kind.PIVOT;
        }
        if (hasDeadline) {
            saga.deadline(Duration.ofSeconds(90));
        }
        return saga.build();
    }

    private static void add(SagaBuilder<String> saga, Planned step, Code code) {
        switch (step.kind()) {
            case SLEEP -> saga.sleep(step.name(), Duration.ofSeconds(30));
            case AWAIT ->
                saga.await(step.name(), String.class, SIGNAL_LIMIT)
                        .onTimeout(step.goesOn() ? OnTimeout.GO_ON : OnTimeout.COMPENSATE)
                        .fold((state, signal) -> state + " " + signal);
            case PARALLEL ->
                saga.parallel(
                        step.name(),
                        g -> step.tasks().forEach(task -> {
                            var branch = g.branch(task)
                                    .run(code.action(task))
                                    .fold((state, made) -> state + made)
                                    .timeout(Duration.ofSeconds(5))
                                    .retry(Backoff.fixed(Duration.ofSeconds(1)), ATTEMPTS);
                            if (step.hasUndo()) {
                                SagaCompensation<String> undo = code.undo(task);
                                BranchCompensation<String, String> ignoring =
                                        (state, result, context) -> undo.undo(state, context);
                                branch.compensate(ignoring);
                            }
                        }));
            default -> work(saga, step, code);
        }
    }

    private static void work(SagaBuilder<String> saga, Planned step, Code code) {
        SagaAction<String, String> action = code.action(step.name());
        SagaAction<String, String> adding = (state, context) -> state + action.run(state, context);
        SagaStepBuilder<String> built = (step.kind() == Kind.PIVOT ? saga.pivot(step.name()) : saga.step(step.name()))
                .run(adding)
                .timeout(Duration.ofSeconds(5));
        if (step.hasUndo()) {
            built.compensate(code.undo(step.name())).retry(Backoff.fixed(Duration.ofSeconds(1)), ATTEMPTS);
        }
        if (step.kind() == Kind.SKIPPED) {
            built.when(state -> false);
        }
    }
}
