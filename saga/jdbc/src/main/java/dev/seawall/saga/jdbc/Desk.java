package dev.seawall.saga.jdbc;

import dev.seawall.Durations;
import dev.seawall.jdbc.DedicatedConnection;
import dev.seawall.jdbc.Dialect;
import dev.seawall.saga.SagaRecord;
import dev.seawall.saga.SagaStore.Started;
import dev.seawall.saga.SagaStore.Written;
import dev.seawall.saga.SagaStoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection, on which batches are written. It never waits for one saga: what cannot be written now comes back after the others.
 *
 * <p><b>Threads:</b> used by the one thread that has taken it from the queue.
 */
final class Desk {

    private static final Logger LOG = LoggerFactory.getLogger(Desk.class);

    private static final long SHORTEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int MOST_LOOKS = 10;

    /** What depends on the connection. */
    private record Link(DedicatedConnection own, Batch batch, SagaRows rows, Sql sql) {

        Connection connection() {
            return own.connection();
        }
    }

    private final StoreSettings settings;
    private final DataSource dataSource;
    private final Figures figures;
    private final int number;
    private @Nullable Link link;
    private boolean failing;

    Desk(StoreSettings settings, DataSource dataSource, Figures figures, int number) {
        this.settings = settings;
        this.dataSource = dataSource;
        this.figures = figures;
        this.number = number;
    }

    /** Writes what was taken from the queue, goes back into it, and tells whoever waits. */
    void write(WriteQueue queue, List<Pending<?>> batch) {
        List<Pending<?>> again = new ArrayList<>();
        @Nullable SagaStoreException refusal = null;
        try {
            Link known = connected();
            write(known, batch);
            for (Pending<?> pending : batch) {
                if (!pending.isAnswered()) {
                    settle(known, pending);
                }
            }
            failing = false;
        } catch (SQLException | RuntimeException | Error failure) {
            refusal = failed(batch, failure);
        }
        for (Pending<?> pending : batch) {
            if (!pending.isAnswered() && refusal == null) {
                again.add(later(pending));
            }
        }
        boolean goesOn = queue.done(this, batch, again);
        if (!goesOn && !again.isEmpty()) {
            refusal = new SagaStoreException(this + " was closed; what it was writing may have been committed", null);
        }
        tell(batch, refusal);
    }

    private void write(Link link, List<Pending<?>> batch) throws SQLException {
        List<Pending.Write> writes = new ArrayList<>(batch.size());
        List<Pending.Start> starts = new ArrayList<>();
        for (Pending<?> pending : batch) {
            if (pending instanceof Pending.Write write) {
                writes.add(write);
            } else if (pending instanceof Pending.Start start) {
                starts.add(start);
            }
        }
        figures.batch(batch.size());
        link.batch().write(link.connection(), settings.name(), writes, starts);
    }

    // ---- what was not written

    /** Looks why. Epoch and rev only grow, so what is seen without a lock is settled, unless nothing has changed. */
    private void settle(Link link, Pending<?> pending) throws SQLException {
        Optional<SagaRecord> saga = link.rows().find(link.connection(), pending.key());
        if (pending instanceof Pending.Write write) {
            settle(write, saga.orElse(null));
        } else if (pending instanceof Pending.Start start) {
            if (saga.isPresent()) {
                settle(link, start, saga.get());
            }
        }
    }

    private void settle(Pending.Write pending, @Nullable SagaRecord saga) {
        long ahead = saga == null || saga.epoch() != pending.write.epoch() ? -1 : saga.rev() - pending.write.rev();
        if (ahead == 0) {
            return; // somebody has locked it
        }
        if (saga != null && ahead == 1 && pending.inDoubt) {
            figures.unknownOutcomes.increment();
            pending.answer(saga.cancelRequested() ? Written.DONE_AND_CANCEL_REQUESTED : Written.DONE);
        } else {
            figures.fenced.increment();
            pending.answer(Written.FENCED);
        }
    }

