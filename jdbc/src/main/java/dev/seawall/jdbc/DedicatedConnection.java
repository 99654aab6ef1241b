package dev.seawall.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that one thread keeps for work of its own, for seconds or for months: to a primary, each statement committed by
 * itself, READ COMMITTED, and given up if the database does not answer in time. It goes back as it came.
 *
 * <p><b>Threads:</b> many, but one at a time.
 */
public final class DedicatedConnection implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DedicatedConnection.class);

    private final Connection connection;
    private final Dialect dialect;
    private final ConnectionState before;

    private DedicatedConnection(Connection connection, Duration answer) throws SQLException {
        this.connection = connection;
        this.before = new ConnectionState(connection, true, answer);
        this.dialect = Dialect.of(connection);
        dialect.requirePrimary(connection);
    }

    /**
     * Takes a connection.
     *
     * @param dataSource where it comes from
     * @param answer how long the database may take to answer a statement, at least 1 ms. Then the connection is broken, and the
     *     statement has failed
     * @return a connection that must be closed
     * @throws SQLException if there is none
     * @throws DatabaseException if the database is a replica, or none that Seawall knows
     */
    public static DedicatedConnection open(DataSource dataSource, Duration answer) throws SQLException {
        Connection fresh = dataSource.getConnection();
        try {
            return new DedicatedConnection(fresh, answer);
        } catch (SQLException | RuntimeException | Error unusable) {
            close(fresh);
            throw unusable;
        }
    }

    /**
     * The connection itself.
     *
     * @return not to be closed, nor used after this one is closed
     */
    public Connection connection() {
        return connection;
    }

    /**
     * How its database wants to be asked.
     *
     * @return the dialect
     */
    public Dialect dialect() {
        return dialect;
    }

    /** Gives it back as it came. A connection that is broken is dropped, without an exception. */
    @Override
    public void close() {
        try {
            before.restore();
        } catch (SQLException broken) {
            LOG.debug("a broken connection was dropped", broken);
        } finally {
            close(connection);
        }
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException broken) {
            LOG.debug("a broken connection could not be closed", broken);
        }
    }
}
