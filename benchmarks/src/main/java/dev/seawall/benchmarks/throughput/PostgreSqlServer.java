package dev.seawall.benchmarks.throughput;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A database that is dropped afterwards: on the server that is named, the local one, or one that ends with this process. */
final class PostgreSqlServer implements AutoCloseable {

    private static final String LOCAL = "jdbc:postgresql://127.0.0.1:5432/postgres?user=postgres";

    private final String administration;
    private final String name = "seawall_" + UUID.randomUUID().toString().substring(0, 8);
    private final String kind;
    private final @Nullable EmbeddedPostgres embedded;
    private final AtomicBoolean closed = new AtomicBoolean();

    private PostgreSqlServer(String administration, String kind, @Nullable EmbeddedPostgres embedded)
            throws SQLException {
        this.administration = administration;
        this.kind = kind;
        this.embedded = embedded;
        execute("CREATE DATABASE " + name);
    }

    /**
     * Finds a server.
     *
     * @param url of any of its databases; empty for whatever is there
     */
    static PostgreSqlServer find(String url) throws SQLException, IOException {
        PostgreSqlServer server = open(url);
        // A run that is interrupted leaves nothing on somebody's server, either.
        Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        return server;
    }

    /** Another database on the same server, to be closed before this one. */
    PostgreSqlServer another() throws SQLException {
        PostgreSqlServer other = new PostgreSqlServer(administration, kind, null);
        Runtime.getRuntime().addShutdownHook(new Thread(other::close));
        return other;
    }

    private static PostgreSqlServer open(String url) throws SQLException, IOException {
        if (!url.isEmpty()) {
            return new PostgreSqlServer(url, "PostgreSQL as named", null);
        }
        if (answers(LOCAL)) {
            return new PostgreSqlServer(LOCAL, "local PostgreSQL", null);
        }
        // By default it would acknowledge commits that a crash can lose.
        EmbeddedPostgres embedded = EmbeddedPostgres.builder()
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("fsync", "on")
                .start();
        return new PostgreSqlServer(embedded.getJdbcUrl("postgres", "postgres"), "embedded PostgreSQL", embedded);
    }

    private static boolean answers(String url) {
        try {
            DriverManager.getConnection(url).close();
            return true;
        } catch (SQLException silent) {
            return false;
        }
    }

    /** What it is, and how safe a commit is on it. */
    String description() throws SQLException {
        return kind + " " + setting("server_version") + ", fsync " + setting("fsync") + ", synchronous_commit "
                + setting("synchronous_commit");
    }

    private String setting(String setting) throws SQLException {
        try (Connection connection = DriverManager.getConnection(administration);
                Statement statement = connection.createStatement();
                var row = statement.executeQuery("SHOW " + setting)) {
            row.next();
            return row.getString(1);
        }
    }

    /** Of the database that belongs to this run. */
    String url() {
        int end = administration.indexOf('?');
        String path = end < 0 ? administration : administration.substring(0, end);
        String options = end < 0 ? "" : administration.substring(end);
        return path.substring(0, path.lastIndexOf('/') + 1) + name + options;
    }

    HikariDataSource pool(int connections) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url());
        config.setMaximumPoolSize(connections);
        config.setPoolName(name);
        return new HikariDataSource(config);
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(administration);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            if (embedded == null) {
                execute("DROP DATABASE " + name + " WITH (FORCE)");
            } else {
                embedded.close();
            }
        } catch (SQLException refused) {
            throw new IllegalStateException(name + " could not be dropped", refused);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
