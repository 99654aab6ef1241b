package dev.seawall.outbox;

import dev.seawall.ResilienceException;
import org.jspecify.annotations.Nullable;

/**
 * A message can never be published or handled as it is: it is too large, names what does not exist, or cannot be read. It is set
 * aside at once, without further attempts.
 */
public final class PoisonMessageException extends ResilienceException {

    private static final long serialVersionUID = 1L;

    /**
     * This message can never be published or handled.
     *
     * @param message why, without the content
     * @param cause what led to it
     */
    public PoisonMessageException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
