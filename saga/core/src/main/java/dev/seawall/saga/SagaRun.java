package dev.seawall.saga;

import dev.seawall.Deadline;
import dev.seawall.payload.EncodedPayload;
import dev.seawall.saga.Next.Act;
import dev.seawall.saga.Next.Job;
import dev.seawall.saga.Next.Look;
import dev.seawall.saga.Next.Wait;
import dev.seawall.saga.SagaStore.Written;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One saga while this node owns it: asks the machine what is next, writes it, does it, and so on until the saga ends or is let go.
 *
 * <p>One thread at a time drives it. Where something else must end first, a write or an attempt, the thread leaves, and whoever
 * ends that goes on with the next turn on the engine's threads. After the first sign that another node owns the saga, nothing more
 * is written or called.
 */
final class SagaRun<S> {

    private static final Logger LOG = LoggerFactory.getLogger(SagaEngine.class);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    /** What is done until something must be waited for; answers what is done then, or {@code null} if others go on. */
    @FunctionalInterface
    private interface Turn {
        @Nullable
        Turn take();
    }

    private final Host host;
    private final Definition<S> definition;
    private final SagaRecord base;
    private final long readAt;
    private volatile boolean lost;
    private Position<S> position; // this and the following: only the driving thread's
    private Position<S> written;
    private long rev;
    private boolean cancelled;
    private int broken;
    private EncodedPayload encoded;
    private S encodedState;

    SagaRun(Host host, Definition<S> definition, SagaRecord base, Position<S> position) {
        this.host = host;
        this.definition = definition;
        this.base = base;
        this.readAt = host.runtime.now();
        this.position = position;
        this.written = position;
        this.rev = base.rev();
        this.cancelled = base.cancelRequested();
        this.encoded = base.state();
        this.encodedState = position.state();
    }

    SagaKey key() {
        return base.key();
    }

    void lose() {
        lost = true;
    }

    /** Goes on from a position that was stored. */
    void resume() {
        begin(this::decide);
    }

    /** Goes on from a start whose first intent is stored. */
    void resume(Next<S> next) {
        begin(() -> afterWrite(next));
    }

    /** Lets go at once, so that any node may claim it. */
    void handBack() {
        begin(() -> save(position, Duration.ZERO, () -> left(Duration.ZERO)));
    }

    private void begin(Turn first) {
        host.entered(this);
        host.execute(() -> drive(first));
    }

    private void drive(Turn first) {
        Turn turn = first;
        while (turn != null) {
            turn = tried(turn);
        }
    }

    private @Nullable Turn tried(Turn turn) {
        try {
            return turn.take();
        } catch (Throwable failure) {
            return broken(failure);
        }
    }

    /** Neither a step nor a node failed, but something in between: a condition, a fold, a codec, the row itself. */
    private @Nullable Turn broken(Throwable failure) {
        broken++;
        if (lost || !host.mayWork() || broken > 2) {
            LOG.error("saga {} is dropped by this node until it is claimed again", key(), failure);
            return drop();
        }
        LOG.warn("saga {} is parked", key(), failure);
        Position<S> from = broken == 1 ? position : written; // what cannot be written at all is left out
        return () -> saveEnd(definition.settlement.park(from.ended(null), "it cannot go on: " + failure));
    }

    private Facts facts() {
        Duration since = Duration.ofNanos(host.runtime.now() - readAt);
        Duration deadlineIn = base.deadlineIn();
        return new Facts(base.age().plus(since), deadlineIn == null ? null : deadlineIn.minus(since), cancelled);
    }

    private @Nullable Turn decide() {
        return lost || !host.mayWork() ? drop() : follow(definition.machine.next(position, facts()));
    }

    private @Nullable Turn follow(Next<S> next) {
        if (next instanceof Look<S> look) {
            return look(look);
        }
        if (next instanceof Wait<S> wait) {
            return save(next.position(), wait.time(), () -> afterWrite(next));
        }
        if (next instanceof Act<S> act) {
            if (host.isClosing()) {
                Position<S> before = definition.machine.notBegun(act.position(), act);
                return save(before, Duration.ZERO, () -> left(Duration.ZERO));
            }
            return isWritten(next.position())
                    ? () -> afterWrite(next)
                    : save(next.position(), null, () -> afterWrite(next));
        }
        return saveEnd(next.position());
    }

    private boolean isWritten(Position<S> next) {
        return same(next.progress(), written.progress()) && same(next.state(), written.state());
    }

