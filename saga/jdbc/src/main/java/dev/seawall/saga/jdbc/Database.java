package dev.seawall.saga.jdbc;

import dev.seawall.jdbc.CommitOutcomeUnknownException;
import dev.seawall.jdbc.Dialect;
import dev.seawall.jdbc.SchemaInstaller;
import dev.seawall.jdbc.Transactions;
import dev.seawall.saga.SagaStoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The database of a store, for whatever is not written in batches: each piece of work on a connection of its own. */
final class Database {

    private static final long SHORTEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final StoreSettings settings;
    private final Transactions transactions; // those that a silent network must not hold up
    private final Transactions usersTransactions;
    private volatile @Nullable Sql sql;
    private volatile boolean closed;

    Database(StoreSettings settings, DataSource dataSource) {
        this.settings = settings;
        this.usersTransactions = Transactions.of(dataSource);
        this.transactions = usersTransactions.answeredWithin(settings.answer());
    }

    /** Work with the statements of the database. */
    @FunctionalInterface
    interface Work<T extends @Nullable Object, X extends Exception> {
        T on(Connection connection, Sql sql) throws SQLException, X;
    }

    /** Work that can tell whether an earlier attempt at it was committed. */
    @FunctionalInterface
    interface Attempt<T> {
        T on(Connection connection, Sql sql, boolean inDoubt) throws SQLException;
    }

    /** What the database is, and whether the tables are there; asked once. */
    Sql sql(Connection connection) throws SQLException {
        Sql known = sql;
        if (known == null) {
            SchemaInstaller.require(connection, settings.tables(), JdbcSagaStore.SCHEMA);
            known = new Sql(settings.tables(), Dialect.of(connection));
            sql = known;
        }
        return known;
    }

    /** Reads, or writes single statements. */
    <T extends @Nullable Object> T ask(String what, Work<T, RuntimeException> work) {
        try {
            return transactions.autocommitted(connection -> work.on(connection, sql(connection)));
        } catch (SQLException failure) {
            throw new SagaStoreException("the store of sagas could not " + what, failure);
        }
    }

    /** In a transaction of the store's own statements. */
    <T extends @Nullable Object, X extends Exception> T inTransaction(Work<T, X> work) throws SQLException, X {
        return inTransaction(transactions, work);
    }

    /** In a transaction in which the application's statements may take their time. */
    <T extends @Nullable Object, X extends Exception> T withUsersWork(Work<T, X> work) throws SQLException, X {
        return inTransaction(usersTransactions, work);
    }

    /** None may stand still for longer than its node lives. */
    private <T extends @Nullable Object, X extends Exception> T inTransaction(
            Transactions transactions, Work<T, X> work) throws SQLException, X {
        return transactions.inTransaction(connection -> {
            Sql sql = sql(connection);
            Duration longest = settings.timeToLive().multipliedBy(8).dividedBy(10);
            sql.dialect().limitIdleness(connection, longest);
            return work.on(connection, sql);
        });
    }

    /** In a transaction, all over again until it is known whether that was committed. */
    <T> T settled(String what, Attempt<T> attempt) {
        boolean inDoubt = false;
        for (long pause = SHORTEST_PAUSE_NANOS; ; pause = Math.min(LONGEST_PAUSE_NANOS, pause * 2)) {
            boolean doubt = inDoubt;
            try {
                return inTransaction((connection, sql) -> attempt.on(connection, sql, doubt));
            } catch (CommitOutcomeUnknownException unknown) {
                inDoubt = true;
                pause(pause, unknown);
            } catch (SQLException failure) {
                if (!inDoubt) {
                    throw new SagaStoreException("the store of sagas could not " + what, failure);
                }
                pause(pause, failure);
            }
        }
    }

    /** Who closes the store or interrupts the thread does not want to know any more. */
    private void pause(long nanos, Exception failure) {
        try {
            if (!closed && settings.runtime().sleep(nanos, () -> closed)) {
                return;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        throw new SagaStoreException(
                "the connection failed while a transaction was committed, and nobody waited until it was known what became"
                        + " of it",
                failure);
    }

    Duration timeToLive() {
        return settings.timeToLive();
    }

    void close() {
        closed = true;
    }
}
