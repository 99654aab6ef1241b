package dev.seawall.benchmarks.killrun;

import dev.seawall.test.SeededRandom;

/** What the seed has in store for the code of a saga. All processes and the check know it, and nobody writes it down. */
record SagaFate(long seed) {

    /** How a task goes. */
    enum Action {
        GOES_WELL,
        /** Fails twice, before it had effect. */
        FAILS_FIRST,
        /** Had effect, and fails once all the same. */
        FAILS_AFTERWARDS,
        /** Has its effect when its time is over. */
        COMES_LATE,
        /** Fails for good. */
        DECLINES,
        /** Is called once, comes late, and in the meantime the second attempt fails for good. */
        DECLINES_IN_DOUBT,
        /** Had effect, and fails however often it is tried. */
        NEVER_TELLS;

        boolean isForGood() {
            return this == DECLINES || this == DECLINES_IN_DOUBT || this == NEVER_TELLS;
        }
    }

    /** How its compensation goes. */
    enum Undo {
        GOES_WELL,
        FAILS_FIRST,
        FAILS_AFTERWARDS,
        COMES_LATE,
        /** Fails for good. */
        STUCK
    }

    private SeededRandom of(String saga, String what) {
        return new SeededRandom(seed ^ (31L * saga.hashCode()) ^ ((long) what.hashCode() << 32));
    }

    /** One task in ten does not go well. Behind the pivot nothing fails for good. */
    Action action(SagaShape shape, String saga, String task) {
        int place = shape.placeOf(task);
        double chance = of(saga, task).nextDouble();
        if (chance < 0.9) {
            return Action.GOES_WELL;
        }
        if (chance < 0.925) {
            return Action.FAILS_FIRST;
        }
        if (chance < 0.94) {
            return Action.FAILS_AFTERWARDS;
        }
        if (chance < 0.95) {
            return Action.COMES_LATE;
        }
        if (place > shape.pivot()) {
            return Action.FAILS_AFTERWARDS;
        }
        if (chance < 0.98 || place == shape.pivot()) {
            return Action.DECLINES;
        }
        return chance < 0.99 ? Action.DECLINES_IN_DOUBT : Action.NEVER_TELLS;
    }

    Undo undo(String saga, String task) {
        double chance = of(saga, task + "/undo").nextDouble();
        if (chance < 0.85) {
            return Undo.GOES_WELL;
        }
        if (chance < 0.9) {
            return Undo.FAILS_FIRST;
        }
        if (chance < 0.95) {
            return Undo.FAILS_AFTERWARDS;
        }
        return chance < 0.98 ? Undo.COMES_LATE : Undo.STUCK;
    }

    boolean isCancelled(String saga) {
        return of(saga, "cancel").chance(0.05);
    }

    /** Whether a signal comes at once, rather than after a while. */
    boolean isSignalledEarly(String saga) {
        return of(saga, "signal").chance(0.5);
    }

    /** Whether a signal for which nobody waits long comes at all. */
    boolean isSignalledAtAll(String saga) {
        return of(saga, "hasty").chance(0.7);
    }

    /** Whether it is started on a connection of the application's. */
    boolean isStartedInTransaction(String saga) {
        return of(saga, "start").chance(0.3);
    }

    /** Whether something up to the pivot fails for good, so that it cannot be completed. */
    boolean cannotComplete(SagaShape shape, String saga) {
        return shape.places().stream()
                .flatMap(place -> place.tasks().stream())
                .filter(task -> shape.placeOf(task) <= shape.pivot())
                .anyMatch(task -> action(shape, saga, task).isForGood());
    }

    /** Whether it may be compensated. */
    boolean mayTurnBack(SagaShape shape, String saga) {
        return cannotComplete(shape, saga)
                || isCancelled(saga)
                || shape.hasDeadline()
                || shape.has(SagaShape.Kind.HASTY_SIGNAL, shape.pivot());
    }

    /** Whether a human may be asked: a compensation fails for good, or a pivot declines of which it is not known what it did. */
    boolean mayBeParked(SagaShape shape, String saga) {
        boolean stuck = shape.places().stream()
                .flatMap(place -> place.tasks().stream())
                .anyMatch(task -> shape.placeOf(task) < shape.pivot() && undo(saga, task) == Undo.STUCK);
        boolean declines = shape.pivot() < shape.places().size()
                && shape.places().get(shape.pivot()).tasks().stream()
                        .anyMatch(task -> action(shape, saga, task).isForGood());
        return declines || (stuck && mayTurnBack(shape, saga));
    }
}
