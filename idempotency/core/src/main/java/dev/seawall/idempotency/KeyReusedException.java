package dev.seawall.idempotency;

import dev.seawall.CallRejectedException;
import dev.seawall.Scope;
import org.jspecify.annotations.Nullable;

/**
 * The key came before with a different request, so this one was not run: the caller must take a new key. Trying again changes
 * nothing. An HTTP server answers 422.
 */
public final class KeyReusedException extends CallRejectedException {

    private static final long serialVersionUID = 1L;

    KeyReusedException(String policy, @Nullable Scope scope) {
        super(policy, scope, NO_HINT);
    }

    @Override
    public String reason() {
        return "'" + policy()
                + "' did not run the request: its key was used for a different one; send it with a new key";
    }
}
