package dev.seawall.idempotency;

import dev.seawall.Call;
import org.jspecify.annotations.Nullable;

/**
 * Work that runs under a claim, as the work itself sees it.
 *
 * <p><b>Threads:</b> safe for any number of threads, as long as each phase has a name of its own.
 */
public sealed interface Execution permits Attempt {

    /**
     * Runs a phase of the work, unless an earlier attempt at the same request has done it: then its stored result is returned. A
     * crash between the phase and the storing of its result lets it run again; so does a store that is down, if the work was told
     * to {@linkplain Idempotency.WhenDown#FAIL_OPEN go on} then. An exception of the phase stores nothing.
     *
     * <p>A result that cannot be written, because it is too large or of an unknown class, is returned all the same; a later attempt
     * gets an {@link AnswerLostException} then, and does not run the phase.
     *
     * @param point name of the phase, the same in each attempt and each version of the code: 1 to 100 visible ASCII characters
     * @param phase run on this thread, at most once
     * @param <T> its result, of a registered type
     * @param <X> what it may throw
     * @return the result
     * @throws X if the phase throws it
     * @throws ClaimLostException if the claim is another's by now; the work should end
     * @throws IdempotencyStoreException if the result could not be stored. The phase has run, and runs again in a later attempt
     * @throws IllegalStateException if there are {@value #MOST_POINTS} points already
     */
    <T extends @Nullable Object, X extends Exception> T once(String point, Call<T, X> phase) throws X;

    /** How many points one request may have. */
    int MOST_POINTS = 100;

    /**
     * Whether the claim is still held, as far as can be known without asking the store: it has not been lost, and it was renewed
     * in time. The answer may be out of date at once; the store decides when the result is stored.
     *
     * @return {@code false} also if the work runs without a claim because the store is down
     */
    boolean isOwner();

    /**
     * Whether the claim of another lapsed before this attempt: it may have run a part of the work, and may still be at it.
     *
     * @return {@code true} after a take-over
     */
    boolean takenOver();
}
