package dev.seawall.testdatabases;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** A database that a test has for itself, with a new connection each time one is asked for. Closing drops it. */
public final class Database extends Connections implements AutoCloseable {

    private final Server server;
    private final String name;
    private final String url;
    private final String drop;

    Database(Server server, String name, String url, String drop) {
        this.server = server;
        this.name = name;
        this.url = url;
        this.drop = drop;
    }

    public Server server() {
        return server;
    }

    /** For pools and for other processes. */
    public String url() {
        return url;
    }

    public String name() {
        return name;
    }

    /** Runs statements, each committed by itself. */
    public void execute(String... statements) {
        try (Connection connection = getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException refused) {
            throw new IllegalStateException(this + " refused", refused);
        }
    }

    /** The first value of the first row. */
    public long number(String query) {
        try (Connection connection = getConnection();
                Statement statement = connection.createStatement();
                var row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException refused) {
            throw new IllegalStateException(this + " refused: " + query, refused);
        }
    }

    @Override
    public Connection getConnection() throws SQLException {
        return DriverManager.getConnection(url);
    }

    @Override
    public void close() {
        if (server == Server.H2) {
            execute(drop);
        } else {
            server.administer(drop);
        }
    }

    @Override
    public String toString() {
        return "database " + name + " on " + server;
    }
}
