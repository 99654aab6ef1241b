package dev.seawall;

import org.jspecify.annotations.Nullable;

/**
 * The thread was interrupted while a policy was waiting on its behalf, between attempts or for a permit. The thread's
 * interrupt flag is set again. The unchecked form of {@link InterruptedException}.
 */
public final class CallInterruptedException extends ResilienceException {

    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception; the caller sets the interrupt flag.
     *
     * @param policy name of the policy that was waiting
     * @param waitingFor what it was waiting for, to follow "while waiting for"
     * @param cause the interruption, or what the call threw last
     */
    public CallInterruptedException(String policy, String waitingFor, @Nullable Throwable cause) {
        super("'" + policy + "' was interrupted while waiting for " + waitingFor, cause);
    }
}
