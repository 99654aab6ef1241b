package dev.seawall.saga.test;

import dev.seawall.saga.SagaId;
import dev.seawall.saga.test.Plan.Kind;
import dev.seawall.saga.test.Plan.Planned;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the participants of a simulation have seen, and the rules that it must keep. */
final class World {

    private record Effect(String task, boolean undo) {}

    private final Plan plan;
    private final Map<SagaId, List<Effect>> effects = new HashMap<>();
    private final Map<String, Integer> calls = new HashMap<>();
    private final Set<String> done = new HashSet<>();
    private final Set<String> undone = new HashSet<>();
    int faults;

    World(Plan plan) {
        this.plan = plan;
    }

    void called(SagaId id, String key, int limit) {
        int count = calls.merge(id + key, 1, Integer::sum);
        require(count <= limit + faults, id, key + " was called " + count + " times, with " + faults + " faults");
    }

    boolean isDone(SagaId id, String task) {
        return done.contains(id + "/" + task);
    }

    /** Once; and not after it was undone, as a participant with a guard would have it. */
    void act(SagaId id, String task) {
        String key = id + "/" + task;
        if (!undone.contains(key) && done.add(key)) {
            of(id).add(new Effect(task, false));
        }
    }

    void undo(SagaId id, String task) {
        String key = id + "/" + task;
        if (undone.add(key) && done.contains(key)) {
            of(id).add(new Effect(task, true));
        }
    }

    private List<Effect> of(SagaId id) {
        return effects.computeIfAbsent(id, fresh -> new ArrayList<>());
    }

    /** Each step took effect after those before it, and was undone after those behind it. */
    void checkOrder(SagaId id) {
        Set<String> there = new HashSet<>();
        Set<String> ever = new HashSet<>();
        for (Effect effect : of(id)) {
            int at = indexOf(effect.task());
            if (effect.undo()) {
                there.remove(effect.task());
                plan.steps().subList(at + 1, plan.steps().size()).stream()
                        .filter(Planned::hasUndo)
                        .flatMap(step -> step.tasks().stream())
                        .forEach(later ->
                                require(!there.contains(later), id, effect.task() + " was undone before " + later));
            } else {
                there.add(effect.task());
                ever.add(effect.task());
                plan.steps().subList(0, at).stream()
                        .flatMap(step -> step.tasks().stream())
                        .forEach(earlier ->
                                require(ever.contains(earlier), id, effect.task() + " took effect before " + earlier));
            }
        }
    }

    private int indexOf(String task) {
        for (int i = 0; i < plan.steps().size(); i++) {
            if (plan.steps().get(i).tasks().contains(task)) {
                return i;
            }
        }
        throw new IllegalArgumentException(task);
    }

    void checkCompleted(SagaId id, String state) {
        String rest = state;
        for (Planned step : plan.steps()) {
            for (String task : step.tasks()) {
                require(isDone(id, task), id, "completed without " + task);
                require(!undone.contains(id + "/" + task), id, "completed, but undid " + task);
                require(rest.startsWith("[" + task + "]"), id, "lost the result of " + task + ": " + state);
                rest = rest.substring(task.length() + 2);
            }
            String signal = " signal-" + step.name();
            if (step.kind() == Kind.AWAIT && (!step.goesOn() || rest.startsWith(signal))) {
                require(rest.startsWith(signal), id, "went on without a signal: " + state);
                rest = rest.substring(signal.length());
            }
        }
        require(rest.isEmpty(), id, "has more than its steps made: " + state);
    }

    void checkCompensated(SagaId id) {
        for (Planned step : plan.steps()) {
            for (String task : step.tasks()) {
                boolean effective = isDone(id, task) && !undone.contains(id + "/" + task);
                require(!effective || !step.hasUndo(), id, "compensated, but " + task + " remains");
                require(step.kind() != Kind.PIVOT || !effective, id, "compensated, but its pivot is done");
            }
        }
    }

    static void require(boolean holds, SagaId id, String wrong) {
        if (!holds) {
            throw new AssertionError("saga " + id + ": " + wrong);
        }
    }
}
