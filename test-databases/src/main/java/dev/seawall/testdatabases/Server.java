package dev.seawall.testdatabases;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.junit.jupiter.api.Assumptions;

/** What a suite runs on. Each test gets a database of its own on it. */
public enum Server {

    /** In the memory of this JVM. */
    H2 {
        @Override
        String administrationUrl() {
            throw new UnsupportedOperationException("an H2 database is made by connecting to it");
        }

        @Override
        String url(String database) {
            return "jdbc:h2:mem:" + database + ";DB_CLOSE_DELAY=-1";
        }

        @Override
        public Database create() {
            return new Database(this, name(), url("t" + UUID.randomUUID()), "SHUTDOWN");
        }
    },

    /** A child process of this JVM. */
    POSTGRESQL {
        @Override
        String administrationUrl() {
            return Embedded.postgreSql().getJdbcUrl("postgres", "postgres");
        }

        @Override
        String url(String database) {
            return Embedded.postgreSql().getJdbcUrl("postgres", database);
        }
    },

    /** A child process of this JVM. */
    MARIADB {
        @Override
        String administrationUrl() {
            return url("test");
        }

        @Override
        String url(String database) {
            return "jdbc:mariadb://127.0.0.1:"
                    + Embedded.mariaDb().getConfiguration().getPort() + "/" + database + "?user=root";
        }
    },

    /** The PostgreSQL that listens on this machine. */
    POSTGRESQL_SERVICE {
        @Override
        String administrationUrl() {
            return url("postgres");
        }

        @Override
        String url(String database) {
            return "jdbc:postgresql://127.0.0.1:5432/" + database + "?user=postgres";
        }
    },

    /** The MariaDB that listens on this machine. */
    MARIADB_SERVICE {
        @Override
        String administrationUrl() {
            return url("test");
        }

        @Override
        String url(String database) {
            return "jdbc:mariadb://127.0.0.1:3306/" + database + "?user=root";
        }
    };

    abstract String administrationUrl();

    abstract String url(String database);

    /** A new, empty database. On a service that does not answer, the test is skipped, unless it must not be. */
    public Database create() {
        requireAnswer();
        String name = "seawall_" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
        administer("CREATE DATABASE " + name);
        String force = url(name).startsWith("jdbc:postgresql") ? " WITH (FORCE)" : "";
        return new Database(this, name, url(name), "DROP DATABASE " + name + (force.isEmpty() ? "" : force));
    }

    void administer(String sql) {
        try (Connection connection = DriverManager.getConnection(administrationUrl());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException refused) {
            throw new IllegalStateException(this + " refused: " + sql, refused);
        }
    }

    private void requireAnswer() {
        boolean service = name().endsWith("_SERVICE");
        if (!service || "1".equals(System.getenv("SEAWALL_REQUIRE_SERVICES"))) {
            return;
        }
        try {
            DriverManager.getConnection(administrationUrl()).close();
        } catch (SQLException silent) {
            Assumptions.abort(this + " does not answer: " + silent.getMessage());
        }
    }
}
