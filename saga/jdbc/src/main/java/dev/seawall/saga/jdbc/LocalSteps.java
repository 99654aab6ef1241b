package dev.seawall.saga.jdbc;

import dev.seawall.jdbc.CommitOutcomeUnknownException;
import dev.seawall.jdbc.Dialect;
import dev.seawall.saga.NewSaga;
import dev.seawall.saga.SagaRecord;
import dev.seawall.saga.SagaStore.LocalWork;
import dev.seawall.saga.SagaStore.Started;
import dev.seawall.saga.SagaStore.Written;
import dev.seawall.saga.SagaWrite;
import java.io.Serial;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What is done in one transaction with the work of the application. */
final class LocalSteps {

    private final Database database;
    private final Figures figures;
    private final String node;

    LocalSteps(Database database, Figures figures, String node) {
        this.database = database;
        this.figures = figures;
        this.node = node;
    }

    /** Has the transaction rolled back. */
    private static final class Fenced extends RuntimeException {

        @Serial
        private static final long serialVersionUID = 1L;

        Fenced() {
            super("the saga has another owner", null, false, false);
        }
    }

    <X extends Exception> Written inTransaction(LocalWork<X> work) throws SQLException, X {
        AtomicReference<SagaWrite> decided = new AtomicReference<>();
        try {
            Written written = database.withUsersWork((connection, sql) -> {
                SagaWrite write = work.on(connection);
                decided.set(write);
                return write(connection, sql, write);
            });
            figures.writes.increment();
            return written;
        } catch (Fenced fenced) {
            figures.fenced.increment();
            return Written.FENCED;
        } catch (CommitOutcomeUnknownException unknown) {
            return settled(decided.get(), unknown);
        }
    }

    private Written write(Connection connection, Sql sql, SagaWrite write) throws SQLException {
        Optional<SagaRecord> saga = new SagaRows(sql)
                .locked(connection, write.key())
                .filter(found -> found.epoch() == write.epoch() && found.rev() == write.rev());
        if (saga.isEmpty()) {
            throw new Fenced();
        }
        new PortableBatch(sql).update(connection, node, List.of(write));
        return saga.get().cancelRequested() ? Written.DONE_AND_CANCEL_REQUESTED : Written.DONE;
    }

    /** Locks the row, and so waits for the end of the transaction in question, which has it locked. */
    private Written settled(SagaWrite write, CommitOutcomeUnknownException unknown) throws SQLException {
        figures.unknownOutcomes.increment();
        Optional<SagaRecord> saga = database.settled(
                "find out what became of " + write.key(),
                (connection, sql, inDoubt) -> new SagaRows(sql).locked(connection, write.key()));
        if (saga.isEmpty() || saga.get().epoch() != write.epoch()) {
            return Written.FENCED;
        }
        if (saga.get().rev() == write.rev()) {
            throw new SQLException("the connection failed during commit, and nothing was committed", unknown);
        }
        return saga.get().cancelRequested() ? Written.DONE_AND_CANCEL_REQUESTED : Written.DONE;
    }

    /** Adds a saga without ending the transaction if there is one already. */
    Started start(Connection connection, NewSaga saga) throws SQLException {
        if (connection.getAutoCommit()) {
            throw new IllegalStateException(
                    "a saga is started in the transaction of the work it belongs to, and this connection commits each"
                            + " statement by itself: call setAutoCommit(false) first");
        }
        Sql sql = database.sql(connection);
        if (isNew(connection, sql, saga)) {
            new SagaRows(sql).note(connection, saga.key(), 0, 1, node, 1, NewRow.STARTED);
            return new Started.Fresh(NewRow.record(saga, null));
        }
        Optional<SagaRecord> there = new SagaRows(sql).find(connection, saga.key(), newest(sql.dialect()));
        return new Started.Existing(there.orElseThrow(() -> new SQLException(
                saga.key() + " was there and cannot be seen by this transaction: begin a new one", "40001")));
    }

    /** Above READ COMMITTED, what another transaction has added is seen by a locking read only. */
    private static String newest(Dialect dialect) {
        return dialect == Dialect.MARIADB ? " LOCK IN SHARE MODE" : "";
    }

    private static boolean isNew(Connection connection, Sql sql, NewSaga saga) throws SQLException {
        boolean silent = sql.dialect() == Dialect.POSTGRESQL;
        @Nullable Object[] parameters = NewRow.parameters(saga, null, 0);
        try {
            String insert = NewRow.INSERT + NewRow.values(null) + (silent ? " ON CONFLICT DO NOTHING" : "");
            return sql.update(connection, insert, parameters) == 1;
        } catch (SQLException refused) {
            if (!silent && Dialect.isDuplicate(refused)) {
                return false; // ends no transaction there
            }
            throw refused;
        }
    }
}
