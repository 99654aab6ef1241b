package dev.seawall.saga;

import dev.seawall.Durations;
import dev.seawall.saga.Mark.Phase;
import dev.seawall.saga.Next.Act;
import dev.seawall.saga.Next.End;
import dev.seawall.saga.Next.Job;
import dev.seawall.saga.Next.Look;
import dev.seawall.saga.Next.Wait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a saga does next. Without threads, clock and store: all that it needs is handed to it, and the only code of the
 * user's that it runs are conditions, durations and folds.
 *
 * <p>Forward, the first step without a mark that it is passed is the next one. Backward, the last one with an effect is. So a
 * position says all, and it does not matter which node decides.
 */
final class Machine<S> {

    private final Saga<S> saga;
    private final Settlement<S> settlement;

    Machine(Saga<S> saga, Settlement<S> settlement) {
        this.saga = saga;
        this.settlement = settlement;
    }

    Position<S> start(S state, @Nullable String trace) {
        return new Position<>(
                state, Progress.start(saga.fingerprint(), trace), false, null, null, null, List.of(), List.of());
    }

    /** What comes next. Asked again after each change. */
    Next<S> next(Position<S> position, Facts facts) {
        if (position.end() != null) {
            return new End<>(position);
        }
        if (position.progress().isCompensating()) {
            return backward(position, facts);
        }
        if (position.mayTurnBack()) {
            if (facts.cancelled()) {
                return backward(settlement.turnBack(position, "cancelled"), facts);
            }
            if (facts.isLate()) {
                return backward(settlement.turnBack(position, late()), facts);
            }
        }
        return forward(position, facts);
    }

    private String late() {
        return "deadline of " + Durations.format(saga.deadline().orElse(Duration.ZERO)) + " has passed";
    }

    private Next<S> forward(Position<S> from, Facts facts) {
        Position<S> position = from;
        for (Step<S> step : saga.steps()) {
            if (isPassed(step, position.progress())) {
                continue;
            }
            if (step instanceof Step.Work<S> work) {
                if (isSkipped(work, position)) {
                    position =
                            position.with(Mark.of(work.name(), Phase.SKIPPED)).noted(work.name(), "skipped", 0, null);
                    continue;
                }
                return waitOr(position, facts, act(work, position.at(step.name())));
            }
            if (step instanceof Step.Await<S> await) {
                return new Look<>(waiting(position, step, await.limit(), facts), await);
            }
            position = slept((Step.Sleep<S>) step, position, facts);
            if (!isPassed(step, position.progress())) {
                return new Wait<>(position, left(position, facts));
            }
        }
        return new End<>(
                position.ended(SagaStatus.COMPLETED).at(null).because(null).noted(null, "completed", 0, null));
    }

    private boolean isPassed(Step<S> step, Progress progress) {
        for (String name : step.markNames()) {
            Mark mark = progress.mark(name);
            if (mark == null || !mark.isPassed()) {
                return false;
            }
        }
        return true;
    }

    private boolean isSkipped(Step.Work<S> work, Position<S> position) {
        return work.when() != null
                && position.progress().mark(work.name()) == null
                && !work.when().test(position.state());
    }

    /** The jobs of a step's tasks that are not done, with their intent noted. */
    private Act<S> act(Step.Work<S> work, Position<S> from) {
        Position<S> position = from;
        List<Job<S>> jobs = new ArrayList<>();
        for (Task<S> task : work.tasks()) {
            Mark old = position.progress().mark(task.name());
            if (old != null && old.isPassed()) {
                continue;
            }
            Mark mark = old != null ? old : Mark.of(task.name(), Phase.BEGUN);
            if (old == null && !task.isLocal(false)) { // a local step is noted with its effect
                position = position.with(mark).noted(task.name(), "begun", 1, null);
            }
            jobs.add(new Job<>(task, false, mark));
        }
        return new Act<>(position, jobs);
    }

    /** A wait goes on if it was ended early, by a signal for another step or by chance. */
    private Next<S> waitOr(Position<S> position, Facts facts, Act<S> act) {
        Duration until = position.progress().until();
        if (until != null && until.compareTo(facts.age()) > 0) {
            return new Wait<>(position, left(position, facts));
        }
        return act;
    }

