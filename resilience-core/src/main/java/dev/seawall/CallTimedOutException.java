package dev.seawall;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The answer did not come in time. The call was started and may still be running, and may have had its effect.
 *
 * <p>Its cause is what the call threw when it was interrupted, if it threw at all.
 */
public final class CallTimedOutException extends ResilienceException {

    private static final long serialVersionUID = 1L;

    private final String policy;
    private final Duration limit;

    CallTimedOutException(String policy, Duration limit, @Nullable Throwable cause) {
        super(
                "timeout '" + policy + "': no answer within " + Durations.format(limit)
                        + "; the call may still be running",
                cause);
        this.policy = policy;
        this.limit = limit;
    }

    /**
     * The policy that ended the answer.
     *
     * @return its name
     */
    public String policy() {
        return policy;
    }

    /**
     * How long this call was allowed to take: the policy's limit, or what the deadline had left of it.
     *
     * @return the time that was allowed
     */
    public Duration limit() {
        return limit;
    }
}
