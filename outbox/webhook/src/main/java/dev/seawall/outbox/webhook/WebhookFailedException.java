package dev.seawall.outbox.webhook;

import dev.seawall.ResilienceException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An endpoint has answered that it did not take a webhook, and may take it later. */
public final class WebhookFailedException extends ResilienceException {

    private static final long serialVersionUID = 1L;

    /** What it answered. */
    private final int status;

    /** When it wants to be asked again. */
    private final @Nullable Duration retryAfter;

    WebhookFailedException(WebhookEndpoint endpoint, int status, @Nullable Duration retryAfter) {
        super(
                endpoint + " answered " + status
                        + (retryAfter == null ? "" : ", to be asked again after " + retryAfter.toSeconds() + " s"),
                null);
        this.status = status;
        this.retryAfter = retryAfter;
    }

    /**
     * What the endpoint answered.
     *
     * @return an HTTP status
     */
    public int status() {
        return status;
    }

    /**
     * When the endpoint wants to be asked again, for {@link dev.seawall.RetryAfter#fromException}.
     *
     * @return the {@code Retry-After} header if it is a number of seconds
     */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
