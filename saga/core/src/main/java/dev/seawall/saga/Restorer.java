package dev.seawall.saga;

import dev.seawall.saga.Mark.Phase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes positions of stored sagas, if the definition still fits them. */
final class Restorer<S> {

    private final Saga<S> saga;
    private final Payloads payloads;
    private final Map<String, Step<S>> byMark = new HashMap<>();

    Restorer(Saga<S> saga, Payloads payloads) {
        this.saga = saga;
        this.payloads = payloads;
        for (Step<S> step : saga.steps()) {
            step.markNames().forEach(name -> byMark.put(name, step));
        }
    }

    /**
     * The position of a saga whose last owner is gone: what was under way elsewhere is in doubt.
     *
     * @throws RuntimeException if it cannot go on with this definition; the message tells why
     */
    Position<S> restore(SagaRecord saved) {
        Progress progress = ProgressText.read(saved.progress());
        misfit(progress).ifPresent(why -> {
            throw new IllegalStateException(why);
        });
        Progress doubted = progress.mapped(mark -> mark.isUnderWay() && isRemote(mark) ? mark.doubted() : mark);
        return new Position<>(
                state(saved),
                doubted,
                isPastPivot(doubted),
                saved.status().isActive() ? null : saved.status(),
                saved.reason(),
                saved.step(),
                List.of(),
                List.of());
    }

    S state(SagaRecord saved) {
        return saga.type().cast(payloads.decode(saved.state()));
    }

    private boolean isRemote(Mark mark) {
        return byMark.get(mark.name()) instanceof Step.Work<S> work
                && work.tasks().stream()
                        .noneMatch(
                                task -> task.name().equals(mark.name()) && task.isLocal(mark.phase() == Phase.UNDOING));
    }

    private boolean isPastPivot(Progress progress) {
        for (Step<S> step : saga.steps()) {
            if (step instanceof Step.Work<S> work && work.isPivot()) {
                Mark mark = progress.mark(work.name());
                return mark != null && (mark.isPassed() || (mark.phase() == Phase.BEGUN && mark.inDoubt()));
            }
        }
        return false;
    }

    /** Why a saga cannot go on with this definition, if so: what it has begun must be how the definition begins. */
    Optional<String> misfit(Progress progress) {
        for (String name : progress.marks().keySet()) {
            if (!byMark.containsKey(name)) {
                return Optional.of(
                        "it has begun step '" + name + "', which definition " + saga.version() + " does not have");
            }
        }
        String missing = null;
        for (Step<S> step : saga.steps()) {
            for (String name : step.markNames()) {
                boolean begun = progress.mark(name) != null;
                if (begun && missing != null && !step.markNames().contains(missing)) {
                    return Optional.of("it has begun step '" + name + "', but not step '" + missing
                            + "', which comes before it in definition " + saga.version());
                }
                missing = begun || missing != null ? missing : name;
            }
        }
        return Optional.empty();
    }
}
