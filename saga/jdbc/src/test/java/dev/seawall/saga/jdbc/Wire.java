package dev.seawall.saga.jdbc;

import dev.seawall.testdatabases.Connections;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The connections of one node, which a test can overhear, hold up and cut. */
final class Wire extends Connections {

    /** Told before and after each statement, and each commit under that name. */
    interface Witness {

        default void before(String what) throws SQLException {}

        default void after(String what) throws SQLException {}
    }

    private static final Witness NOBODY = new Witness() {};

    private final DataSource dataSource;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private volatile Witness witness = NOBODY;
    private volatile boolean dead;

    Wire(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    void witness(Witness witness) {
        this.witness = witness;
    }

    /** From now on nothing gets through, as if the process had been killed. */
    void kill() {
        dead = true;
    }

    static SQLException cut() {
        return new SQLException("the connection was cut", "08006");
    }

    private void pass() throws SQLException {
        if (dead) {
            throw cut();
        }
    }

    @Override
    public Connection getConnection() throws SQLException {
        pass();
        Connection connection = dataSource.getConnection();
        open.add(connection);
        return proxy(Connection.class, (proxy, method, args) -> switch (method.getName()) {
            case "prepareStatement" -> overheard((String) args[0], connection.prepareStatement((String) args[0]));
            case "commit" -> told("commit", connection, method, args);
            case "close" -> {
                open.remove(connection);
                yield answer(connection, method, args);
            }
            default -> answer(connection, method, args);
        });
    }

    /** How many connections nobody has given back. */
    int open() {
        return open.size();
    }

    private PreparedStatement overheard(String sql, PreparedStatement statement) {
        return proxy(
                PreparedStatement.class,
                (proxy, method, args) -> method.getName().startsWith("execute")
                        ? told(sql, statement, method, args)
                        : answer(statement, method, args));
    }

    private @Nullable Object told(String what, Object target, Method method, Object @Nullable [] args)
            throws Throwable {
        pass();
        witness.before(what);
        Object answer = answer(target, method, args);
        witness.after(what);
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
        return type.cast(Proxy.newProxyInstance(Wire.class.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
