package dev.seawall.saga.jdbc;

import dev.seawall.saga.NewSaga;
import dev.seawall.saga.SagaKey;
import dev.seawall.saga.SagaStore.Started;
import dev.seawall.saga.SagaStore.Written;
import dev.seawall.saga.SagaWrite;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A write or a start on its way to the database. It belongs to one thread at a time: to the queue, or to the writer that has taken
 * it.
 *
 * @param <T> the answer
 */
abstract class Pending<T> {

    final CompletableFuture<T> future = new CompletableFuture<>();
    final long since;

    /** Whether it may be in the database already: an attempt ended without an answer. */
    boolean inDoubt;

    /** Whether it goes by itself: it was in a batch that the database refused, because of this one or of another. */
    boolean alone;

    /** How often it was tried in vain. */
    int attempts;

    /** When it may be tried again. */
    long notBefore;

    /** What became of it; {@code null} until that is known. */
    private @Nullable T answer;

    Pending(long since) {
        this.since = since;
    }

    abstract SagaKey key();

    abstract long size();

    void answer(T answer) {
        this.answer = answer;
    }

    boolean isAnswered() {
        return answer != null;
    }

    /** Tells whoever waits. No lock may be held, and nothing of the saga be under way: what follows may write it again. */
    void tell() {
        if (answer != null) {
            future.complete(answer);
        }
    }

    @Override
    public String toString() {
        return key() + (alone ? ", alone" : "") + (inDoubt ? ", in doubt" : "") + ", attempts: " + attempts;
    }

    static final class Write extends Pending<Written> {

        final SagaWrite write;

        Write(SagaWrite write, long since) {
            super(since);
            this.write = write;
        }

        @Override
        SagaKey key() {
            return write.key();
        }

        @Override
        long size() {
            return (long) write.state().size() + write.progress().length();
        }
    }

    static final class Start extends Pending<Started> {

        final NewSaga saga;
        final String node;

        /** Tells this start from all others of that key. */
        final long token;

        Start(NewSaga saga, String node, long token, long since) {
            super(since);
            this.saga = saga;
            this.node = node;
            this.token = token;
        }

        @Override
        SagaKey key() {
            return saga.key();
        }

        @Override
        long size() {
            return (long) saga.state().size() + saga.progress().length();
        }
    }
}
