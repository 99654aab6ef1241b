package dev.seawall.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes Seawall's tables, and brings them up to date. For those who have no migration tool; with Flyway or Liquibase, have it run
 * the same files instead.
 *
 * <p>What is there already stays as it is. Several nodes may install at the same time (on H2: several threads of one process); one
 * does the work. Where the database
 * allows (PostgreSQL), a version is made as a whole or not at all.
 *
 * <p><b>Threads:</b> safe for any number of threads.
 */
public final class SchemaInstaller {

    private static final Logger LOG = LoggerFactory.getLogger(SchemaInstaller.class);
    private static final String LOCK = "seawall-schema";
    private static final long LOCK_KEY = 0x5ea_3a11_5c4e_3aL;
    private static final int LOCK_SECONDS = 60;

    private static final ReentrantLock IN_THIS_PROCESS = new ReentrantLock();

    private final Transactions transactions;
    private final Tables tables;

    private SchemaInstaller(DataSource dataSource, Tables tables) {
        this.transactions = Transactions.of(dataSource);
        this.tables = Objects.requireNonNull(tables, "tables");
    }

    /**
     * An installer of tables with the usual names.
     *
     * @param dataSource of a user who may create tables
     * @return a new installer
     */
    public static SchemaInstaller of(DataSource dataSource) {
        return of(dataSource, Tables.standard());
    }

    /**
     * An installer.
     *
     * @param dataSource of a user who may create tables
     * @param tables what they are called; a schema that is named must exist
     * @return a new installer
     */
    public static SchemaInstaller of(DataSource dataSource, Tables tables) {
        return new SchemaInstaller(dataSource, tables);
    }

    /**
     * Makes what is missing of some parts, and of {@link SchemaPart#NODES} before them.
     *
     * @param parts what is needed
     * @throws DatabaseException if the tables cannot be made
     */
    public void install(SchemaPart... parts) {
        List<SchemaPart> all = new ArrayList<>();
        all.add(SchemaPart.NODES);
        Arrays.stream(parts).filter(part -> !part.equals(SchemaPart.NODES)).forEach(all::add);
        IN_THIS_PROCESS.lock();
        try {
            transactions.inTransaction(connection -> {
                install(connection, all);
                return true;
            });
        } catch (SQLException refused) {
            throw new DatabaseException("Seawall's tables could not be made in " + tables, refused);
        } finally {
            IN_THIS_PROCESS.unlock();
        }
    }

    private void install(Connection connection, List<SchemaPart> parts) throws SQLException {
        Dialect dialect = Dialect.of(connection);
        dialect.requirePrimary(connection);
        lock(connection, dialect);
        try {
            for (SchemaPart part : parts) {
                for (int version = version(connection, dialect, part) + 1; version <= part.version(); version++) {
                    run(connection, dialect, part, version);
                    LOG.info("made version {} of the tables {}{}", version, tables.prefix(), part.name());
                }
            }
        } finally {
            unlock(connection, dialect);
        }
    }

    private void run(Connection connection, Dialect dialect, SchemaPart part, int version) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements(part.module(), part.file(dialect, version))) {
                statement.execute(
                        sql.replace("${schema}", tables.schemaPart(dialect)).replace("${prefix}", tables.prefix()));
            }
        }
    }

    private static List<String> statements(Class<?> module, String file) {
        try (InputStream stream = module.getResourceAsStream(file)) {
            if (stream == null) {
                throw new DatabaseException("there is no file " + file + " beside " + module.getName(), null);
            }
            return Arrays.stream(new String(stream.readAllBytes(), StandardCharsets.UTF_8).split(";\\s*(\\n|$)"))
                    .filter(sql -> !sql.isBlank())
                    .toList();
        } catch (IOException broken) {
            throw new UncheckedIOException("file " + file + " cannot be read", broken);
        }
    }

    private static void lock(Connection connection, Dialect dialect) throws SQLException {
        switch (dialect) {
            case POSTGRESQL -> ask(connection, "SELECT pg_advisory_xact_lock(" + LOCK_KEY + ")");
            case MARIADB -> {
                if (!"1".equals(ask(connection, "SELECT GET_LOCK('" + LOCK + "', " + LOCK_SECONDS + ")"))) {
                    throw new DatabaseException(
                            "another session has been making tables for " + LOCK_SECONDS + " s: try again later", null);
                }
            }
            case H2 -> {} // has no such lock, and lives in one process
        }
    }

    private static void unlock(Connection connection, Dialect dialect) throws SQLException {
        if (dialect == Dialect.MARIADB) {
            ask(connection, "SELECT RELEASE_LOCK('" + LOCK + "')");
        }
    }

    private static String ask(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return String.valueOf(row.getObject(1));
        }
    }

    /**
     * Checks that a part is there, in a version the code can work with.
     *
     * @param connection to the database
     * @param tables what they are called
     * @param part what is needed
     * @throws SQLException if the database cannot be asked
     * @throws DatabaseException if it is not there; the message says what to do
     */
    public static void require(Connection connection, Tables tables, SchemaPart part) throws SQLException {
        int version = version(connection, tables, part);
        if (version == 0) {
            throw new DatabaseException(
                    "the tables of " + part.name() + " are not there in " + tables
                            + ": make them with SchemaInstaller, or have a migration tool run META-INF/seawall",
                    null);
        }
        if (version < part.oldestUsable() || version > part.newestUsable()) {
            throw new DatabaseException(
                    "the tables of " + part.name() + " have version " + version + ", this code works with versions "
                            + part.oldestUsable() + " to " + part.newestUsable() + ": bring "
                            + (version < part.version() ? "the tables" : "the code") + " up to date",
                    null);
        }
    }

    /**
     * Which version of a part is there, for what works only with newer ones.
     *
     * @param connection to the database
     * @param tables what they are called
     * @param part which one
     * @return its version; 0 if it is not there
     * @throws SQLException if the database cannot be asked
     */
    public static int version(Connection connection, Tables tables, SchemaPart part) throws SQLException {
        return version(connection, Dialect.of(connection), tables, part);
    }

    private int version(Connection connection, Dialect dialect, SchemaPart part) throws SQLException {
        return version(connection, dialect, tables, part);
    }

    private static int version(Connection connection, Dialect dialect, Tables tables, SchemaPart part)
            throws SQLException {
        if (!exists(connection, dialect, tables)) {
            return 0;
        }
        String sql = tables.in("SELECT MAX(version) FROM {schema} WHERE part = ?", dialect);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, part.name());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    /** Asked of the catalogue, because a failed query would end the transaction. */
    private static boolean exists(Connection connection, Dialect dialect, Tables tables) throws SQLException {
        String current = dialect == Dialect.MARIADB ? "DATABASE()" : "current_schema";
        String sql = "SELECT COUNT(*) FROM information_schema.tables WHERE table_name = ? AND table_schema = "
                + (tables.schema() == null ? current : "?");
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, tables.prefix() + "schema");
            if (tables.schema() != null) {
                statement.setString(2, tables.schema());
            }
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getInt(1) > 0;
            }
        }
    }

    @Override
    public String toString() {
        return "installer of " + tables;
    }
}
