package dev.seawall.idempotency.jdbc;

import dev.seawall.testdatabases.Connections;
import dev.seawall.testdatabases.Database;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Connections that are used again, as those of a pool: closing one gives it back. */
final class Pool extends Connections implements AutoCloseable {

    private final Database database;
    private final Queue<Connection> idle = new ConcurrentLinkedQueue<>();

    Pool(Database database) {
        this.database = database;
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection free = idle.poll();
        Connection connection = free == null ? database.getConnection() : free;
        return (Connection) Proxy.newProxyInstance(
                Pool.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        idle.add(connection);
                        return null;
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                });
    }

    @Override
    public void close() throws SQLException {
        for (Connection connection = idle.poll(); connection != null; connection = idle.poll()) {
            connection.close();
        }
    }
}
