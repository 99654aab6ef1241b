package dev.seawall.jdbc;

import dev.seawall.Durations;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * In which way a database wants to be asked. Points in time are kept as whole microseconds since 1970, by the clock of the
 * database: no driver and no session changes them on the way.
 */
public enum Dialect {

    /** PostgreSQL 13 and newer. */
    POSTGRESQL("postgresql", '"', "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS bigint)") {
        @Override
        String readOnlyQuery() {
            return "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on'";
        }

        @Override
        public void limitIdleness(Connection transaction, Duration longest) throws SQLException {
            long millis = TimeUnit.NANOSECONDS.toMillis(Durations.toNanos(longest));
            long setting = Math.max(1, Math.min(Integer.MAX_VALUE, millis)); // 0 would mean for ever
            String sql = "SET LOCAL idle_in_transaction_session_timeout = " + setting;
            try (PreparedStatement statement = transaction.prepareStatement(sql)) {
                statement.execute();
            }
        }
    },

    /** MariaDB 10.6 and newer, MySQL 8 and newer. */
    MARIADB("mariadb", '`', "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6))") {
        @Override
        String readOnlyQuery() {
            return "SELECT @@global.read_only";
        }

        @Override
        public void setId(PreparedStatement statement, int index, UUID id) throws SQLException {
            ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * 2);
            bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
            statement.setBytes(index, bytes.array());
        }

        @Override
        public UUID id(ResultSet row, String column) throws SQLException {
            ByteBuffer bytes = ByteBuffer.wrap(row.getBytes(column));
            return new UUID(bytes.getLong(), bytes.getLong());
        }

        @Override
        public String text(ResultSet row, String column) throws SQLException {
            return new String(row.getBytes(column), StandardCharsets.UTF_8);
        }
    },

    /** H2 2, for development and tests: its locks are not those of the others. */
    H2("h2", '"', "CAST(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000000 AS bigint)") {
        @Override
        String readOnlyQuery() {
            return "SELECT FALSE";
        }
    };

    private static final String INTEGRITY = "23"; // class of SQL states

    private final String folder;
    private final char quote;
    private final String now;

    Dialect(String folder, char quote, String now) {
        this.folder = folder;
        this.quote = quote;
        this.now = now;
    }

    /**
     * The dialect of a database.
     *
     * @param connection to the database
     * @return its dialect
     * @throws SQLException if the database cannot be asked
     * @throws DatabaseException if it is none that Seawall knows
     */
    public static Dialect of(Connection connection) throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName();
        return switch (product.toLowerCase(Locale.ROOT)) {
            case "postgresql" -> POSTGRESQL;
            case "mariadb", "mysql" -> MARIADB;
            case "h2" -> H2;
            default ->
                throw new DatabaseException(
                        "Seawall works with PostgreSQL, MariaDB, MySQL and H2; this is " + product, null);
        };
    }

    /**
     * Refuses a database that takes no writes: what is read there is old, and nothing can be settled.
     *
     * @param connection to the database
     * @throws SQLException if the database cannot be asked
     * @throws DatabaseException if it is a replica
     */
    public void requirePrimary(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(readOnlyQuery())) {
            row.next();
            if (row.getBoolean(1)) {
                throw new DatabaseException(
                        "the database takes no writes, it is a replica or set to read-only: connect to the primary",
                        null);
            }
        }
    }

    abstract String readOnlyQuery();

    /**
     * Has the server end a transaction whose client stands still in the middle of it, by its own clock, so that others need not wait
     * for what it has locked. The transaction is rolled back then and its connection closed. The limit ends with the transaction.
     *
     * <p>MariaDB, MySQL and H2 have no setting that ends with a transaction: there this does nothing.
     *
     * @param transaction a connection with autocommit off
     * @param longest between two statements; what is below 1 ms counts as 1 ms, what is above 24 days as 24 days
     * @throws SQLException if the database refuses
     */
    public void limitIdleness(Connection transaction, Duration longest) throws SQLException {}

    /**
     * The present, as an SQL expression. Where a transaction's time stands still (H2), it is right only in statements that are
     * committed by themselves.
     *
     * @return of type {@code bigint}: microseconds since 1970
     */
    public String now() {
        return now;
    }

    /**
     * An identifier as SQL takes it.
     *
     * @param identifier checked before: letters, digits and underscores
     * @return the identifier in quotes
     */
    public String quoted(String identifier) {
        return quote + identifier + quote;
    }

    /**
     * Binds a unique id.
     *
     * @param statement to which
     * @param index of the parameter, from 1
     * @param id the id
     * @throws SQLException if there is no such parameter
     */
    public void setId(PreparedStatement statement, int index, UUID id) throws SQLException {
        statement.setObject(index, id);
    }

    /**
     * Reads a unique id.
     *
     * @param row from where
     * @param column its name
     * @return the id
     * @throws SQLException if there is no such column
     */
    public UUID id(ResultSet row, String column) throws SQLException {
        return row.getObject(column, UUID.class);
    }

    /**
     * Reads a key or an id that is kept as text, or as bytes where no equal texts may be taken for one (MariaDB).
     *
     * @param row from where
     * @param column its name
     * @return the text
     * @throws SQLException if there is no such column
     */
    public String text(ResultSet row, String column) throws SQLException {
        return row.getString(column);
    }

    /**
     * Whether an insert was refused because such a row is there.
     *
     * @param refusal what the database said
     * @return {@code true} if a constraint was violated
     */
    public static boolean isDuplicate(SQLException refusal) {
        String state = refusal.getSQLState();
        return refusal instanceof SQLIntegrityConstraintViolationException
                || (state != null && state.startsWith(INTEGRITY));
    }

    String folder() {
        return folder;
    }
}
