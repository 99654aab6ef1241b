package dev.seawall.ratelimiter;

import dev.seawall.CallRejectedException;
import dev.seawall.Durations;
import dev.seawall.Scope;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A rate limiter did not let the call start. {@link #retryAfter()} says when its permits would have been there; it is empty if
 * they never can be.
 */
public final class RateLimitedException extends CallRejectedException {

    private static final long serialVersionUID = 1L;

    /** Why there were no permits. */
    enum Why {
        OVER_LIMIT,
        DEADLINE,
        QUEUE_FULL,
        TOO_MANY,
        CLOSED,
        UNAVAILABLE
    }

    private final Why why;
    private final long permits;
    private final transient Plan plan;
    private final long number;

    /**
     * Makes a rejection.
     *
     * @param waitNanos how long the call would have to wait
     * @param number of permits that can be had at most, for {@code TOO_MANY}
     */
    RateLimitedException(
            String limiter, @Nullable Scope scope, Why why, long permits, Plan plan, long waitNanos, long number) {
        super(limiter, scope, waitNanos);
        this.why = why;
        this.permits = permits;
        this.plan = plan;
        this.number = number;
    }

    static RateLimitedException tooMany(String limiter, @Nullable Scope scope, long permits, Plan plan, long most) {
        return new RateLimitedException(limiter, scope, Why.TOO_MANY, permits, plan, NO_HINT, most);
    }

    static RateLimitedException closed(String limiter, @Nullable Scope scope, long permits, Plan plan) {
        return new RateLimitedException(limiter, scope, Why.CLOSED, permits, plan, NO_HINT, 0);
    }

    /**
     * How many permits were asked for.
     *
     * @return at least 1
     */
    public long permits() {
        return permits;
    }

    @Override
    public String reason() {
        String wanted = permits == 1 ? "a permit" : permits + " permits";
        return "rate limiter '" + policy() + "' (" + limits() + ") "
                + switch (why) {
                    case OVER_LIMIT ->
                        "has " + wanted + " in " + hint() + ", and a call waits at most "
                                + Durations.format(plan.config.maxWait());
                    case DEADLINE -> "has " + wanted + " in " + hint() + ", after the call's deadline";
                    case QUEUE_FULL ->
                        "has " + wanted + " in " + hint() + ", and " + plan.config.queue() + " calls wait already";
                    case TOO_MANY -> "never has " + wanted + " at once, but " + number + " at most";
                    case CLOSED -> "ended the wait for " + wanted + ": its runtime was closed";
                    case UNAVAILABLE -> "cannot tell whether it has " + wanted + ": its store does not answer";
                };
    }

    private String limits() {
        List<Limit> limits = plan.config.limits();
        return limits.stream().map(Limit::toString).collect(Collectors.joining("; "));
    }

    private String hint() {
        return Durations.format(retryAfter().orElse(Duration.ZERO));
    }
}
