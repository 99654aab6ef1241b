package dev.seawall.idempotency;

import dev.seawall.CallRejectedException;
import dev.seawall.Durations;
import dev.seawall.Scope;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The same request is being worked on elsewhere, so it was not run again here. Come back after {@link #retryAfter()} for its
 * answer. An HTTP server answers 409 with {@code Retry-After}.
 */
public final class RequestInProgressException extends CallRejectedException {

    private static final long serialVersionUID = 1L;

    RequestInProgressException(String policy, @Nullable Scope scope, Duration retryAfter) {
        super(policy, scope, Math.max(0, Durations.toNanos(retryAfter)));
    }

    @Override
    public String reason() {
        return "'" + policy() + "' did not run the request: one with the same key is in progress";
    }
}
