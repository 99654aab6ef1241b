package dev.seawall.outbox;

import dev.seawall.ResilienceException;
import org.jspecify.annotations.Nullable;

/** A publisher can publish nothing for now, for reasons that lie in no message: no connection, no right, no room. */
public final class PublisherUnavailableException extends ResilienceException {

    private static final long serialVersionUID = 1L;

    /**
     * Nothing can be published now.
     *
     * @param message what is missing, and what to do
     * @param cause what led to it
     */
    public PublisherUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
