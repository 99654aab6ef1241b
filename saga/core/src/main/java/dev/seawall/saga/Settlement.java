package dev.seawall.saga;

import dev.seawall.Backoff;
import dev.seawall.Durations;
import dev.seawall.payload.EncodedPayload;
import dev.seawall.saga.Mark.Phase;
import dev.seawall.saga.Next.Job;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Judges how attempts ended: what is done, tried again, given up, undone or parked. Pure, as the {@link Machine}. */
final class Settlement<S> {

    private final Saga<S> saga;
    private final Payloads payloads;
    private final RandomGenerator random;

    Settlement(Saga<S> saga, Payloads payloads, RandomGenerator random) {
        this.saga = saga;
        this.payloads = payloads;
        this.random = random;
    }

    /** What becomes of a position once all jobs of an act have ended. */
    Position<S> settle(Position<S> from, List<Outcome<S>> outcomes, Facts facts) {
        Position<S> position = from.with(from.progress().until(null));
        for (Outcome<S> outcome : outcomes) {
            position = outcome.failure() == null ? succeeded(position, outcome) : failed(position, outcome);
        }
        Position<S> settled =
                outcomes.get(0).job().undoing() ? afterUndo(position, outcomes) : afterAction(position, outcomes);
        return waiting(settled, outcomes, facts);
    }

    private Position<S> succeeded(Position<S> position, Outcome<S> outcome) {
        Job<S> job = outcome.job();
        String name = job.task().name();
        if (job.undoing()) {
            return position.with(job.mark().to(Phase.UNDONE)).noted(name, "undone", job.attempt(), null);
        }
        Mark done = job.mark().to(Phase.DONE);
        Object value = outcome.value();
        if (job.task().keepsResult() && value != null) {
            done = done.withResult(payloads.encode(value, List.of()));
        }
        return position.with(done).noted(name, "done", job.attempt(), null);
    }

    private Position<S> failed(Position<S> position, Outcome<S> outcome) {
        Job<S> job = outcome.job();
        boolean isFinal = isFinal(outcome);
        Mark mark = job.mark().failed(!isFinal && !job.isLocal());
        String text = String.valueOf(outcome.failure());
        boolean noWayBack =
                !job.undoing() && mark.inDoubt() && stepOf(job.task()).isPivot();
        Position<S> noted = (noWayBack ? position.past() : position)
                .with(mark)
                .because(text)
                .noted(job.task().name(), job.undoing() ? "undofailed" : "failed", job.attempt(), text);
        return isFinal || !job.task().retries(job.undoing()).allows(mark.failures() + 1)
                ? noted.with(givenUp(job, mark))
                : noted;
    }

    private boolean isFinal(Outcome<S> outcome) {
        Throwable failure = Objects.requireNonNull(outcome.failure());
        return outcome.job().undoing()
                ? failure instanceof SagaStepFailedException
                : outcome.job().task().isFinal().test(failure);
    }

    private static <S> Mark givenUp(Job<S> job, Mark mark) {
        return new Mark(
                mark.name(),
                job.undoing() ? Phase.STUCK : mark.inDoubt() ? Phase.DOUBTFUL : Phase.FAILED,
                mark.failures(),
                mark.inDoubt(),
                mark.result());
    }

    private Position<S> afterAction(Position<S> position, List<Outcome<S>> outcomes) {
        Outcome<S> lost = firstGivenUp(position, outcomes);
        Step.Work<S> step = stepOf(outcomes.get(0).job().task());
        if (lost != null) {
            String cause = "step '" + lost.job().task().name() + "' failed: " + lost.failure();
            boolean parks = position.pastPivot();
            return parks ? park(resumable(position, step), cause) : turnBack(position, cause);
        }
        return ifPassed(position, step, outcomes);
    }

    /** Once all tasks of a step are done, their results go into the state. */
    Position<S> ifPassed(Position<S> position, Step.Work<S> step, List<Outcome<S>> outcomes) {
        for (Task<S> task : step.tasks()) {
            Mark mark = position.progress().mark(task.name());
            if (mark == null || !mark.isPassed()) {
                return position;
            }
        }
        Position<S> folded = position.withState(fold(position, step, outcomes)).because(null);
        return step.isPivot() ? folded.past() : folded;
    }

    private @Nullable Outcome<S> firstGivenUp(Position<S> position, List<Outcome<S>> outcomes) {
        for (Outcome<S> outcome : outcomes) {
            Mark mark = position.progress().mark(outcome.job().task().name());
            if (mark != null
                    && (mark.phase() == Phase.DOUBTFUL
                            || mark.phase() == Phase.FAILED
                            || mark.phase() == Phase.STUCK)) {
                return outcome;
            }
        }
        return null;
    }

