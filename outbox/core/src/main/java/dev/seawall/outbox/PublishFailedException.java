package dev.seawall.outbox;

import dev.seawall.ResilienceException;
import org.jspecify.annotations.Nullable;

/**
 * A message was not published this time, for a reason that may pass: its queue is full, or what it is sent to does not exist yet.
 * It is tried again later; other messages go on.
 */
public final class PublishFailedException extends ResilienceException {

    private static final long serialVersionUID = 1L;

    /**
     * This message was not published.
     *
     * @param message why, and what to do, without the content
     * @param cause what led to it
     */
    public PublishFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
