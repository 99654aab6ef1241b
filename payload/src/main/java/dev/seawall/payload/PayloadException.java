package dev.seawall.payload;

import dev.seawall.ResilienceException;
import org.jspecify.annotations.Nullable;

/**
 * An object could not be written, or bytes could not be read. Trying again changes nothing; a new version of the code may. The
 * message never shows the content.
 */
public final class PayloadException extends ResilienceException {

    private static final long serialVersionUID = 1L;

    /** Why it could not be done. */
    public enum Reason {
        /** The name or the class of the type is not registered. */
        UNKNOWN_TYPE,
        /** It was written by newer code. */
        NEWER_VERSION,
        /** It was written by code so old that there is no way from there. */
        NO_UPCASTER,
        /** It has more bytes than allowed. */
        TOO_LARGE,
        /** The codec or an upcaster failed, or made something else. */
        MALFORMED
    }

    /** Why it could not be done. */
    private final Reason reason;

    PayloadException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /**
     * Why it could not be done.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
    }
}
