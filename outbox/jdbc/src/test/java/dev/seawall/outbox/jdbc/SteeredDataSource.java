package dev.seawall.outbox.jdbc;

import dev.seawall.testdatabases.Connections;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The connections of one relay, which a test can stop, cut, overhear and mislead: its statements may be others than it thinks. */
final class SteeredDataSource extends Connections {

    /** Told before and after each statement, before a connection ({@code CONNECT}) and about each {@code COMMIT}. */
    interface Witness {

        default void before(String sql) throws SQLException {}

        default void after(String sql) throws SQLException {}
    }

    private static final long LONGEST_STOP_SECONDS = 60;

    private final DataSource dataSource;
    private final UnaryOperator<String> rewrite;
    private final Witness witness;
    private volatile CountDownLatch stopped = new CountDownLatch(0);
    private volatile boolean dead;

    SteeredDataSource(DataSource dataSource, UnaryOperator<String> rewrite, Witness witness) {
        this.dataSource = dataSource;
        this.rewrite = rewrite;
        this.witness = witness;
    }

    /** From now on nothing gets through, as if the process had been killed. */
    void kill() {
        dead = true;
        resume();
    }

    /** From now on every statement waits, as if the process had been stopped. */
    void stop() {
        stopped = new CountDownLatch(1);
    }

    void resume() {
        stopped.countDown();
    }

    /** Waits as long as the process is stopped. */
    void pass() throws SQLException {
        try {
            if (!stopped.await(LONGEST_STOP_SECONDS, TimeUnit.SECONDS)) {
                throw new SQLException("stopped for ever");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted", interrupted);
        }
        if (dead) {
            throw new SQLException("the process is dead", "08006");
        }
    }

    @Override
    public Connection getConnection() throws SQLException {
        pass();
        witness.before("CONNECT");
        pass();
        Connection connection = dataSource.getConnection();
        return proxy(Connection.class, (proxy, method, args) -> {
            if (method.getName().equals("prepareStatement")) {
                String sql = (String) args[0];
                return steered(sql, connection.prepareStatement(rewrite.apply(sql)));
            }
            if (method.getName().equals("createStatement") && args == null) {
                return steered("", connection.createStatement());
            }
            return method.getName().equals("commit")
                    ? witnessed("COMMIT", connection, method, args)
                    : answer(connection, method, args);
        });
    }

    private Statement steered(String sql, Statement statement) {
        return proxy(PreparedStatement.class, (proxy, method, args) -> {
            return method.getName().startsWith("execute")
                    ? witnessed(sql, statement, method, args)
                    : answer(statement, method, args);
        });
    }

    private @Nullable Object witnessed(String sql, Object target, Method method, Object @Nullable [] args)
            throws Throwable {
        pass();
        witness.before(sql);
        pass();
        Object answer = answer(target, method, args);
        witness.after(sql);
        pass();
        return answer;
    }

    private static @Nullable Object answer(Object target, Method method, Object @Nullable [] args) throws Throwable {
        try {
            return method.invoke(target, args);
        } catch (InvocationTargetException thrown) {
            throw Objects.requireNonNull(thrown.getCause());
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(SteeredDataSource.class.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