    /** What follows once the position of what is next is stored. */
    private @Nullable Turn afterWrite(Next<S> next) {
        if (lost || !host.mayWork()) {
            return drop();
        }
        if (next instanceof Act<S> act) {
            if (cancelled && !act.jobs().get(0).undoing() && position.mayTurnBack()) {
                position = definition.machine.notBegun(position, act);
                return this::decide;
            }
            return act.isLocal() ? () -> local(act.jobs().get(0)) : () -> perform(act);
        }
        if (next instanceof Look<S>) {
            return decide(); // from what is written now, so that nothing is noted twice
        }
        return next instanceof Wait<S> wait ? left(cancelled ? Duration.ZERO : wait.time()) : ended();
    }

    private @Nullable Turn look(Look<S> look) {
        List<SagaSignal> signals;
        try {
            signals = host.store.signals(key());
        } catch (SagaStoreException unreachable) {
            LOG.warn("saga {} looks for its signal again in a moment", key(), unreachable);
            return follow(new Wait<>(look.position(), LOOK_AGAIN));
        }
        for (SagaSignal signal : signals) {
            if (signal.name().equals(look.step().name())
                    && !look.position().consumed().contains(signal.number())) {
                Object payload = look.step().type().cast(host.payloads.decode(signal.payload()));
                return follow(definition.machine.looked(look, signal, payload, facts()));
            }
        }
        return follow(definition.machine.looked(look, null, null, facts()));
    }

    private @Nullable Turn save(Position<S> next, @Nullable Duration wakeIn, Turn then) {
        position = next;
        host.counters.writes.increment();
        CompletionStage<Written> stage = host.store.write(toWrite(next, wakeIn));
        CompletableFuture<Written> write = stage.toCompletableFuture();
        if (write.isDone()) {
            return () -> saved(write, then);
        }
        stage.whenComplete((answer, failure) -> host.execute(() -> drive(() -> saved(write, then))));
        return null;
    }

    private @Nullable Turn saveEnd(Position<S> end) {
        return save(end, null, this::ended);
    }

    private @Nullable Turn saved(CompletableFuture<Written> write, Turn then) {
        return saved(write.join()) ? then : fenced();
    }

    private boolean saved(Written answer) {
        if (answer == Written.FENCED) {
            return false;
        }
        rev++;
        tell(position);
        position = position.written();
        written = position;
        cancelled |= answer == Written.DONE_AND_CANCEL_REQUESTED;
        return true;
    }

    private SagaWrite toWrite(Position<S> next, @Nullable Duration wakeIn) {
        EncodedPayload state = encoded(next);
        return new SagaWrite(
                key(),
                base.epoch(),
                rev,
                next.status(),
                state,
                ProgressText.write(next.progress()),
                next.step(),
                next.reason(),
                wakeIn,
                next.consumed(),
                next.log());
    }

    private EncodedPayload encoded(Position<S> next) {
        List<EncodedPayload> results = next.progress().results();
        if (!results.isEmpty() || !same(next.state(), encodedState)) {
            encoded = host.payloads.encode(next.state(), results);
            encodedState = next.state();
        }
        return encoded;
    }

    @SuppressWarnings("ReferenceEquality") // both are immutable, and equality may be costly or not defined
    private static boolean same(Object one, Object other) {
        return one == other;
    }

    private @Nullable Turn perform(Act<S> act) {
        List<Job<S>> jobs = act.jobs();
        if (jobs.size() == 1) {
            Outcome<S> outcome = attempt(jobs.get(0), late -> host.execute(() -> drive(() -> settled(List.of(late)))));
            return outcome == null ? null : () -> settled(List.of(outcome));
        }
        Round<S> round = new Round<>(jobs.size(), all -> host.execute(() -> drive(() -> settled(all))));
        for (int i = 0; i < jobs.size(); i++) {
            int index = i;
            host.execute(() -> {
                Outcome<S> outcome = attempt(jobs.get(index), late -> round.ended(index, late));
                if (outcome != null) {
                    round.ended(index, outcome);
                }
            });
        }
        return null;
    }

    private @Nullable Outcome<S> attempt(Job<S> job, Consumer<Outcome<S>> late) {
        Attempt<S> attempt = new Attempt<>(host.runtime, job, late);
        Deadline deadline = attempt.deadline();
        SagaContext context = context(job, attempt, deadline);
        if (lost || !host.mayWork()) { // since the round began
            return new Outcome<>(
                    job, null, new SagaLostException("the saga was lost before its code ran"), Duration.ZERO);
        }
        S state = position.state();
        Object result = definition.settlement.resultOf(position, job.task());
        return run(attempt, deadline, () -> job.task().call(job.undoing(), state, result, context, null));
    }

    private SagaContext context(Job<S> job, Attempt<S> attempt, Deadline deadline) {
        return new AttemptContext(
                key(),
                job,
                deadline,
                position.progress().trace(),
                () -> !lost && host.mayWork() && attempt.isRunning());
    }

