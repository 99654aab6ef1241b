package dev.seawall.saga;

import dev.seawall.ResilienceException;
import org.jspecify.annotations.Nullable;

/** The store of sagas could not do what it was asked for; nothing was changed. */
public class SagaStoreException extends ResilienceException {

    private static final long serialVersionUID = 1;

    /**
     * Makes one.
     *
     * @param message what could not be done
     * @param cause why
     */
    public SagaStoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
