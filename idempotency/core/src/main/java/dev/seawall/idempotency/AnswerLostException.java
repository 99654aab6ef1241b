package dev.seawall.idempotency;

import dev.seawall.ResilienceException;
import org.jspecify.annotations.Nullable;

/**
 * The request was done, but its answer cannot be given again: it was too large or could not be written when it was done, or it
 * cannot be decrypted. The work does not run again as long as the record is kept.
 */
public final class AnswerLostException extends ResilienceException {

    private static final long serialVersionUID = 1L;

    AnswerLostException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    static AnswerLostException notKept(Key key) {
        return new AnswerLostException(
                key + " was done, but its answer could not be kept: look for the effect where it is", null);
    }
}
