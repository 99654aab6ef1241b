package dev.seawall.benchmarks.killrun;

import dev.seawall.saga.SagaStatus;
import java.util.List;

/**
 * What is known about one saga when all has come to rest.
 *
 * @param definition the name of its shape
 * @param reason why it was compensated or parked; empty without one
 * @param isOwned whether a node still has it
 * @param effects of its tasks, in order
 * @param lines of its history, in order
 */
record SagaStory(
        String definition,
        String id,
        SagaStatus status,
        String state,
        String reason,
        boolean isOwned,
        List<Effect> effects,
        List<Line> lines) {

    /** What a call did at the participant, or a local step here. */
    enum Deed {
        /** The task took effect. */
        DONE,
        /** The effect was undone. */
        UNDONE,
        /** A call that came again and did nothing. */
        AGAIN,
        /** A compensation that had nothing to undo. */
        VOID,
        /** A task that came after its compensation and did nothing. */
        BARRED;

        boolean changesSomething() {
            return this == DONE || this == UNDONE;
        }
    }

    /**
     * One of these.
     *
     * @param at microseconds, by the database
     */
    record Effect(long at, String task, Deed deed) {}

    /**
     * A line of the history.
     *
     * @param at microseconds, by the database
     * @param step empty if of none
     */
    record Line(long rev, long at, long epoch, String step, String kind) {}

    List<Effect> changes() {
        return effects.stream()
                .filter(effect -> effect.deed().changesSomething())
                .toList();
    }

    @Override
    public String toString() {
        return definition + "/" + id + " " + status + " '" + state + "' " + reason + " " + effects + " " + lines;
    }
}
