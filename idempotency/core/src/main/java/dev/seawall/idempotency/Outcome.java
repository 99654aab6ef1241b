package dev.seawall.idempotency;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What became of a request.
 *
 * @param <T> what it is answered with
 */
public sealed interface Outcome<T extends @Nullable Object> {

    /**
     * The answer, whether it is new or was stored.
     *
     * @return the answer
     * @throws RequestInProgressException if it is not there yet
     * @throws KeyReusedException if the key belongs to another request
     */
    T valueOrThrow();

    /**
     * The work was run now.
     *
     * @param value its result, which is stored
     * @param <T> type of the value
     */
    record Executed<T extends @Nullable Object>(T value) implements Outcome<T> {
        @Override
        public T valueOrThrow() {
            return value;
        }

        /** Shows no answer: it may be a secret. */
        @Override
        public String toString() {
            return "Executed";
        }
    }

    /**
     * The work was done before; nothing was run.
     *
     * @param value the stored answer
     * @param <T> type of the value
     */
    record Replayed<T extends @Nullable Object>(T value) implements Outcome<T> {
        @Override
        public T valueOrThrow() {
            return value;
        }

        /** Shows no answer: it may be a secret. */
        @Override
        public String toString() {
            return "Replayed";
        }
    }

    /**
     * The same request is being worked on by another thread or node; nothing was run.
     *
     * @param retryAfter when its claim lapses at the latest, unless it is renewed: until then the answer will be there, or the
     *     request can be taken over
     * @param <T> type of the missing value
     */
    record InProgress<T extends @Nullable Object>(Duration retryAfter) implements Outcome<T> {
        @Override
        public T valueOrThrow() {
            throw new RequestInProgressException("idempotency", null, retryAfter);
        }
    }

    /**
     * The key came before with another fingerprint; nothing was run.
     *
     * @param <T> type of the missing value
     */
    record Mismatch<T extends @Nullable Object>() implements Outcome<T> {
        @Override
        public T valueOrThrow() {
            throw new KeyReusedException("idempotency", null);
        }
    }
}