    private Position<S> waiting(Position<S> position, Step<S> step, Duration time, Facts facts) {
        if (position.progress().mark(step.name()) != null) {
            return position;
        }
        return position.at(step.name())
                .with(position.progress()
                        .with(Mark.of(step.name(), Phase.BEGUN))
                        .until(plus(facts.age(), time)))
                .noted(step.name(), "waiting", 0, Durations.format(time));
    }

    private Position<S> slept(Step.Sleep<S> step, Position<S> from, Facts facts) {
        Position<S> position = from;
        if (position.progress().mark(step.name()) == null) {
            Duration time = step.duration().apply(position.state());
            position = waiting(position, step, time.isNegative() ? Duration.ZERO : time, facts);
        }
        Duration until = position.progress().until();
        return until != null && until.compareTo(facts.age()) > 0 ? position : passed(position, step.name());
    }

    private static <S> Position<S> passed(Position<S> position, String step) {
        return position.with(position.progress().with(Mark.of(step, Phase.DONE)).until(null))
                .noted(step, "done", 0, null);
    }

    /** How long to let go for: until the wait ends or the deadline comes, whichever is first. */
    private Duration left(Position<S> position, Facts facts) {
        Duration until = position.progress().until();
        Duration wait = until == null ? Duration.ZERO : until.minus(facts.age());
        Duration deadline = facts.deadlineIn();
        return deadline != null && deadline.compareTo(wait) < 0 && position.mayTurnBack() ? deadline : wait;
    }

    /** What a look for a signal found. */
    Next<S> looked(Look<S> look, @Nullable SagaSignal signal, @Nullable Object payload, Facts facts) {
        Step.Await<S> step = look.step();
        Position<S> position = look.position();
        if (signal != null && payload != null) {
            S folded = step.fold().apply(position.state(), payload);
            return next(passed(position.withState(folded).consumed(signal.number()), step.name()), facts);
        }
        Duration until = position.progress().until();
        if (until != null && until.compareTo(facts.age()) > 0) {
            return new Wait<>(position, left(position, facts));
        }
        if (step.onTimeout() == OnTimeout.GO_ON || !position.mayTurnBack()) {
            return next(passed(position, step.name()), facts);
        }
        String cause = "no signal '" + step.name() + "' within " + Durations.format(step.limit());
        return backward(settlement.turnBack(position, cause), facts);
    }

    private Next<S> backward(Position<S> position, Facts facts) {
        for (int i = saga.steps().size() - 1; i >= 0; i--) {
            if (saga.steps().get(i) instanceof Step.Work<S> work) {
                Act<S> undo = undo(work, position.at(work.name()));
                if (!undo.jobs().isEmpty()) {
                    return waitOr(position.at(work.name()), facts, undo);
                }
            }
        }
        return new End<>(settlement.undone(position));
    }

    private Act<S> undo(Step.Work<S> work, Position<S> from) {
        Position<S> position = from;
        List<Job<S>> jobs = new ArrayList<>();
        for (Task<S> task : work.tasks()) {
            Mark mark = position.progress().mark(task.name());
            if (mark == null || !mark.hasEffect() || task.undo() == null) {
                continue;
            }
            if (mark.phase() != Phase.UNDOING) {
                mark = mark.to(Phase.UNDOING);
                if (!task.isLocal(true)) {
                    position = position.with(mark).noted(task.name(), "undoing", 1, null);
                }
            }
            jobs.add(new Job<>(task, true, mark));
        }
        return new Act<>(position, jobs);
    }

    /** Takes back the intent of jobs that were not begun, and never were. */
    Position<S> notBegun(Position<S> position, Act<S> act) {
        List<String> names = act.jobs().stream()
                .filter(job -> !job.undoing()
                        && job.mark().failures() == 0
                        && !job.mark().inDoubt())
                .map(job -> job.task().name())
                .toList();
        return names.isEmpty() ? position : position.with(position.progress().without(names));
    }

    private static Duration plus(Duration age, Duration time) {
        return Duration.ofNanos(Durations.plus(Durations.toNanos(age), Durations.toNanos(time)));
    }
}
