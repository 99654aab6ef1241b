package dev.seawall.benchmarks.killrun;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.benchmarks.killrun.KeyEvent.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A check that finds nothing proves something only if it finds what defects leave. */
class IdempotencyCheckTest {

    private static final String CLAIM = Caller.BY_CLAIM + "2";
    private static final String TRANSACTION = Caller.IN_TRANSACTION + "1";
    private static final String USUAL = "usual";
    private static final String OTHER = "other";

    /** Times are in milliseconds; a claim lasts 250. */
    private static final class Story {

        private final String key;
        private final List<KeyEvent> events = new ArrayList<>();
        private final List<String> effects = new ArrayList<>();
        private @Nullable String answer;

        Story(String key) {
            this.key = key;
        }

        Story event(Kind kind, String attempt, String variant, String detail, int from, int to) {
            events.add(new KeyEvent(
                    kind,
                    key,
                    attempt,
                    variant,
                    detail,
                    TimeUnit.MILLISECONDS.toNanos(from),
                    TimeUnit.MILLISECONDS.toNanos(to)));
            return this;
        }

        Story event(Kind kind, String attempt, String detail, int from, int to) {
            return event(kind, attempt, USUAL, detail, from, to);
        }

        Story entered(String attempt, int from, int to) {
            return event(Kind.ENTERED, attempt, "", from, to);
        }

        Story left(String attempt, int from, int to) {
            return event(Kind.LEFT, attempt, "", from, to);
        }

        Story phase(String attempt, String phase, int from, int to) {
            return event(Kind.RAN, attempt, phase, from, to).event(Kind.SAVED, attempt, phase, from, to + 1);
        }

        Story executed(String attempt, String answer, int from, int to) {
            return event(Kind.EXECUTED, attempt, answer, from, to);
        }

        Story replayed(String answer, int from, int to) {
            return event(Kind.REPLAYED, "reader", answer, from, to);
        }

        Story effect(String attempt) {
            effects.add(attempt);
            return this;
        }

        Story ends(String answer) {
            this.answer = answer;
            return this;
        }

        List<String> problems() {
            return new IdempotencyCheck(key, events, effects, answer).problems();
        }
    }

    private static String answer(String attempt, String... phases) {
        return new Receipt(USUAL, attempt, List.of(phases)).text();
    }

    /** Enters and does all phases. */
    private static Story work(Story story, String attempt, int from) {
        return story.entered(attempt, from, from + 1)
                .phase(attempt, "charge", from, from + 3)
                .phase(attempt, "ship", from, from + 5)
                .left(attempt, from, from + 7);
    }

    private static Story once() {
        return work(new Story(CLAIM), "a", 10).executed("a", answer("a", "a", "a"), 10, 20);
    }

    private static Story oneTransaction() {
        return new Story(TRANSACTION)
                .entered("a", 10, 11)
                .left("a", 10, 12)
                .effect("a")
                .executed("a", answer("a"), 10, 14)
                .ends(answer("a"));
    }

    /** The first one stands still after its first phase, and the second takes over. */
    private static Story takenOver() {
        return new Story(CLAIM)
                .entered("a", 10, 11)
                .phase("a", "charge", 10, 12)
                .entered("b", 600, 601)
                .phase("b", "ship", 600, 603)
                .left("b", 600, 604)
                .executed("b", answer("b", "a", "b"), 600, 606)
                .event(Kind.RAN, "a", "ship", 10, 900)
                .left("a", 10, 901)
                .event(Kind.LOST, "a", "", 10, 903)
                .ends(answer("b", "a", "b"));
    }

