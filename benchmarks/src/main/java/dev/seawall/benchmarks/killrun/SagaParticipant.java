package dev.seawall.benchmarks.killrun;

import dev.seawall.Backoff;
import dev.seawall.ResilienceRuntime;
import dev.seawall.benchmarks.killrun.SagaShape.Kind;
import dev.seawall.benchmarks.killrun.SagaShape.Place;
import dev.seawall.benchmarks.killrun.SagaStory.Deed;
import dev.seawall.jdbc.Transactions;
import dev.seawall.saga.OnTimeout;
import dev.seawall.saga.Saga;
import dev.seawall.saga.SagaBuilder;
import dev.seawall.saga.SagaContext;
import dev.seawall.saga.SagaParallelBuilder;
import dev.seawall.saga.SagaStepBuilder;
import dev.seawall.saga.SagaStepFailedException;
import dev.seawall.saga.jdbc.ActionBarredException;
import dev.seawall.saga.jdbc.ParticipantGuard;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** The code of the sagas: each task leaves an effect, if and when its fate lets it. */
final class SagaParticipant {

    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration HASTY = Duration.ofMillis(1_500);
    private static final Duration DEADLINE = Duration.ofSeconds(3);
    private static final int OFTEN = 1_000_000; // a fault of the network must not decide how a saga ends
    private static final int GIVES_UP_AT = 4;
    private static final Backoff BACKOFF =
            Backoff.exponential(Duration.ofMillis(20)).withCap(Duration.ofMillis(300));

    private final SagaFate fate;
    private final Transactions calls;
    private final ParticipantGuard guard = ParticipantGuard.create();
    private final ResilienceRuntime runtime = ResilienceRuntime.shared();
    private final RandomGenerator random = runtime.random();

    /** {@code calls} are on a network of their own. */
    SagaParticipant(SagaFate fate, Transactions calls) {
        this.fate = fate;
        this.calls = calls;
    }

    Saga<String> definition(SagaShape shape) {
        SagaBuilder<String> saga = Saga.define(shape.name(), 1, String.class);
        for (int i = 0; i < shape.places().size(); i++) {
            add(saga, shape, i);
        }
        return shape.hasDeadline() ? saga.deadline(DEADLINE).build() : saga.build();
    }

    private void add(SagaBuilder<String> saga, SagaShape shape, int number) {
        Place place = shape.places().get(number);
        boolean isUndone = number < shape.pivot();
        switch (place.kind()) {
            case SIGNAL, HASTY_SIGNAL ->
                saga.await(place.name(), String.class, place.kind() == Kind.SIGNAL ? LONG : HASTY)
                        .onTimeout(isUndone ? OnTimeout.COMPENSATE : OnTimeout.GO_ON)
                        .fold((state, signal) -> state + signal + ",");
            case PARALLEL ->
                saga.parallel(place.name(), branches -> {
                    for (String task : place.tasks()) {
                        branch(branches, shape, task, isUndone);
                    }
                });
            case REMOTE, LOCAL ->
                step(
                        number == shape.pivot() ? saga.pivot(place.name()) : saga.step(place.name()),
                        shape,
                        place,
                        isUndone);
        }
    }

    private void branch(SagaParallelBuilder<String> branches, SagaShape shape, String task, boolean isUndone) {
        var branch = branches.branch(task)
                .run((state, context) -> act(shape, task, context))
                .fold((state, made) -> state + made + ",")
                .timeout(SagaPlan.STEP_TIMEOUT)
                .retry(BACKOFF, OFTEN)
                .retryCompensation(BACKOFF, OFTEN);
        if (isUndone) {
            branch.compensate((state, made, context) -> undo(shape, task, context));
        }
    }

    private void step(SagaStepBuilder.Start<String> start, SagaShape shape, Place place, boolean isUndone) {
        String task = place.name();
        boolean isLocal = place.kind() == Kind.LOCAL;
        SagaStepBuilder<String> step = isLocal
                ? start.runInTransaction((state, connection) -> actLocally(shape, task, state, connection))
                : start.run((state, context) -> state + act(shape, task, context) + ",");
        step.timeout(SagaPlan.STEP_TIMEOUT).retry(BACKOFF, OFTEN).retryCompensation(BACKOFF, OFTEN);
        if (isUndone && isLocal) {
            step.compensateInTransaction((state, connection) -> undoLocally(shape, task, state, connection));
        } else if (isUndone) {
            step.compensate((state, context) -> undo(shape, task, context));
        }
    }

    // ---- on the network

