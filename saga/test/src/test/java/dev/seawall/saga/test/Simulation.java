package dev.seawall.saga.test;

import dev.seawall.VirtualRuntime;
import dev.seawall.saga.CancelResult;
import dev.seawall.saga.InMemorySagas;
import dev.seawall.saga.Saga;
import dev.seawall.saga.SagaAction;
import dev.seawall.saga.SagaCompensation;
import dev.seawall.saga.SagaContext;
import dev.seawall.saga.SagaEngine;
import dev.seawall.saga.SagaId;
import dev.seawall.saga.SagaKey;
import dev.seawall.saga.SagaLogEntry;
import dev.seawall.saga.SagaRecord;
import dev.seawall.saga.SagaStepFailedException;
import dev.seawall.saga.SagaStore;
import dev.seawall.saga.SignalResult;
import dev.seawall.saga.test.Plan.Kind;
import dev.seawall.saga.test.Plan.Planned;
import dev.seawall.test.SeededRandom;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Sagas of a random definition on one to four nodes that crash, stand still and come back, with participants that fail, hang and
 * take effect without answering; with cancels, signals and deadlines. All in virtual time, on one thread, from one seed.
 */
final class Simulation {

    private static final Duration LEASE = Duration.ofSeconds(10);
    private static final Duration STEP = Duration.ofSeconds(30);
    private static final int MOST_STEPS = 120;

    private final SeededRandom random;
    private final Defect defect;
    private final VirtualRuntime runtime;
    private final InMemorySagas sagas;
    private final SagaStore looking;
    private final Plan plan;
    private final World world;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<SagaKey, Map<String, Instant>> signals = new HashMap<>();
    private final Set<String> answered = new HashSet<>(); // keys of actions that have answered
    private final List<String> hopeless = new ArrayList<>();
    private final List<SagaKey> started = new ArrayList<>();
    private final List<Throwable> violations = new ArrayList<>();
    private int faultsLeft;
    private int names;

    Simulation(SeededRandom random, Defect defect) {
        this.random = random;
        this.defect = defect;
        this.runtime = VirtualRuntime.create(random.nextLong());
        this.sagas = InMemorySagas.create(runtime);
        this.looking = sagas.node("observer");
        this.plan = new Plan(random);
        this.world = new World(plan);
        this.faultsLeft = random.nextInt(5);
    }

