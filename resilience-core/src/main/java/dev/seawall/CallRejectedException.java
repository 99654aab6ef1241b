package dev.seawall;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A policy did not let the call run, so it is safe to try elsewhere or later.
 *
 * <p>Rejections are frequent exactly when a service has no time to spare: they carry no stack trace, take no suppressed
 * exceptions, and build their message only when it is read.
 */
public abstract class CallRejectedException extends ResilienceException {

    private static final long serialVersionUID = 1L;

    /** Stands for "cannot tell when to come back". */
    protected static final long NO_HINT = -1;

    private final String policy;
    private final transient @Nullable Scope scope;
    private final long retryAfterNanos;

    /**
     * Makes a rejection.
     *
     * @param policy name of the policy that rejected the call
     * @param scope the pipeline the call came through; {@code null} for a permit asked for by hand
     * @param retryAfterNanos when it makes sense to come back, in nanoseconds, or {@link #NO_HINT}
     */
    protected CallRejectedException(String policy, @Nullable Scope scope, long retryAfterNanos) {
        super(null);
        this.policy = policy;
        this.scope = scope;
        this.retryAfterNanos = retryAfterNanos;
    }

    /**
     * Says who rejected the call, why, and the numbers that decided.
     *
     * @return one sentence, without the time to come back
     */
    public abstract String reason();

    /**
     * The policy that rejected the call.
     *
     * @return its name
     */
    public final String policy() {
        return policy;
    }

    /**
     * How long to wait before a new try makes sense, as seen when the call was rejected.
     *
     * @return the wait, never negative; empty if the policy cannot tell
     */
    public final Optional<Duration> retryAfter() {
        return retryAfterNanos < 0 ? Optional.empty() : Optional.of(Duration.ofNanos(retryAfterNanos));
    }

    /**
     * {@link #reason()}, and when to come back if that is known.
     *
     * @return the message, built anew on each call
     */
    @Override
    public final String getMessage() {
        return retryAfterNanos < 0
                ? reason()
                : reason() + "; try again in " + Durations.format(Duration.ofNanos(retryAfterNanos));
    }

    @Nullable
    Scope scope() {
        return scope;
    }
}
