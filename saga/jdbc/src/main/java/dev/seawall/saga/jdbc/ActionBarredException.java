package dev.seawall.saga.jdbc;

import dev.seawall.ResilienceException;

/** An action came after its compensation: it must not take effect any more, and has not. */
public final class ActionBarredException extends ResilienceException {

    private static final long serialVersionUID = 1L;

    ActionBarredException(String actionKey) {
        super(
                "the action " + actionKey
                        + " was compensated before it came: its saga has given it up. Answer the caller"
                        + " that it failed for good",
                null);
    }
}
