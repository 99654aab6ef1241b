package dev.seawall.jdbc;

import dev.seawall.Durations;
import dev.seawall.Require;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Runs work in transactions of its own, each on a connection of its own.
 *
 * <p>Transactions are READ COMMITTED, whatever the connection's default: that is what the statements here are made for. A
 * connection goes back as it came.
 *
 * <p><b>Threads:</b> safe for any number of threads.
 */
public final class Transactions {

    /** Classes of SQL states: triggered action, integrity, transaction rollback, check option. */
    private static final List<String> REFUSALS = List.of("09", "23", "40", "44");

    private static final String COMPLETION_UNKNOWN = "40003";
    private static final Duration LONGEST_ANSWER = Duration.ofDays(24); // in milliseconds, an int

    private final DataSource dataSource;
    private final @Nullable Duration answer;

    private Transactions(DataSource dataSource, @Nullable Duration answer) {
        this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
        this.answer = answer;
    }

    /**
     * Transactions on the connections of a data source.
     *
     * @param dataSource where connections come from
     * @return transactions
     */
    public static Transactions of(DataSource dataSource) {
        return new Transactions(dataSource, null);
    }

    /**
     * The same with a limit, for work that must not be held up by a network that swallows what is sent.
     *
     * @param answer how long the database may take to answer a statement or a commit, from 1 ms to 24 days. Then the connection is
     *     broken, and the statement has failed
     * @return transactions on the same data source
     */
    public Transactions answeredWithin(Duration answer) {
        Require.check(
                answer.toMillis() >= 1 && answer.compareTo(LONGEST_ANSWER) <= 0,
                "answer must be from 1 ms to %s, was %s",
                Durations.format(LONGEST_ANSWER),
                Durations.format(answer));
        return new Transactions(dataSource, answer);
    }

    /**
     * Work on a connection.
     *
     * @param <T> its result
     * @param <X> what it may throw besides
     */
    @FunctionalInterface
    public interface Work<T extends @Nullable Object, X extends Exception> {

        /**
         * Does it.
         *
         * @param connection must not be committed, rolled back or closed, nor used later
         * @return the result
         * @throws SQLException if the database refuses
         * @throws X if it cannot be done
         */
        T on(Connection connection) throws SQLException, X;
    }

    /**
     * Runs work and commits. If the work throws, whatever it is, the transaction is rolled back and that is thrown on.
     *
     * @param work what to do
     * @param <T> its result
     * @param <X> what it may throw besides
     * @return what the work answered; the transaction is then committed
     * @throws CommitOutcomeUnknownException if the connection failed during commit
     * @throws SQLException if the database refuses; nothing was committed
     * @throws X what the work threw; nothing was committed
     */
    public <T extends @Nullable Object, X extends Exception> T inTransaction(Work<T, X> work) throws SQLException, X {
        return with(false, connection -> {
            T result;
            try {
                result = work.on(connection);
            } catch (Throwable failure) {
                rollBack(connection, failure);
                throw failure;
            }
            commit(connection);
            return result;
        });
    }

    /**
     * Runs work each of whose statements is committed by itself.
     *
     * @param work what to do
     * @param <T> its result
     * @param <X> what it may throw besides
     * @return what the work answered
     * @throws SQLException if the database refuses
     * @throws X what the work threw
     */
    public <T extends @Nullable Object, X extends Exception> T autocommitted(Work<T, X> work) throws SQLException, X {
        return with(true, work);
    }

    private <T extends @Nullable Object, X extends Exception> T with(boolean autoCommit, Work<T, X> work)
            throws SQLException, X {
        try (Connection connection = dataSource.getConnection()) {
            ConnectionState before = new ConnectionState(connection, autoCommit, answer);
            Throwable failure = null;
            try {
                return work.on(connection);
            } catch (Throwable thrown) {
                failure = thrown;
                throw thrown;
            } finally {
                restore(before, failure);
            }
        }
    }

    /** What fails here tells nothing about the work: a broken connection shows itself to whoever uses it next. */
    private static void restore(ConnectionState before, @Nullable Throwable failure) {
        try {
            before.restore();
        } catch (SQLException broken) {
            if (failure != null) {
                failure.addSuppressed(broken);
            }
        }
    }

    /**
     * A commit that the database refuses, such as one with a deferred constraint, says so in an SQL state of its own; any other
     * end of a commit says nothing about the transaction.
     */
    private static void commit(Connection connection) throws SQLException {
        try {
            connection.commit();
        } catch (SQLException failure) {
            rollBack(connection, failure);
            if (wasRefused(failure)) {
                throw failure;
            }
            throw new CommitOutcomeUnknownException(failure);
        } catch (RuntimeException | Error failure) {
            rollBack(connection, failure);
            throw new CommitOutcomeUnknownException(failure);
        }
    }

    /** Whether the server itself said no. */
    private static boolean wasRefused(SQLException failure) {
        String state = failure.getSQLState();
        return state != null
                && !state.equals(COMPLETION_UNKNOWN)
                && REFUSALS.stream().anyMatch(state::startsWith);
    }

    private static void rollBack(Connection connection, Throwable failure) {
        try {
            connection.rollback();
        } catch (SQLException | RuntimeException broken) {
            failure.addSuppressed(broken);
        }
    }
}
