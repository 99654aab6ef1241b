package dev.seawall.saga;

import dev.seawall.Backoff;
import java.sql.Connection;
import java.time.Duration;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is done and can be undone: all of a plain step, or a branch of a parallel one.
 *
 * @param name of the step or the branch
 * @param action what it does
 * @param undo how that is undone; {@code null} if it need not be
 * @param timeout of one attempt
 * @param retry of the action
 * @param undoRetry of the compensation
 * @param isFinal which failures of the action make further attempts pointless, and mean that it had no effect
 * @param onUndoFailure what happens when the compensation has failed for good
 * @param fold makes the new state of the old one and the result
 * @param keepsResult whether the result is kept for the compensation
 */
record Task<S>(
        String name,
        Action<S> action,
        @Nullable Undo<S> undo,
        Duration timeout,
        Retries retry,
        Retries undoRetry,
        Predicate<Throwable> isFinal,
        OnCompensationFailure onUndoFailure,
        BiFunction<S, @Nullable Object, S> fold,
        boolean keepsResult) {

    /** How often something is tried, and how long is waited in between. */
    record Retries(Backoff backoff, int attempts) {

        static final int FOR_EVER = Integer.MAX_VALUE;

        boolean allows(int attempt) {
            return attempts == FOR_EVER || attempt <= attempts;
        }
    }

    /** What is done: elsewhere, or in a transaction here. */
    sealed interface Action<S> {

        record Remote<S>(SagaAction<S, ?> code) implements Action<S> {}

        record Local<S>(LocalAction<S> code) implements Action<S> {}
    }

    /** How it is undone: elsewhere, or in a transaction here. */
    sealed interface Undo<S> {

        /** Undoes something elsewhere. */
        record Remote<S>(Code<S> code) implements Undo<S> {}

        record Local<S>(LocalCompensation<S> code) implements Undo<S> {}

        /** The common form of steps' and branches' compensations. */
        @FunctionalInterface
        interface Code<S> {
            void undo(S state, @Nullable Object result, SagaContext context) throws Exception;
        }
    }

    boolean isLocal(boolean undoing) {
        return undoing ? undo instanceof Undo.Local<S> : action instanceof Action.Local<S>;
    }

    Retries retries(boolean undoing) {
        return undoing ? undoRetry : retry;
    }

    /** Calls the user's code for one attempt; a local one gets the connection. */
    @Nullable
    Object call(boolean undoing, S state, @Nullable Object result, SagaContext context, @Nullable Connection connection)
            throws Exception {
        if (!undoing) {
            return action instanceof Action.Remote<S> remote
                    ? remote.code().run(state, context)
                    : ((Action.Local<S>) action).code().run(state, connected(connection));
        }
        if (undo instanceof Undo.Remote<S> remote) {
            remote.code().undo(state, result, context);
        } else if (undo instanceof Undo.Local<S> local) {
            local.code().undo(state, connected(connection));
        }
        return null;
    }

    private static Connection connected(@Nullable Connection connection) {
        if (connection == null) {
            throw new IllegalStateException("a local step runs in a transaction only");
        }
        return connection;
    }
}