    private @Nullable Outcome<S> run(Attempt<S> attempt, Deadline deadline, Callable<? extends @Nullable Object> code) {
        host.attempts.add(attempt);
        host.counters.attempts.increment();
        try {
            return attempt.run(code, deadline);
        } finally {
            host.attempts.remove(attempt);
        }
    }

    private @Nullable Turn settled(List<Outcome<S>> outcomes) {
        outcomes.forEach(this::tell);
        if (lost || !host.mayWork()) {
            return drop();
        }
        position = definition.settlement.settle(position, outcomes, facts());
        return decide();
    }

    /** A local step: the user's work and what becomes of the saga are one transaction. */
    private @Nullable Turn local(Job<S> job) {
        Attempt<S> attempt = new Attempt<>(host.runtime, job, late -> {});
        Deadline deadline = attempt.deadline();
        SagaContext context = context(job, attempt, deadline);
        LocalStep<S> step = new LocalStep<>();
        host.counters.writes.increment();
        Outcome<S> outcome = run(
                attempt,
                deadline,
                () -> host.store.<Exception>inTransaction(connection -> {
                    Object value = job.task().call(job.undoing(), position.state(), null, context, connection);
                    Outcome<S> done = new Outcome<>(job, value, null, Duration.ZERO);
                    Position<S> settled = definition.settlement.settle(position, List.of(done), facts());
                    step.next = definition.machine.next(settled, facts());
                    return toWrite(step.next.position(), step.next instanceof Wait<S> wait ? wait.time() : null);
                }));
        Objects.requireNonNull(outcome); // the end of a local attempt is always awaited
        if (outcome.failure() != null) {
            return settled(List.of(outcome));
        }
        tell(outcome);
        Next<S> next = Objects.requireNonNull(step.next);
        position = next.position();
        return saved((Written) Objects.requireNonNull(outcome.value())) ? () -> afterWrite(next) : fenced();
    }

    /** What a local step leads to, once its transaction is committed. */
    private static final class LocalStep<S> {
        private @Nullable Next<S> next;
    }

    private void tell(Outcome<S> outcome) {
        Job<S> job = outcome.job();
        String step = job.task().name();
        Throwable failure = outcome.failure();
        if (failure == null) {
            host.publish(
                    SagaEvent.StepDone.class,
                    () -> new SagaEvent.StepDone(key(), step, job.undoing(), job.attempt(), outcome.took()));
        } else {
            host.counters.failures.increment();
            host.publish(
                    SagaEvent.StepFailed.class,
                    () -> new SagaEvent.StepFailed(key(), step, job.undoing(), job.attempt(), outcome.took(), failure));
        }
    }

    /** Tells what was just written. */
    private void tell(Position<S> saved) {
        for (SagaWrite.Entry entry : saved.log()) {
            String step = entry.step() == null ? "" : entry.step();
            String text = entry.text() == null ? "" : entry.text();
            switch (entry.kind()) {
                case "begun", "undoing" ->
                    host.publish(
                            SagaEvent.StepBegun.class,
                            () -> new SagaEvent.StepBegun(
                                    key(), step, entry.kind().equals("undoing"), entry.attempt()));
                case "skipped" ->
                    host.publish(SagaEvent.StepSkipped.class, () -> new SagaEvent.StepSkipped(key(), step));
                case "compensating" ->
                    host.publish(SagaEvent.Compensating.class, () -> new SagaEvent.Compensating(key(), text));
                default -> {} // told elsewhere
            }
        }
    }

    private @Nullable Turn fenced() {
        host.counters.fenced.increment();
        host.publish(SagaEvent.Fenced.class, () -> new SagaEvent.Fenced(key()));
        return drop();
    }

    private @Nullable Turn drop() {
        lost = true;
        return left(Duration.ofDays(1));
    }

    private @Nullable Turn left(Duration dueIn) {
        lost = true;
        host.left(this, dueIn);
        return null;
    }

    private @Nullable Turn ended() {
        Position<S> end = position;
        Duration age = facts().age();
        String reason = end.reason() == null ? "" : end.reason();
        SagaStatus status = end.status();
        if (status == SagaStatus.COMPLETED) {
            host.counters.completed.increment();
            host.publish(SagaEvent.Completed.class, () -> new SagaEvent.Completed(key(), age));
        } else if (status == SagaStatus.COMPENSATED) {
            host.counters.compensated.increment();
            host.publish(SagaEvent.Compensated.class, () -> new SagaEvent.Compensated(key(), age, reason));
        } else {
            host.counters.parked.increment();
            host.publish(SagaEvent.Parked.class, () -> new SagaEvent.Parked(key(), reason));
        }
        left(Duration.ofDays(1));
        host.endings.ended(key(), SagaResult.of(status, end.state(), end.step(), end.reason()));
        return null;
    }
}