    private String act(SagaShape shape, String task, SagaContext context) throws Exception {
        String saga = context.key().id().value();
        int attempt = context.attempt();
        boolean first = attempt == 1;
        switch (fate.action(shape, saga, task)) {
            case GOES_WELL -> call(shape, task, context);
            case FAILS_FIRST -> {
                refuse(attempt <= 2);
                call(shape, task, context);
            }
            case FAILS_AFTERWARDS -> {
                call(shape, task, context);
                refuse(first);
            }
            case COMES_LATE -> {
                sleepOn(first);
                call(shape, task, context);
            }
            case DECLINES -> throw new SagaStepFailedException(task + " is declined");
            case DECLINES_IN_DOUBT -> {
                if (!first) {
                    throw new SagaStepFailedException(task + " is declined");
                }
                sleepOn(true);
                call(shape, task, context);
            }
            case NEVER_TELLS -> {
                call(shape, task, context);
                if (attempt >= GIVES_UP_AT) {
                    throw new SagaStepFailedException(task + " is given up");
                }
                refuse(true);
            }
        }
        return task;
    }

    private void undo(SagaShape shape, String task, SagaContext context) throws Exception {
        boolean first = context.attempt() == 1;
        switch (fate.undo(context.key().id().value(), task)) {
            case GOES_WELL -> uncall(shape, task, context);
            case FAILS_FIRST -> {
                refuse(context.attempt() <= 2);
                uncall(shape, task, context);
            }
            case FAILS_AFTERWARDS -> {
                uncall(shape, task, context);
                refuse(first);
            }
            case COMES_LATE -> {
                sleepOn(first);
                uncall(shape, task, context);
            }
            case STUCK -> throw new SagaStepFailedException(task + " cannot be undone");
        }
    }

    private static void refuse(boolean refuses) throws IOException {
        if (refuses) {
            throw new IOException("not now");
        }
    }

    /** Until the attempt's time is over, whoever interrupts. */
    private void sleepOn(boolean sleeps) {
        long until = runtime.now() + 2 * SagaPlan.STEP_TIMEOUT.toNanos();
        while (sleeps && runtime.now() < until) {
            try {
                runtime.sleep(until - runtime.now());
            } catch (InterruptedException ignored) {
                // this call is on its way and does not come back
            }
        }
    }

    private void call(SagaShape shape, String task, SagaContext context) throws SQLException {
        String saga = context.key().id().value();
        calls.inTransaction((Transactions.Work<Boolean, SQLException>) connection -> {
            try {
                boolean acted = guard.act(
                        connection,
                        context.actionKey(),
                        () -> SagaTruth.insert(connection, shape.name(), saga, task, Deed.DONE));
                if (!acted) {
                    SagaTruth.insert(connection, shape.name(), saga, task, Deed.AGAIN);
                }
            } catch (ActionBarredException late) {
                SagaTruth.insert(connection, shape.name(), saga, task, Deed.BARRED);
            }
            return true;
        });
    }

    private void uncall(SagaShape shape, String task, SagaContext context) throws SQLException {
        String saga = context.key().id().value();
        calls.inTransaction((Transactions.Work<Boolean, SQLException>) connection -> {
            boolean undone = guard.compensate(
                    connection,
                    context.actionKey(),
                    () -> SagaTruth.insert(connection, shape.name(), saga, task, Deed.UNDONE));
            if (!undone) {
                SagaTruth.insert(connection, shape.name(), saga, task, Deed.VOID);
            }
            return undone;
        });
    }

    // ---- on the database of the sagas, where nothing tells the number of an attempt

    private String actLocally(SagaShape shape, String task, String state, Connection connection) throws Exception {
        String saga = sagaOf(state);
        SagaFate.Action action = fate.action(shape, saga, task);
        if (action.isForGood()) {
            throw new SagaStepFailedException(task + " is declined");
        }
        SagaTruth.insert(connection, shape.name(), saga, task, Deed.DONE);
        refuse(action != SagaFate.Action.GOES_WELL && random.nextBoolean());
        return state + task + ",";
    }

    private void undoLocally(SagaShape shape, String task, String state, Connection connection) throws Exception {
        String saga = sagaOf(state);
        SagaFate.Undo undo = fate.undo(saga, task);
        if (undo == SagaFate.Undo.STUCK) {
            throw new SagaStepFailedException(task + " cannot be undone");
        }
        SagaTruth.insert(connection, shape.name(), saga, task, Deed.UNDONE);
        refuse(undo != SagaFate.Undo.GOES_WELL && random.nextBoolean());
    }

    static String first(String saga) {
        return saga + ":";
    }

    static String sagaOf(String state) {
        return state.substring(0, state.indexOf(':'));
    }
}
