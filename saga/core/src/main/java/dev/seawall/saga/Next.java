package dev.seawall.saga;

import java.time.Duration;
import java.util.List;

/** What is to be done next, and the position that is to be written before. */
sealed interface Next<S> {

    Position<S> position();

    /** Run some code, all of it at once. */
    record Act<S>(Position<S> position, List<Job<S>> jobs) implements Next<S> {

        boolean isLocal() {
            return jobs.size() == 1 && jobs.get(0).isLocal();
        }
    }

    /** Look whether a signal has come. */
    record Look<S>(Position<S> position, Step.Await<S> step) implements Next<S> {}

    /** Let go, and come back later. */
    record Wait<S>(Position<S> position, Duration time) implements Next<S> {}

    /** It has ended, or is parked. */
    record End<S>(Position<S> position) implements Next<S> {}

    /**
     * An attempt to make.
     *
     * @param task of what
     * @param undoing whether of its compensation
     * @param mark the task's mark, from before the attempt
     */
    record Job<S>(Task<S> task, boolean undoing, Mark mark) {

        int attempt() {
            return mark.failures() + 1;
        }

        boolean isLocal() {
            return task.isLocal(undoing);
        }
    }
}
