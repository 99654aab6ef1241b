package dev.seawall.retry;

import dev.seawall.ResilienceException;
import org.jspecify.annotations.Nullable;

/**
 * Every attempt ran, and the last one returned a result that counts as a failure. Where an attempt throws, there is no need
 * for this: its own exception is thrown.
 *
 * <p>Exceptions of earlier attempts are suppressed on it. The message names the result's type, not its contents.
 */
public final class RetriesExhaustedException extends ResilienceException {

    private static final long serialVersionUID = 1L;

    private final String retry;
    private final int attempts;
    private final RetryEvent.Reason reason;
    private final transient @Nullable Object lastResult;

    RetriesExhaustedException(String retry, int attempts, RetryEvent.Reason reason, @Nullable Object lastResult) {
        super(
                "retry '" + retry + "' gave up after " + attempts + (attempts == 1 ? " attempt: " : " attempts: ")
                        + reason.text() + ", and the last one failed with " + Attempt.kind(lastResult, null)
                        + "; read it with lastResult(), or set onExhaustedResult(RETURN) to have it returned",
                null);
        this.retry = retry;
        this.attempts = attempts;
        this.reason = reason;
        this.lastResult = lastResult;
    }

    /**
     * The retry that gave up.
     *
     * @return its name
     */
    public String retry() {
        return retry;
    }

    /**
     * How many attempts were made.
     *
     * @return at least 1; rejected ones are included
     */
    public int attempts() {
        return attempts;
    }

    /**
     * Why there was no further attempt.
     *
     * @return the reason
     */
    public RetryEvent.Reason reason() {
        return reason;
    }

    /**
     * What the last attempt that ran returned.
     *
     * @return the result; {@code null} if it was {@code null}, or if this exception was serialized
     */
    public @Nullable Object lastResult() {
        return lastResult;
    }
}