    void run() {
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            nodes.add(new Node());
        }
        for (Planned step : plan.steps()) {
            if (step.hasUndo() && random.chance(0.04)) {
                hopeless.addAll(step.tasks());
            }
        }
        int sagaCount = 1 + random.nextInt(3);
        for (int i = 0; i < sagaCount; i++) {
            plan(new SagaKey("random", SagaId.of("saga-" + i)));
        }
        for (int i = 0; i < MOST_STEPS && (i == 0 || !allEnded()); i++) {
            runtime.advance(STEP);
            Thread.interrupted(); // a time limit may have gone off while another node's code was running
            throwFirst();
        }
        started.forEach(this::judge);
        nodes.forEach(node -> node.engine.close());
    }

    private void throwFirst() {
        if (!violations.isEmpty()) {
            throw new AssertionError(violations.get(0).getMessage(), violations.get(0));
        }
    }

    private boolean allEnded() {
        return started.stream()
                .allMatch(key ->
                        looking.find(key).map(saga -> !saga.status().isActive()).orElse(false));
    }

    private void plan(SagaKey key) {
        started.add(key);
        in(random.durationBetween(Duration.ZERO, Duration.ofSeconds(5)), () -> start(key));
        for (Planned step : plan.steps()) {
            if (step.kind() == Kind.AWAIT && random.chance(0.8)) {
                in(
                        random.durationBetween(Duration.ofSeconds(6), Duration.ofMinutes(3)),
                        () -> signal(key, step.name()));
            }
        }
        if (random.chance(0.2)) {
            in(random.durationBetween(Duration.ofSeconds(1), Duration.ofMinutes(2)), () -> cancel(key));
        }
    }

    private void in(Duration time, Runnable task) {
        var unused = runtime.schedule(time.toNanos(), task);
    }

    private Node anyNode() {
        List<Node> alive =
                nodes.stream().filter(node -> !node.store.isCrashed()).toList();
        if (alive.isEmpty()) {
            nodes.add(new Node());
            return nodes.get(nodes.size() - 1);
        }
        return random.pick(alive);
    }

    private void start(SagaKey key) {
        Node node = anyNode();
        try {
            var unused = node.engine.start(node.saga, key.id(), "");
        } catch (Crashes.NodeCrashed crash) {
            in(Duration.ofSeconds(5), () -> start(key)); // whoever wanted it tries again
        }
    }

    private void signal(SagaKey key, String step) {
        SignalResult result = anyNode().engine.signal(key, step, "signal-" + step);
        if (result == SignalResult.ACCEPTED) {
            signals.computeIfAbsent(key, fresh -> new HashMap<>()).put(step, runtime.wallTime());
        }
    }

    private void cancel(SagaKey key) {
        CancelResult result = anyNode().engine.cancel(key, "no longer wanted");
        if (result == CancelResult.UNKNOWN) {
            in(Duration.ofSeconds(5), () -> cancel(key));
        }
    }

    private void judge(SagaKey key) {
        SagaId id = key.id();
        SagaRecord saga = looking.find(key).orElseThrow(() -> new AssertionError(key + " was never stored"));
        String state = new String(saga.state().bytes(), StandardCharsets.UTF_8);
        String reason = String.valueOf(saga.reason());
        world.checkOrder(id);
        switch (saga.status()) {
            case COMPLETED -> world.checkCompleted(id, state);
            case COMPENSATED -> {
                world.checkCompensated(id);
                checkSignals(key, reason);
            }
            case PARKED ->
                World.require(
                        reason.contains("COMPENSATION_FAILED") || reason.startsWith("step '"), id, "parked: " + reason);
            default -> World.require(false, id, "has not ended: " + saga);
        }
    }

    private void checkSignals(SagaKey key, String reason) {
        Instant turned = looking.history(key).stream()
                .filter(line -> line.entry().kind().equals("compensating"))
                .map(SagaLogEntry::at)
                .findFirst()
                .orElseThrow();
        signals.getOrDefault(key, Map.of())
                .forEach((step, at) -> World.require(
                        !reason.startsWith("no signal '" + step + "'") || !at.isBefore(turned),
                        key.id(),
                        "missed signal " + step));
    }

    /** A node, and the code of steps as it runs there. */
    private final class Node implements Crashes, Plan.Code {

        private final String name = "node-" + names++;
        private final SteeredStore store = new DefectiveStore(sagas.node(name), this, defect);
        private final Saga<String> saga = plan.definition(this);
        private final SagaEngine engine = SagaEngine.builder(store)
                .register(saga)
                .runtime(runtime)
                .executor(new NodeThread())
                .recoveryLimit(100)
                .closeWithin(Duration.ZERO)
                .build()
                .start();

        @Override
        public void point(String where) {
            if (store.isCrashed()) {
                throw new NodeCrashed(where);
            }
            if (faultsLeft == 0 || !random.chance(0.05)) {
                return;
            }
            faultsLeft--;
            world.faults++;
            in(LEASE, () -> sagas.expire(name));
            if (random.chance(0.5)) {
                store.crash();
                in(LEASE.plusSeconds(2), () -> nodes.add(new Node()));
                throw new NodeCrashed(where);
            }
            standStill(LEASE.multipliedBy(2));
        }

        private void standStill(Duration time) {
            try {
                runtime.sleep(time.toNanos());
            } catch (InterruptedException timedOut) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public SagaAction<String, String> action(String task) {
            return (state, context) -> {
                point("before " + task);
                called(task, context, " begun", plan.hasPivot() ? 1_000 : 5);
                behave(task, context, () -> world.act(context.key().id(), task));
                point("after " + task);
                answered.add(context.idempotencyKey());
                return "[" + task + "]";
            };
        }

        @Override
        public SagaCompensation<String> undo(String task) {
            String undone = defect == Defect.WRONG_ORDER ? opposite(task) : task;
            return (state, context) -> {
                point("before undoing " + task);
                called(task, context, " undoing", 10);
                boolean leftOut = defect == Defect.DOUBT_NOT_COMPENSATED && !answered.contains(context.actionKey());
                behave("-", context, () -> {
                    if (!leftOut) {
                        world.undo(context.key().id(), undone);
                    }
                });
                point("after undoing " + task);
            };
        }

        private String opposite(String task) {
            List<String> tasks = plan.steps().stream()
                    .filter(Planned::hasUndo)
                    .flatMap(step -> step.tasks().stream())
                    .toList();
            return tasks.get(tasks.size() - 1 - tasks.indexOf(task));
        }

        /** Its intent must be stored, as long as this node owns the saga. */
        private void called(String task, SagaContext context, String intent, int limit) {
            noted(() -> {
                SagaRecord saga = looking.find(context.key()).orElseThrow();
                boolean intended = saga.progress().contains("\n" + task + intent);
                World.require(
                        intended || !name.equals(saga.owner()),
                        context.key().id(),
                        task + " runs, but was not intended: " + saga.progress());
                int most = hopeless.contains(task) && intent.equals(" begun") ? Plan.ATTEMPTS : limit;
                world.called(context.key().id(), task + intent, most);
            });
        }

        private void noted(Runnable check) {
            try {
                check.run();
            } catch (AssertionError violation) {
                violations.add(violation);
            }
        }

        private void behave(String task, SagaContext context, Runnable effect) throws Exception {
            SagaId id = context.key().id();
            int roll = hopeless.contains(task) ? 80 : random.nextInt(100);
            if (roll < 80) {
                effect.run();
            } else if (roll < 84) {
                throw new IllegalStateException("not now");
            } else if (roll < 88) {
                effect.run();
                throw new IllegalStateException("took effect, but the answer was lost");
            } else if (roll < 91) {
                runtime.sleep(Duration.ofSeconds(8).toNanos());
            } else if (roll < 94) {
                effect.run();
                runtime.sleep(Duration.ofSeconds(8).toNanos());
            } else if (roll < 97 && mayRefuse(task) && !world.isDone(id, task)) {
                throw new SagaStepFailedException("refused");
            } else {
                effect.run();
            }
        }

        /** Before the pivot, and the pivot. */
        private boolean mayRefuse(String task) {
            for (Planned step : plan.steps()) {
                if (step.tasks().contains(task)) {
                    return true;
                }
                if (step.kind() == Kind.PIVOT) {
                    return false;
                }
            }
            return false;
        }
    }

    /** For a look at a seed. */
    String history() {
        StringBuilder text = new StringBuilder();
        for (SagaKey key : started) {
            looking.history(key)
                    .forEach(line -> text.append(key).append(' ').append(line).append('\n'));
            looking.find(key)
                    .ifPresent(saga ->
                            text.append(saga).append(' ').append(saga.reason()).append('\n'));
        }
        return text.toString();
    }
}
