package dev.seawall.outbox.jdbc;

import dev.seawall.testdatabases.Connections;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** Connections of a database over another port, which may change. */
final class Rerouted extends Connections {

    private final String url;
    private final int direct;
    private volatile int port;

    Rerouted(String url, int direct, int port) {
        this.url = url;
        this.direct = direct;
        this.port = port;
    }

    void to(int port) {
        this.port = port;
    }

    @Override
    public Connection getConnection() throws SQLException {
        return DriverManager.getConnection(url.replace(":" + direct + "/", ":" + port + "/"));
    }
}
