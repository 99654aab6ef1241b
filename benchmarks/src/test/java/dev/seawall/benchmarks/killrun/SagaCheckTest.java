package dev.seawall.benchmarks.killrun;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.benchmarks.killrun.SagaShape.Kind;
import dev.seawall.benchmarks.killrun.SagaShape.Place;
import dev.seawall.benchmarks.killrun.SagaStory.Deed;
import dev.seawall.benchmarks.killrun.SagaStory.Effect;
import dev.seawall.benchmarks.killrun.SagaStory.Line;
import dev.seawall.saga.SagaStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** That the check finds what may go wrong, and nothing in what went well. */
final class SagaCheckTest {

    private static final SagaFate FATE = new SagaFate(7);
    private static final SagaShape SHAPE = new SagaShape(
            "order",
            List.of(
                    new Place("stock", Kind.REMOTE, List.of("stock")),
                    new Place("money", Kind.LOCAL, List.of("money")),
                    new Place("papers", Kind.PARALLEL, List.of("bill", "label")),
                    new Place("confirm", Kind.LOCAL, List.of("confirm")),
                    new Place("word", Kind.SIGNAL, List.of()),
                    new Place("notify", Kind.REMOTE, List.of("notify"))),
            3,
            false);

    /** One for which nothing bad is in store. */
    private static final String LUCKY =
            id(id -> !FATE.mayTurnBack(SHAPE, id) && !FATE.mayBeParked(SHAPE, id) && !FATE.cannotComplete(SHAPE, id));

    /** One that must be compensated. */
    private static final String UNLUCKY = id(id -> FATE.cannotComplete(SHAPE, id) && !FATE.mayBeParked(SHAPE, id));

    /** A story as it is told, to be spoilt. */
    private static final class Tale {

        private final List<Effect> effects = new ArrayList<>();
        private final List<Line> lines = new ArrayList<>();
        private final String id;
        private SagaStatus status;
        private String state;
        private boolean isOwned;

        Tale(String id, SagaStatus status, String state) {
            this.id = id;
            this.status = status;
            this.state = state;
        }

        Tale did(Deed deed, String... tasks) {
            for (String task : tasks) {
                effects.add(new Effect(now(), task, deed));
                line(task, deed == Deed.DONE ? "done" : "undone");
            }
            return this;
        }

        Tale line(String step, String kind) {
            lines.add(new Line(lines.size(), now(), 1, step, kind));
            return this;
        }

        private long now() {
            return 100L + effects.size() + lines.size();
        }

        List<String> problems() {
            return SagaCheck.problems(
                    FATE, SHAPE, new SagaStory("order", id, status, state, "", isOwned, effects, lines));
        }
    }

    private static String id(Predicate<String> wanted) {
        return IntStream.range(0, 100_000)
                .mapToObj(Integer::toString)
                .filter(wanted)
                .findFirst()
                .orElseThrow();
    }

    private static Tale completed() {
        return new Tale(LUCKY, SagaStatus.COMPLETED, LUCKY + ":stock,money,bill,label,confirm,word,notify,")
                .did(Deed.DONE, "stock", "money", "label", "bill", "confirm", "notify")
                .line("", "completed");
    }

    private static Tale compensated() {
        return new Tale(UNLUCKY, SagaStatus.COMPENSATED, UNLUCKY + ":stock,money,")
                .did(Deed.DONE, "stock", "money", "bill")
                .did(Deed.UNDONE, "bill", "money", "stock")
                .line("", "compensated");
    }

    private static void assertFound(Tale tale, String rule) {
        assertThat(tale.problems()).anyMatch(problem -> problem.startsWith(rule));
    }

    @Test
    void problems_thatAllWentWell_areNone() {
        assertThat(completed().problems()).isEmpty();
        assertThat(compensated().problems()).isEmpty();
    }

    @Test
    void problems_callsThatCameAgainOrLateAndDidNothing_areNone() {
        Tale tale = compensated();

        tale.effects.add(new Effect(1_000, "money", Deed.AGAIN));
        tale.effects.add(new Effect(1_000, "label", Deed.VOID));
        tale.effects.add(new Effect(1_000, "label", Deed.BARRED));

        assertThat(tale.problems()).isEmpty();
    }

