package dev.seawall.saga;

import dev.seawall.payload.EncodedPayload;
import org.jspecify.annotations.Nullable;

/**
 * How far one step or branch is.
 *
 * @param name of the step or branch
 * @param phase how far
 * @param failures how many attempts of what is under way have failed
 * @param inDoubt whether an attempt of what is under way may have had effect
 * @param result what a branch answered
 */
record Mark(
        String name,
        Phase phase,
        int failures,
        boolean inDoubt,
        @Nullable EncodedPayload result) {

    /** The phases, in the words of the stored form. */
    enum Phase {
        /** Its condition does not hold. */
        SKIPPED,
        /** It is intended, under way, or waits for the next attempt. */
        BEGUN,
        /** It took effect. */
        DONE,
        /** It was given up and may have had effect. */
        DOUBTFUL,
        /** It was given up and had no effect. */
        FAILED,
        /** Its compensation is intended, under way, or waits for the next attempt. */
        UNDOING,
        /** It has no effect any more. */
        UNDONE,
        /** Its compensation has failed for good. */
        STUCK
    }

    static Mark of(String name, Phase phase) {
        return new Mark(name, phase, 0, false, null);
    }

    /** Whether the way forward goes on behind it. */
    boolean isPassed() {
        return phase == Phase.DONE || phase == Phase.SKIPPED;
    }

    /** Whether there is something to undo, or may be. */
    boolean hasEffect() {
        return phase == Phase.DONE || phase == Phase.DOUBTFUL || phase == Phase.UNDOING;
    }

    boolean isUnderWay() {
        return phase == Phase.BEGUN || phase == Phase.UNDOING;
    }

    /** In the next phase, with no attempts yet. */
    Mark to(Phase next) {
        return new Mark(name, next, 0, false, result);
    }

    Mark withResult(@Nullable EncodedPayload made) {
        return new Mark(name, phase, failures, inDoubt, made);
    }

    Mark failed(boolean mayHaveHadEffect) {
        return new Mark(name, phase, failures + 1, inDoubt || mayHaveHadEffect, result);
    }

    Mark doubted() {
        return inDoubt ? this : new Mark(name, phase, failures, true, result);
    }

    /** The first attempt again, but the doubt stays. */
    Mark again() {
        return new Mark(name, phase, 0, inDoubt, result);
    }
}