    static Stream<Arguments> sound() {
        return Stream.of(
                Arguments.of(
                        "done once and replayed",
                        once().replayed(answer("a", "a", "a"), 15, 30).ends(answer("a", "a", "a"))),
                Arguments.of("taken over from one who stood still", takenOver()),
                Arguments.of(
                        "cut off, with the effect of a phase that was not saved",
                        work(new Story(CLAIM).entered("a", 10, 11).event(Kind.RAN, "a", "charge", 10, 12), "b", 700)
                                .executed("b", answer("b", "b", "b"), 700, 720)
                                .ends(answer("b", "b", "b"))),
                Arguments.of(
                        "failed, and done again at once",
                        work(new Story(CLAIM).entered("a", 10, 11).left("a", 10, 12), "b", 13)
                                .executed("b", answer("b", "b", "b"), 13, 30)
                                .ends(answer("b", "b", "b"))),
                Arguments.of("in a transaction", oneTransaction()),
                Arguments.of(
                        "in a transaction of which nobody heard that it was committed",
                        new Story(TRANSACTION).entered("a", 10, 11).effect("a").ends(answer("a"))),
                Arguments.of(
                        "in a transaction, after one that was rolled back",
                        new Story(TRANSACTION)
                                .entered("a", 10, 11)
                                .entered("b", 20, 21)
                                .effect("b")
                                .executed("b", answer("b"), 20, 25)
                                .ends(answer("b"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sound")
    void problems_soundHistory_none(String name, Story story) {
        assertThat(story.problems()).isEmpty();
    }

    static Stream<Arguments> defects() {
        return Stream.of(
                Arguments.of(
                        "COMPLETED WHEN TAKEN OVER",
                        "completion without a look at the token",
                        takenOver().executed("a", answer("a", "a", "a"), 10, 905)),
                Arguments.of(
                        "SAVED WHEN TAKEN OVER",
                        "a phase saved without a look at the token",
                        takenOver().event(Kind.SAVED, "a", "ship", 10, 902)),
                Arguments.of(
                        "EXECUTED TWICE",
                        "an answer that was not kept",
                        once().executed("z", answer("a", "a", "a"), 30, 40).ends(answer("a", "a", "a"))),
                Arguments.of(
                        "DIFFERENT ANSWERS",
                        "an answer that was replaced",
                        once().replayed(answer("b", "a", "a"), 30, 40)
                                .entered("b", 5, 12)
                                .ends(answer("a", "a", "a"))),
                Arguments.of(
                        "DIFFERENT ANSWERS",
                        "an answer that was lost, and made anew in the end",
                        work(once(), "b", 700).ends(answer("b", "b", "b"))),
                Arguments.of(
                        "CLAIM BROKEN",
                        "a claim that is granted before its end",
                        work(new Story(CLAIM).entered("a", 10, 11), "b", 200)
                                .executed("b", answer("b", "b", "b"), 200, 220)
                                .ends(answer("b", "b", "b"))),
                Arguments.of(
                        "CLAIM BROKEN",
                        "a claim that another released",
                        work(takenOver().entered("c", 605, 606), "d", 620)),
                Arguments.of(
                        "MISMATCH ACCEPTED",
                        "fingerprints that are not compared",
                        once().event(Kind.REPLAYED, "reader", OTHER, answer("a", "a", "a"), 30, 40)
                                .ends(answer("a", "a", "a"))),
                Arguments.of(
                        "PHASE RAN WHEN SAVED",
                        "phases that are forgotten",
                        takenOver().event(Kind.RAN, "b", "charge", 600, 602)),
                Arguments.of(
                        "PHASE SAVED TWICE",
                        "phases that are forgotten",
                        takenOver().phase("b", "charge", 600, 602)),
                Arguments.of(
                        "PHASE REPLACED",
                        "an answer made of another's phase",
                        takenOver().event(Kind.RAN, "b", "charge", 600, 602).ends(answer("b", "b", "b"))),
                Arguments.of(
                        "PHASE INVENTED",
                        "a phase that nobody ran",
                        work(new Story(CLAIM), "a", 10).ends(answer("a", "a", "x"))),
                Arguments.of(
                        "RAN WHEN ANSWERED",
                        "a work that is let in after the answer",
                        once().entered("b", 30, 31).ends(answer("a", "a", "a"))),
                Arguments.of("INVENTED", "an answer of nobody", new Story(CLAIM).ends(answer("a", "a", "a"))),
                Arguments.of("STUCK", "a key that cannot be completed", work(new Story(CLAIM), "a", 10)),
                Arguments.of(
                        "EFFECT TWICE",
                        "an effect in a transaction of its own",
                        oneTransaction().entered("b", 5, 6).effect("b")),
                Arguments.of(
                        "EFFECT LOST",
                        "an answer in a transaction of its own",
                        new Story(TRANSACTION).entered("a", 10, 11).ends(answer("a"))),
                Arguments.of(
                        "EFFECT LOST",
                        "an effect of somebody else",
                        oneTransaction().entered("b", 5, 6).ends(answer("b"))));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("defects")
    void problems_defectiveHistory_found(String problem, String defect, Story story) {
        assertThat(story.problems()).anyMatch(text -> text.startsWith(problem + " "));
    }

    @Test
    void parse_lineOfAnEvent_isTheEvent() {
        KeyEvent event = new KeyEvent(Kind.RAN, "c-1", "a", USUAL, "charge", -5, 7);

        assertThat(KeyEvent.parse(event.line())).isEqualTo(event);
    }
}
