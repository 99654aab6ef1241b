package dev.seawall.jdbc;

import dev.seawall.Durations;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What a connection was like before it was set for work of ours, so that it can go back as it came. */
final class ConnectionState {

    private final Connection connection;
    private final boolean autoCommit;
    private final int isolation;
    private final @Nullable Integer timeout; // in milliseconds; null if it was left alone

    /**
     * Sets a connection: READ COMMITTED, and how long the database may take to answer, unless that is {@code null}. The limit comes
     * first, as some drivers ask the database for the rest.
     */
    ConnectionState(Connection connection, boolean commitsEach, @Nullable Duration answer) throws SQLException {
        this.connection = connection;
        this.autoCommit = connection.getAutoCommit();
        this.timeout = answer == null ? null : connection.getNetworkTimeout();
        if (answer != null) {
            connection.setNetworkTimeout(Runnable::run, millis(answer));
        }
        if (commitsEach) {
            switchAutoCommit(true);
        }
        this.isolation = connection.getTransactionIsolation();
        changeIsolation(Connection.TRANSACTION_READ_COMMITTED);
        switchAutoCommit(commitsEach);
    }

    private static int millis(Duration answer) {
        long millis = TimeUnit.NANOSECONDS.toMillis(Durations.toNanos(answer));
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, millis));
    }

    /** Sets it back, as far as it still answers. */
    void restore() throws SQLException {
        if (autoCommit) {
            switchAutoCommit(true);
        }
        changeIsolation(isolation);
        switchAutoCommit(autoCommit);
        if (timeout != null) {
            connection.setNetworkTimeout(Runnable::run, timeout);
        }
    }

    /** Between transactions only, as PostgreSQL wants it: after autocommit is switched on, before it is switched off. */
    private void changeIsolation(int wanted) throws SQLException {
        if (isolation != Connection.TRANSACTION_READ_COMMITTED) {
            connection.setTransactionIsolation(wanted);
        }
    }

    private void switchAutoCommit(boolean wanted) throws SQLException {
        if (connection.getAutoCommit() != wanted) {
            connection.setAutoCommit(wanted);
        }
    }
}