    /** What was given up can be tried again once an operator says so. */
    private Position<S> resumable(Position<S> position, Step.Work<S> step) {
        List<Mark> marks = step.tasks().stream()
                .map(task -> position.progress().mark(task.name()))
                .filter(Objects::nonNull)
                .map(mark -> mark.isPassed()
                        ? mark
                        : new Mark(mark.name(), Phase.BEGUN, mark.failures(), mark.inDoubt(), mark.result()))
                .toList();
        return position.with(position.progress().with(marks));
    }

    private Step.Work<S> stepOf(Task<S> task) {
        for (Step<S> step : saga.steps()) {
            if (step instanceof Step.Work<S> work && work.tasks().contains(task)) {
                return work;
            }
        }
        throw new IllegalStateException("no step has the task " + task.name());
    }

    private S fold(Position<S> position, Step.Work<S> step, List<Outcome<S>> outcomes) {
        S state = position.state();
        for (Task<S> task : step.tasks()) {
            Mark mark = position.progress().mark(task.name());
            if (mark == null || mark.phase() != Phase.DONE) {
                continue; // an operator has skipped it
            }
            state = Objects.requireNonNull(
                    task.fold().apply(state, result(position, task, outcomes)), "a fold must not answer null");
        }
        return state;
    }

    private @Nullable Object result(Position<S> position, Task<S> task, List<Outcome<S>> outcomes) {
        for (Outcome<S> outcome : outcomes) {
            if (outcome.job().task().equals(task)) {
                return outcome.value();
            }
        }
        return resultOf(position, task);
    }

    /** What a branch answered in an earlier attempt at the step. */
    @Nullable
    Object resultOf(Position<S> position, Task<S> task) {
        Mark mark = position.progress().mark(task.name());
        EncodedPayload result = mark == null ? null : mark.result();
        return result == null ? null : payloads.decode(result);
    }

    private Position<S> afterUndo(Position<S> position, List<Outcome<S>> outcomes) {
        Outcome<S> stuck = firstGivenUp(position, outcomes);
        if (stuck == null) {
            return position;
        }
        boolean parks = false;
        for (Outcome<S> outcome : outcomes) {
            Mark mark = position.progress().mark(outcome.job().task().name());
            parks |= mark != null
                    && mark.phase() == Phase.STUCK
                    && outcome.job().task().onUndoFailure() == OnCompensationFailure.PARK;
        }
        return parks ? park(position, stuckAt(stuck.job().task().name(), position)) : position;
    }

    private static <S> String stuckAt(String step, Position<S> position) {
        return "COMPENSATION_FAILED at step '" + step + "': " + position.reason() + "; it was compensated because: "
                + position.progress().cause();
    }

    /** When everything that can be undone is. */
    Position<S> undone(Position<S> position) {
        for (Mark mark : position.progress().marks().values()) {
            if (mark.phase() == Phase.STUCK) {
                return park(position.at(mark.name()), stuckAt(mark.name(), position));
            }
        }
        return position.ended(SagaStatus.COMPENSATED)
                .at(null)
                .because(position.progress().cause())
                .noted(null, "compensated", 0, null);
    }

    Position<S> park(Position<S> position, String reason) {
        return position.ended(SagaStatus.PARKED).because(reason).noted(position.step(), "parked", 0, reason);
    }

    /** If something is tried again, the longest of the waits counts. */
    private Position<S> waiting(Position<S> position, List<Outcome<S>> outcomes, Facts facts) {
        long wait = -1;
        for (Outcome<S> outcome : outcomes) {
            Mark mark = position.progress().mark(outcome.job().task().name());
            if (outcome.failure() != null && mark != null && mark.isUnderWay() && position.end() == null) {
                Backoff backoff =
                        outcome.job().task().retries(outcome.job().undoing()).backoff();
                wait = Math.max(wait, backoff.delayNanos(mark.failures(), 0, random));
            }
        }
        if (wait < 0) {
            return position;
        }
        long until = Durations.plus(Durations.toNanos(facts.age()), wait);
        return position.with(position.progress().until(Duration.ofNanos(until)));
    }

    /** Begins compensation. What was under way and may have had effect counts as done. */
    Position<S> turnBack(Position<S> position, String cause) {
        Function<Mark, Mark> settle = mark -> mark.phase() != Phase.BEGUN
                ? mark
                : new Mark(
                        mark.name(),
                        mark.inDoubt() ? Phase.DOUBTFUL : Phase.FAILED,
                        mark.failures(),
                        mark.inDoubt(),
                        mark.result());
        String why = Objects.requireNonNull(Position.cut(cause));
        return position.with(position.progress().mapped(settle::apply).compensating(why))
                .because(why)
                .noted(null, "compensating", 0, why);
    }
}
