package dev.seawall;

import org.jspecify.annotations.Nullable;

/** The time for the answer was over before the call could start. */
public final class DeadlineExpiredException extends CallRejectedException {

    private static final long serialVersionUID = 1L;

    DeadlineExpiredException(String policy, @Nullable Scope scope) {
        super(policy, scope, NO_HINT);
    }

    @Override
    public String reason() {
        return "'" + policy() + "' did not start the call: its deadline had already passed";
    }
}
