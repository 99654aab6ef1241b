package dev.seawall.idempotency;

import dev.seawall.ResilienceException;

/**
 * The work ran, but its claim lapsed meanwhile and is another's by now, so its result was not stored: the outcome of who took over
 * is the outcome of the request. Send the request again with the same key to get it. That the work ran twice, in part or in
 * whole, could not be kept from happening; {@link Execution#once} makes the parts small.
 */
public final class ClaimLostException extends ResilienceException {

    private static final long serialVersionUID = 1L;

    ClaimLostException(Key key) {
        super(
                "the claim of " + key
                        + " lapsed while its work ran, and was taken over: the result was not stored. Send the "
                        + "request again to get the outcome; give claims more time if this happens often",
                null);
    }
}
