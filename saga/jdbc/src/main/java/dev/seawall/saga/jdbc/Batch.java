package dev.seawall.saga.jdbc;

import dev.seawall.jdbc.Dialect;
import dev.seawall.saga.SagaStore.Started;
import dev.seawall.saga.SagaStore.Written;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Writes a batch and commits it. It answers what was written; what has no answer afterwards was not: the row is locked or has
 * changed, or there is such a saga already. It waits for no row that somebody else has locked.
 */
abstract class Batch {

    final Sql sql;

    Batch(Sql sql) {
        this.sql = sql;
    }

    static Batch of(Sql sql) {
        return sql.dialect() == Dialect.POSTGRESQL ? new PostgreSqlBatch(sql) : new PortableBatch(sql);
    }

    /** Makes a connection that commits each statement by itself fit for {@link #write}. */
    abstract void prepare(Connection connection) throws SQLException;

    /** Makes it again what it was. */
    abstract void restore(Connection connection) throws SQLException;

    /**
     * Writes. Whatever it throws, any part of the batch, or all of it, may be in the database afterwards.
     *
     * @param node what to write in the history
     */
    abstract void write(Connection connection, String node, List<Pending.Write> writes, List<Pending.Start> starts)
            throws SQLException;

    static void done(Pending.Write pending, boolean cancelRequested) {
        pending.answer(cancelRequested ? Written.DONE_AND_CANCEL_REQUESTED : Written.DONE);
    }

    static void started(Pending.Start pending) {
        pending.answer(new Started.Fresh(NewRow.record(pending.saga, pending.node)));
    }
}
