package dev.seawall.saga;

import dev.seawall.ResilienceException;

/** There is a saga with that id already, and it was started with another input. Nothing was changed. */
public final class SagaExistsException extends ResilienceException {

    private static final long serialVersionUID = 1;

    /** Which saga. */
    private final transient SagaKey key;

    SagaExistsException(SagaKey key) {
        super("saga " + key + " exists and was started with another input: use another id", null);
        this.key = key;
    }

    /**
     * Which saga.
     *
     * @return its key
     */
    public SagaKey key() {
        return key;
    }
}
