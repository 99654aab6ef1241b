package dev.seawall.saga;

import dev.seawall.ResilienceException;

/** The attempt no longer counts: its time is over, or another node has taken over the saga. */
public final class SagaLostException extends ResilienceException {

    private static final long serialVersionUID = 1;

    SagaLostException(String message) {
        super(message, null);
    }
}
