package dev.seawall.outbox.suite;

import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.Inbox;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;

/** A database in memory with the least of an inbox, and a table for the effects of messages. */
final class Database implements Inbox {

    private final JdbcConnectionPool pool =
            JdbcConnectionPool.create("jdbc:h2:mem:" + Messages.unique() + ";DB_CLOSE_DELAY=-1", "sa", "");
    private final AtomicInteger commitsToLose = new AtomicInteger();
    private volatile boolean away;

    Database() {
        try (var connection = pool.getConnection();
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE inbox (consumer VARCHAR, id VARCHAR, PRIMARY KEY (consumer, id))");
            statement.execute("CREATE TABLE effect (seq IDENTITY PRIMARY KEY, id VARCHAR)");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    void away(boolean away) {
        this.away = away;
    }

    /** The next commits happen, but nobody learns of them. */
    void loseCommits(int many) {
        commitsToLose.set(many);
    }

    DataSource dataSource() {
        return proxy(DataSource.class, pool, (name, result) -> {
            if (name.equals("getConnection") && away) {
                ((Connection) result).close();
                throw new SQLTransientConnectionException("the database is away");
            }
            return result instanceof Connection connection ? forgetful(connection) : result;
        });
    }

    private Connection forgetful(Connection real) {
        return proxy(Connection.class, real, (name, result) -> {
            if (name.equals("commit") && commitsToLose.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new SQLException("connection lost", "08006");
            }
            return result;
        });
    }

    private interface After {
        Object apply(String method, Object result) throws SQLException;
    }

    private static <T> T proxy(Class<T> type, T real, After after) {
        return type.cast(Proxy.newProxyInstance(
                Database.class.getClassLoader(), new Class<?>[] {type}, (self, method, args) -> {
                    try {
                        return after.apply(method.getName(), method.invoke(real, args));
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                }));
    }

    @Override
    public <X extends Exception> boolean once(Connection connection, String messageId, String consumer, Work<X> work)
            throws SQLException, X {
        try (var insert = connection.prepareStatement("INSERT INTO inbox VALUES (?, ?)")) {
            insert.setString(1, consumer);
            insert.setString(2, messageId);
            insert.execute();
        } catch (SQLIntegrityConstraintViolationException duplicate) {
            return false;
        }
        work.run();
        return true;
    }

    static void effect(Connection connection, Envelope message) throws SQLException {
        try (var insert = connection.prepareStatement("INSERT INTO effect (id) VALUES (?)")) {
            insert.setString(1, message.id());
            insert.execute();
        }
    }

    /** Ids of messages by the order of their effects. */
    List<String> effects() {
        var ids = new ArrayList<String>();
        try (var connection = pool.getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT id FROM effect ORDER BY seq")) {
            while (rows.next()) {
                ids.add(rows.getString(1));
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        return ids;
    }

    void close() {
        pool.dispose();
    }
}