    @Test
    void problems_branchThatActsWhileItsSiblingIsUndone_areNone() {
        Tale tale = new Tale(UNLUCKY, SagaStatus.COMPENSATED, UNLUCKY + ":stock,money,")
                .did(Deed.DONE, "stock", "money", "bill")
                .did(Deed.UNDONE, "bill")
                .did(Deed.DONE, "label")
                .did(Deed.UNDONE, "label", "money", "stock")
                .line("", "compensated");

        assertThat(tale.problems()).isEmpty();
    }

    @Test
    void problems_sagaThatNeverEnds_isStuck() {
        Tale tale = completed();

        tale.status = SagaStatus.RUNNING;

        assertFound(tale, "STUCK");
    }

    @Test
    void problems_ownedAfterItsEnd_isFound() {
        Tale tale = completed();

        tale.isOwned = true;

        assertFound(tale, "OWNED");
    }

    @Test
    void problems_effectTwice_isFound() {
        Tale tale = completed();

        tale.effects.add(1, tale.effects.get(0));

        assertFound(tale, "TWICE");
    }

    @Test
    void problems_compensationTwice_isFound() {
        Tale tale = compensated();

        tale.effects.add(tale.effects.get(5));

        assertFound(tale, "TWICE");
    }

    @Test
    void problems_effectThatIsMissing_isFound() {
        Tale tale = completed();

        tale.effects.remove(0);

        assertFound(tale, "MISSING");
    }

    @Test
    void problems_stateOfAStepThatWasLost_isFound() {
        Tale tale = completed();

        tale.state = tale.state.replace("bill,", "");

        assertFound(tale, "STATE");
    }

    @Test
    void problems_stepsInAnotherOrder_areFound() {
        Tale tale = completed();

        tale.effects.add(0, tale.effects.remove(1));

        assertFound(tale, "ORDER of steps");
    }

    @Test
    void problems_compensationsInTheOrderOfTheSteps_areFound() {
        Tale tale = compensated();

        tale.effects.add(3, tale.effects.remove(5));

        assertFound(tale, "ORDER of compensations");
    }

    @Test
    void problems_effectThatWasNotCompensated_isFound() {
        Tale tale = compensated();

        tale.effects.remove(5);

        assertFound(tale, "LEFT");
    }

    @Test
    void problems_compensationOfWhatWasNotDone_isFound() {
        Tale tale = compensated();

        tale.effects.remove(0);

        assertFound(tale, "UNDONE before it was done");
    }

    @Test
    void problems_compensationAfterThePivot_isFound() {
        Tale tale = completed();

        tale.effects.add(new Effect(110, "stock", Deed.UNDONE));

        assertFound(tale, "UNDONE after the pivot");
    }

    @Test
    void problems_stepAfterCompensationBegan_isFound() {
        Tale tale = compensated();

        tale.effects.add(4, new Effect(107, "confirm", Deed.DONE));

        assertFound(tale, "DONE while it was compensated");
    }

    @Test
    void problems_effectAfterTheEnd_isFound() {
        Tale tale = compensated();

        Effect last = tale.effects.remove(5);
        tale.effects.add(new Effect(10_000, last.task(), last.deed()));

        assertFound(tale, "AFTER THE END");
    }

    @Test
    void problems_writeAfterTheEnd_isFound() {
        assertFound(completed().line("notify", "begun"), "AFTER THE END");
    }

    @Test
    void problems_writeOfAnOwnerThatWasReplaced_isFound() {
        Tale tale = completed();

        tale.lines.add(2, new Line(2, 104, 2, "money", "begun"));

        assertFound(tale, "HISTORY goes back");
    }

    @Test
    void problems_stepThatIsToldTwice_isFound() {
        Tale tale = completed();

        tale.lines.add(1, tale.lines.get(0));

        assertFound(tale, "TOLD TWICE");
    }

    @Test
    void problems_endThatTheSeedDoesNotAllow_isFound() {
        Tale completed = completed();
        Tale compensated = compensated();
        Tale parked = compensated();

        parked.status = SagaStatus.PARKED;

        assertFound(new TaleOf(completed, UNLUCKY).tale(), "COMPLETED, and it cannot");
        assertFound(new TaleOf(compensated, LUCKY).tale(), "COMPENSATED without a cause");
        assertFound(parked, "PARKED without a cause");
    }

    /** The same story of another saga. */
    private record TaleOf(Tale original, String id) {

        Tale tale() {
            Tale tale = new Tale(id, original.status, original.state.replace(original.id + ":", id + ":"));
            tale.effects.addAll(original.effects);
            tale.lines.addAll(original.lines);
            return tale;
        }
    }
}
