package dev.seawall.saga;

import dev.seawall.payload.EncodedPayload;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Where sagas are kept, and one node's membership among the nodes that work on them. For those who write a store; users hand one
 * to an engine.
 *
 * <p><b>Owners:</b> at most one node works on a saga at a time. It gets it by starting it or by a {@linkplain #claim claim}, and
 * with it an epoch that no other owner of that saga has or will have. A {@linkplain #write write} changes something only if the
 * saga's epoch and rev are still the writer's, checked in the same statement: a node that stood still can change nothing once
 * another has taken over. A node is dead when it has not renewed its heartbeat in time, by the store's clock.
 *
 * <p><b>Clocks:</b> only the store's. What is due, late, or dead is never decided by comparing clocks of different machines.
 *
 * <p><b>Unknown outcomes:</b> if the connection fails while a write is committed, the store finds out what became of it before it
 * answers, for as long as that takes.
 *
 * <p><b>Threads:</b> all methods may be called by any number of threads. Those that answer a stage do not block; the others do.
 */
public interface SagaStore extends AutoCloseable {

    /** The answer to a start. */
    sealed interface Started {

        /**
         * It was stored, and this node owns it, unless it was started on a caller's connection.
         *
         * @param saga as stored
         */
        record Fresh(SagaRecord saga) implements Started {}

        /**
         * There is one with that key already; nothing was changed.
         *
         * @param saga as it is now
         */
        record Existing(SagaRecord saga) implements Started {}
    }

    /** The answer to a write. */
    enum Written {

        /** It is stored: rev has grown by one. */
        DONE,

        /** The same, and somebody wants the saga cancelled. */
        DONE_AND_CANCEL_REQUESTED,

        /** Nothing was changed: the saga has another owner, or an operator has intervened. */
        FENCED
    }

    /**
     * Work of a local step.
     *
     * @param <X> what it may throw besides
     */
    @FunctionalInterface
    interface LocalWork<X extends Exception> {

        /**
         * Does it.
         *
         * @param connection in a transaction; must not be committed, rolled back or closed
         * @return what to write about it, in the same transaction
         * @throws SQLException if the database refuses
         * @throws X if it cannot be done
         */
        SagaWrite on(Connection connection) throws SQLException, X;
    }

    /**
     * What an operator makes of a saga.
     *
     * @param status its new status
     * @param state its new state
     * @param progress its new progress
     * @param step where it is
     * @param reason why
     */
    record Change(
            SagaStatus status,
            EncodedPayload state,
            String progress,
            @Nullable String step,
            @Nullable String reason) {}

    /** Decides what an operator's action makes of a saga, from what the saga is under lock. */
    @FunctionalInterface
    interface Intervention {

        /**
         * Decides.
         *
         * @param saga as it is
         * @return what becomes of it; empty to leave it
         */
        Optional<Change> on(SagaRecord saga);
    }

    /**
     * Whether local steps can run here: whether {@link #inTransaction} and {@link #start(Connection, NewSaga)} have a database.
     *
     * @return {@code true} unless the store says otherwise
     */
    default boolean hasConnections() {
        return true;
    }

    /**
     * Joins the other nodes.
     *
     * @param wanted called, on a thread of the store, when there may be something to claim before one would look by oneself
     */
    void open(Runnable wanted);

    /**
     * Whether this node may go on with what it owns: {@code false} once it could not renew its heartbeat in time. Needs no round
     * trip.
     *
     * @return {@code true} while it is alive
     */
    boolean isAlive();

    /**
     * Starts a saga in a transaction of its own; this node then owns it, in epoch 1 with rev 0.
     *
     * @param saga which
     * @return what is stored under that key
     */
    CompletionStage<Started> start(NewSaga saga);

    /**
     * Starts a saga in the caller's transaction; it is due for any node when that commits.
     *
     * @param connection of the caller, in a transaction
     * @param saga which
     * @return what is stored under that key
     * @throws SQLException if the database refuses
     * @throws UnsupportedOperationException if the store has no such connections
     */
    Started start(Connection connection, NewSaga saga) throws SQLException;

    /**
     * Takes over sagas that are active and due, or whose owner is dead. Each gets this node as its owner and a new epoch. One
     * whose owner died has one recovery more.
     *
     * @param known which definitions this node can work on. A saga that is due and whose version no living node has named for
     *     ten minutes is parked by the store, with the version and its step as reason
     * @param most at most so many
     * @return what this node owns now
     */
    List<SagaRecord> claim(Collection<SagaVersion> known, int most);

    /**
     * How long until the next saga is due that somebody waits for.
     *
     * @return empty if there is none
     */
    Optional<Duration> nextDue();

    /**
     * Writes. May be combined with the writes of other sagas; a lone one is not held back for that, and may be done before this
     * returns.
     *
     * <p>A write that lets the saga wait may cross with what should wake it. So the saga is due at once, whatever the write says,
     * if a signal was stored since its last write that let it wait, or if it is {@link SagaStatus#RUNNING} and somebody wants it
     * cancelled. Waking it once too often does no harm.
     *
     * @param write what
     * @return ends exceptionally with a {@link SagaStoreException} if the database refuses the row itself, or the store is closed
     */
    CompletionStage<Written> write(SagaWrite write);

    /**
     * Runs a local step and writes what it answers, last, in one transaction.
     *
     * @param work what to do; runs once
     * @param <X> what it may throw besides
     * @return {@link Written#FENCED} if the transaction was rolled back for that reason
     * @throws SQLException if the database refuses; nothing was changed
     * @throws X what the work threw; nothing was changed
     * @throws UnsupportedOperationException if the store has no such connections
     */
    <X extends Exception> Written inTransaction(LocalWork<X> work) throws SQLException, X;

    /**
     * The signals of a saga that are not used up.
     *
     * @param key which
     * @return in the order in which they came
     */
    List<SagaSignal> signals(SagaKey key);

    /**
     * Stores a signal. If the saga waits, it is due at once.
     *
     * @param key which
     * @param name what the signal is called
     * @param payload what it brings
     * @return what became of it
     */
    SignalResult signal(SagaKey key, String name, EncodedPayload payload);

    /**
     * Notes that a saga should be cancelled. If it waits, it is due at once.
     *
     * @param key which
     * @param reason why
     * @return what became of it
     */
    CancelResult cancel(SagaKey key, String reason);

    /**
     * Looks at a saga.
     *
     * @param key which
     * @return as it is; empty if there is none
     */
    Optional<SagaRecord> find(SagaKey key);

    /**
     * Lists sagas.
     *
     * @param query which
     * @return the oldest first
     */
    List<SagaRecord> find(SagaQuery query);

    /**
     * What happened to a saga.
     *
     * @param key which
     * @return in order
     */
    List<SagaLogEntry> history(SagaKey key);

    /**
     * Lets an operator change a saga. Its owner, if it has one, is fenced off; it is due at once if it is active afterwards. The
     * action becomes a line of its history.
     *
     * @param key which
     * @param operator who
     * @param action what it is called, and why
     * @param change decides under lock
     * @return the saga afterwards; empty if there is none, or the decision was to leave it
     */
    Optional<SagaRecord> intervene(SagaKey key, String operator, SagaWrite.Entry action, Intervention change);

    /**
     * Counts.
     *
     * @return as it is now
     */
    SagaCounts counts();

    /**
     * Which versions have sagas that have not ended.
     *
     * @return each with the steps that its sagas are at
     */
    List<InUse> inUse();

    /**
     * A version that has sagas which have not ended.
     *
     * @param version which
     * @param step the step they are at
     * @param sagas how many
     */
    record InUse(SagaVersion version, @Nullable String step, long sagas) {}

    /** Leaves the other nodes: what this one owns may be claimed at once. Whoever works on it must have stopped. */
    @Override
    void close();
}
