package dev.seawall.benchmarks.killrun;

import dev.seawall.benchmarks.killrun.KeyEvent.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Judges what was told about one key.
 *
 * <p>Of every key: one answer, the same for all and never to another request, of a work that was let in; at most one call that says
 * it executed; nobody let in who asked after an answer was known. In the transaction of the effect: one effect, that of the answer.
 * Under a claim, an execution that was cut off may have had its effects. But no one is let in while another's claim cannot have
 * lapsed, who was taken over completes and saves nothing, and what was saved is what the answer was made of, and does not run for
 * anyone who asks later.
 */
final class IdempotencyCheck {

    /** What clocks may differ by: the database's is not the one that orders events. */
    private static final long SLACK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final String key;
    private final List<KeyEvent> events;
    private final List<String> effects;
    private final @Nullable String finalAnswer;
    private final List<String> problems = new ArrayList<>();

    /**
     * A check.
     *
     * @param key which key
     * @param events what was told about it
     * @param effects the attempts whose effects were committed, if they are in the database
     * @param finalAnswer what is answered at the end; {@code null} if it could not be completed
     */
    IdempotencyCheck(String key, List<KeyEvent> events, List<String> effects, @Nullable String finalAnswer) {
        this.key = key;
        this.events = events;
        this.effects = effects;
        this.finalAnswer = finalAnswer;
    }

    List<String> problems() {
        if (finalAnswer == null) {
            problem("STUCK", "it could not be completed");
        }
        answers();
        lateEntries();
        if (key.startsWith(Caller.IN_TRANSACTION)) {
            effects();
        } else {
            claims();
            fences();
            phases();
        }
        return problems;
    }

    private void problem(String what, String why) {
        problems.add(what + " " + key + ": " + why);
    }

    private Stream<KeyEvent> of(Kind kind) {
        return events.stream().filter(event -> event.kind() == kind);
    }

    // ---- both modes

    private void answers() {
        Set<String> answers = new HashSet<>();
        if (finalAnswer != null) {
            answers.add(finalAnswer);
        }
        events.stream().filter(KeyEvent::isAnswer).forEach(event -> {
            answers.add(event.detail());
            if (!event.variant().equals(Receipt.parse(event.detail()).variant())) {
                problem("MISMATCH ACCEPTED", event.variant() + " was answered " + event.detail());
            }
        });
        if (answers.size() > 1) {
            problem("DIFFERENT ANSWERS", String.join(" | ", answers));
        }
        if (of(Kind.EXECUTED).count() > 1) {
            problem("EXECUTED TWICE", of(Kind.EXECUTED).toList().toString());
        }
        for (String answer : answers) {
            String attempt = Receipt.parse(answer).attempt();
            if (of(Kind.ENTERED).noneMatch(event -> event.attempt().equals(attempt))) {
                problem("INVENTED", "nobody ran for " + answer);
            }
        }
    }

    private void lateEntries() {
        long known = events.stream()
                .filter(KeyEvent::isAnswer)
                .mapToLong(KeyEvent::to)
                .min()
                .orElse(Long.MAX_VALUE);
        of(Kind.ENTERED)
                .filter(event -> event.from() > known)
                .forEach(event -> problem("RAN WHEN ANSWERED", event.toString()));
    }

    // ---- in the transaction of the effect

    private void effects() {
        if (effects.size() > 1) {
            problem("EFFECT TWICE", effects.toString());
        } else if (finalAnswer != null
                && !effects.equals(List.of(Receipt.parse(finalAnswer).attempt()))) {
            problem("EFFECT LOST", "answered " + finalAnswer + ", but the effects are " + effects);
        }
    }

    // ---- under a claim

    /** Two works that were let in, the second of whom had asked when the first was in. */
    private record Succession(KeyEvent first, KeyEvent second) {}

    private List<Succession> successions() {
        List<KeyEvent> entries = of(Kind.ENTERED).toList();
        List<Succession> all = new ArrayList<>();
        for (KeyEvent first : entries) {
            for (KeyEvent second : entries) {
                if (first.to() < second.from()) {
                    all.add(new Succession(first, second));
                }
            }
        }
        return all;
    }

    private void claims() {
        for (Succession pair : successions()) {
            long heldUntil = pair.first().from() + IdempotencyPlan.CLAIM_FOR.toNanos() - SLACK_NANOS;
            if (pair.second().to() < heldUntil
                    && leftAt(pair.first().attempt()) > pair.second().to()) {
                problem("CLAIM BROKEN", pair.second() + " while " + pair.first() + " held it");
            }
        }
    }

    private long leftAt(String attempt) {
        return of(Kind.LEFT)
                .filter(event -> event.attempt().equals(attempt))
                .mapToLong(KeyEvent::to)
                .findFirst()
                .orElse(Long.MAX_VALUE);
    }

    private void fences() {
        for (Succession pair : successions()) {
            String before = pair.first().attempt();
            long taken = pair.second().to();
            if (leftAt(before) > taken
                    && of(Kind.EXECUTED).anyMatch(event -> event.attempt().equals(before))) {
                problem("COMPLETED WHEN TAKEN OVER", before + ", by " + pair.second());
            }
            of(Kind.SAVED)
                    .filter(event -> event.attempt().equals(before) && ranAt(event) > taken)
                    .forEach(event -> problem("SAVED WHEN TAKEN OVER", event + ", by " + pair.second()));
        }
    }

    private long ranAt(KeyEvent saved) {
        return of(Kind.RAN)
                .filter(event -> event.attempt().equals(saved.attempt())
                        && event.detail().equals(saved.detail()))
                .mapToLong(KeyEvent::to)
                .findFirst()
                .orElse(Long.MIN_VALUE);
    }

    private void phases() {
        Map<String, KeyEvent> saved = new HashMap<>();
        of(Kind.SAVED).forEach(event -> {
            KeyEvent other = saved.put(event.detail(), event);
            if (other != null) {
                problem("PHASE SAVED TWICE", other + " and " + event);
            }
        });
        of(Kind.RAN).forEach(event -> {
            KeyEvent before = saved.get(event.detail());
            if (before != null && event.from() > before.to()) {
                problem("PHASE RAN WHEN SAVED", event + ", saved by " + before);
            }
        });
        if (finalAnswer != null) {
            madeOf(Receipt.parse(finalAnswer), saved);
        }
    }

    private void madeOf(Receipt answer, Map<String, KeyEvent> saved) {
        List<String> phases = Caller.phases(key);
        for (int i = 0; i < phases.size(); i++) {
            String phase = phases.get(i);
            String by = answer.phases().get(i);
            KeyEvent kept = saved.get(phase);
            if (kept != null && !kept.attempt().equals(by)) {
                problem("PHASE REPLACED", phase + " of " + kept.attempt() + " by that of " + by);
            }
            if (of(Kind.RAN)
                    .noneMatch(event ->
                            event.detail().equals(phase) && event.attempt().equals(by))) {
                problem("PHASE INVENTED", phase + " of " + by);
            }
        }
    }
}