    /** It is this node's own if it has its token, and nobody has had it since. */
    private void settle(Link link, Pending.Start pending, SagaRecord saga) throws SQLException {
        boolean mine =
                pending.inDoubt && pending.node.equals(saga.owner()) && saga.epoch() == 1 && hasToken(link, pending);
        if (mine) {
            figures.unknownOutcomes.increment();
        }
        pending.answer(mine ? new Started.Fresh(saga) : new Started.Existing(saga));
    }

    private static boolean hasToken(Link link, Pending.Start pending) throws SQLException {
        return link.sql()
                .query(
                        link.connection(),
                        "SELECT start_token FROM {saga}" + Sql.KEY,
                        row -> row.getLong(1),
                        pending.key().definition(),
                        pending.key().id().value())
                .contains(pending.token);
    }

    private Pending<?> later(Pending<?> pending) {
        long pause = SHORTEST_PAUSE_NANOS << Math.min(pending.attempts, 20);
        pending.attempts++;
        pending.notBefore = Durations.plus(settings.runtime().now(), Math.min(LONGEST_PAUSE_NANOS, pause));
        figures.repeated.increment();
        return pending;
    }

    /** Answers the refusal of a row that went by itself; everything else is tried again. */
    private @Nullable SagaStoreException failed(List<Pending<?>> batch, Throwable failure) {
        boolean refused = failure instanceof SQLException said && Refusals.isOfData(said);
        boolean collided = failure instanceof SQLException said && Refusals.isOfOthers(said);
        if (refused && batch.size() == 1 && !wasStartedMeanwhile(batch.get(0), failure)) {
            return new SagaStoreException("the database refuses " + batch.get(0).key(), failure);
        }
        for (Pending<?> pending : batch) {
            pending.inDoubt |= !refused && !collided && !pending.isAnswered();
            pending.alone |= refused || collided;
        }
        if (!refused && !collided) {
            close();
            warn(failure);
        }
        return null;
    }

    /** Another transaction has added that key between look and insert: a second look finds it. */
    private static boolean wasStartedMeanwhile(Pending<?> pending, Throwable failure) {
        return pending instanceof Pending.Start
                && pending.attempts < MOST_LOOKS
                && failure instanceof SQLException said
                && Dialect.isDuplicate(said);
    }

    private void warn(Throwable failure) {
        if (!failing) {
            LOG.warn("{} could not write, and tries again until it is known what became of it", this, failure);
            failing = true;
        }
    }

    private void tell(List<Pending<?>> batch, @Nullable SagaStoreException refusal) {
        long now = settings.runtime().now();
        for (Pending<?> pending : batch) {
            if (pending.isAnswered()) {
                (pending instanceof Pending.Write ? figures.writes : figures.starts).increment();
                figures.took(now - pending.since);
                pending.tell();
            } else if (refusal != null) {
                pending.future.completeExceptionally(refusal);
            }
        }
    }

    // ---- the connection

    private Link connected() throws SQLException {
        Link known = link;
        if (known != null) {
            return known;
        }
        DedicatedConnection own = DedicatedConnection.open(dataSource, settings.answer());
        try {
            Sql sql = new Sql(settings.tables(), own.dialect());
            Batch batch = Batch.of(sql);
            batch.prepare(own.connection());
            Link fresh = new Link(own, batch, new SagaRows(sql), sql);
            link = fresh;
            return fresh;
        } catch (SQLException | RuntimeException | Error unusable) {
            own.close();
            throw unusable;
        }
    }

    /** Gives the connection back. */
    void close() {
        Link known = link;
        link = null;
        if (known == null) {
            return;
        }
        try {
            known.batch().restore(known.connection());
        } catch (SQLException | RuntimeException broken) {
            LOG.debug("a broken connection was dropped", broken);
        } finally {
            known.own().close();
        }
    }

    @Override
    public String toString() {
        return "connection " + number + " of the store of sagas '" + settings.name() + "'";
    }
}
