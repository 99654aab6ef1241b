package dev.seawall.benchmarks.killrun;

import dev.seawall.benchmarks.killrun.SagaShape.Kind;
import dev.seawall.benchmarks.killrun.SagaShape.Place;
import dev.seawall.benchmarks.killrun.SagaStory.Deed;
import dev.seawall.benchmarks.killrun.SagaStory.Effect;
import dev.seawall.benchmarks.killrun.SagaStory.Line;
import dev.seawall.saga.SagaStatus;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Judges how a saga went: by its effects, which count, and by its history, which must tell the same. */
final class SagaCheck {

    private static final Map<String, SagaStatus> ENDS = Map.of(
            "completed", SagaStatus.COMPLETED, "compensated", SagaStatus.COMPENSATED, "parked", SagaStatus.PARKED);

    private final SagaFate fate;
    private final SagaShape shape;
    private final SagaStory story;
    private final List<String> problems = new ArrayList<>();

    private SagaCheck(SagaFate fate, SagaShape shape, SagaStory story) {
        this.fate = fate;
        this.shape = shape;
        this.story = story;
    }

    /** What is wrong; each begins with the rule that was broken. */
    static List<String> problems(SagaFate fate, SagaShape shape, SagaStory story) {
        SagaCheck check = new SagaCheck(fate, shape, story);
        check.end();
        check.once();
        check.order();
        check.completeness();
        check.nothingAfterTheEnd();
        check.history();
        return check.problems.stream().map(problem -> problem + ": " + story).toList();
    }

    private void require(boolean holds, String problem) {
        if (!holds) {
            problems.add(problem);
        }
    }

    private void end() {
        SagaStatus status = story.status();
        require(ENDS.containsValue(status), "STUCK");
        require(!status.isEnd() || !story.isOwned(), "OWNED after its end");
        require(status != SagaStatus.COMPLETED || !fate.cannotComplete(shape, story.id()), "COMPLETED, and it cannot");
        require(status != SagaStatus.COMPENSATED || fate.mayTurnBack(shape, story.id()), "COMPENSATED without a cause");
        require(status != SagaStatus.PARKED || fate.mayBeParked(shape, story.id()), "PARKED without a cause");
    }

    private void once() {
        Set<String> seen = new HashSet<>();
        Set<String> done = new HashSet<>();
        for (Effect effect : story.changes()) {
            require(seen.add(effect.task() + effect.deed()), "TWICE " + effect);
            require(shape.placeOf(effect.task()) >= 0, "UNKNOWN task " + effect);
            if (effect.deed() == Deed.DONE) {
                done.add(effect.task());
            } else {
                require(done.contains(effect.task()), "UNDONE before it was done, " + effect);
            }
        }
    }

    /** Forward in the order of the places, backward in the reverse, and nothing forward once it goes backward. */
    private void order() {
        int place = -1;
        boolean backward = false;
        boolean pastPivot = false;
        for (Effect effect : story.changes()) {
            int next = shape.placeOf(effect.task());
            boolean undoes = effect.deed() == Deed.UNDONE;
            require(!undoes || !pastPivot, "UNDONE after the pivot, " + effect);
            require(!backward || undoes || isLateBranch(effect), "DONE while it was compensated, " + effect);
            if (undoes) {
                require(!backward || next <= place, "ORDER of compensations, " + effect);
                backward = true;
            } else {
                require(backward || next >= place, "ORDER of steps, " + effect);
            }
            place = next;
            pastPivot |= !undoes && next == shape.pivot();
        }
    }

    /** A call that came late may find that its place is being compensated, if that has not reached the task itself. */
    private boolean isLateBranch(Effect effect) {
        int place = shape.placeOf(effect.task());
        return place >= 0
                && shape.places().get(place).kind() != Kind.LOCAL
                && story.changes().stream()
                        .filter(other -> other.deed() == Deed.UNDONE && other.at() <= effect.at())
                        .allMatch(other -> shape.placeOf(other.task()) == place
                                && !other.task().equals(effect.task()));
    }

    private void completeness() {
        Set<String> done = new HashSet<>();
        Set<String> undone = new HashSet<>();
        story.changes().forEach(effect -> (effect.deed() == Deed.DONE ? done : undone).add(effect.task()));
        if (story.status() == SagaStatus.COMPLETED) {
            for (Place place : shape.places()) {
                require(done.containsAll(place.tasks()), "MISSING effect at " + place.name());
            }
            require(undone.isEmpty(), "UNDONE and completed");
            require(stateTellsAll(), "STATE does not tell what was done");
        } else if (story.status() == SagaStatus.COMPENSATED) {
            require(undone.equals(done), "LEFT: " + done + " was done and " + undone + " undone");
        }
    }

    /** Each task has added its name to the state, each signal that of its place. */
    private boolean stateTellsAll() {
        StringBuilder pattern = new StringBuilder(SagaParticipant.first(story.id()));
        for (Place place : shape.places()) {
            if (place.waits()) {
                pattern.append('(').append(place.name()).append(",)").append(place.kind() == Kind.SIGNAL ? "" : "?");
            }
            place.tasks().forEach(task -> pattern.append(task).append(','));
        }
        return story.state().matches(pattern.toString());
    }

    private void nothingAfterTheEnd() {
        if (story.lines().isEmpty() || !story.status().isEnd()) {
            return;
        }
        long end = story.lines().get(story.lines().size() - 1).at();
        for (Effect effect : story.changes()) {
            require(effect.at() <= end, "AFTER THE END, " + effect);
        }
    }

    private void history() {
        long rev = 0;
        long epoch = 0;
        SagaStatus end = null;
        Set<String> told = new HashSet<>();
        for (Line line : story.lines()) {
            if (end == SagaStatus.PARKED && line.kind().equals("cancel-requested")) {
                continue; // a wish for what is parked is noted, for the operator who lets it go on
            }
            require(end == null, "AFTER THE END, " + line);
            require(line.rev() >= rev && line.epoch() >= epoch, "HISTORY goes back, " + line);
            boolean settles = line.kind().equals("done") || line.kind().equals("undone");
            require(!settles || told.add(line.step() + line.kind()), "TOLD TWICE, " + line);
            rev = line.rev();
            epoch = line.epoch();
            end = ENDS.get(line.kind());
        }
        require(end == story.status() || !ENDS.containsValue(story.status()), "HISTORY ends otherwise");
        for (Effect effect : story.changes()) {
            boolean undoes = effect.deed() == Deed.UNDONE;
            require(
                    story.status() == SagaStatus.PARKED || !undoes || told.contains(effect.task() + "undone"),
                    "HISTORY does not tell, " + effect);
        }
    }
}
