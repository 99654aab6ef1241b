package dev.seawall.outbox.webhook;

import dev.seawall.ResilienceException;
import org.jspecify.annotations.Nullable;

/** A webhook is not genuine, or was sent too long ago. The message shows nothing of it. */
public final class WebhookSignatureException extends ResilienceException {

    private static final long serialVersionUID = 1L;

    WebhookSignatureException(String message, @Nullable Throwable cause) {
        super("webhook refused: " + message, cause);
    }
}
