package dev.seawall.example;

import dev.seawall.CallRejectedException;
import dev.seawall.Scope;

/** So many calls are in flight that one more was not started. */
final class LimitReachedException extends CallRejectedException {

    private static final long serialVersionUID = 1L;

    private final int limit;

    LimitReachedException(String policy, Scope scope, int limit) {
        super(policy, scope, NO_HINT);
        this.limit = limit;
    }

    @Override
    public String reason() {
        return "'" + policy() + "' did not start the call: " + limit + " of " + limit + " are in flight";
    }
}
