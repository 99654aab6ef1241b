package dev.seawall;

import org.jspecify.annotations.Nullable;

/**
 * Sees calls and their attempts start and end: what timers and spans are made of. A pipeline has at most one, and none
 * unless it is built with one.
 *
 * <p>Both methods run on the thread that starts the call or attempt; {@link Observation#ended} on the one that ends it.
 * Implementations must be safe for any number of threads and fast; one that throws is logged and changes nothing.
 */
public interface CallObserver {

    /** What an observer keeps of one call or attempt. */
    @FunctionalInterface
    interface Observation {

        /** Watches nothing. */
        Observation NONE = (result, failure) -> {};

        /**
         * Takes the end. Called once, unless the asynchronous work never ends.
         *
         * @param result what it returned, if it did
         * @param failure what it threw, if it did
         */
        void ended(@Nullable Object result, @Nullable Throwable failure);
    }

    /**
     * A call enters the pipeline.
     *
     * @param pipeline the pipeline's name
     * @param subject what the call is about, if the caller said so
     * @return told when the caller gets its answer
     */
    default Observation callStarted(String pipeline, @Nullable Object subject) {
        return Observation.NONE;
    }

    /**
     * The user's own code is about to run, for the first time or again. What it then throws is seen as it is: where a time
     * limit ended it, that is an interruption, and only the call ends in a {@link CallTimedOutException}.
     *
     * @param pipeline the pipeline's name
     * @param subject what the call is about, if the caller said so
     * @return told when the user's code, or the stage it returned, has ended
     */
    default Observation attemptStarted(String pipeline, @Nullable Object subject) {
        return Observation.NONE;
    }
}
