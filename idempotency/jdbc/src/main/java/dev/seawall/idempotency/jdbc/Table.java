package dev.seawall.idempotency.jdbc;

import dev.seawall.Durations;
import dev.seawall.idempotency.IdempotencyStore.Claim;
import dev.seawall.idempotency.IdempotencyStore.Completed;
import dev.seawall.idempotency.IdempotencyStore.Held;
import dev.seawall.idempotency.IdempotencyStore.Mismatched;
import dev.seawall.idempotency.StoredAnswer;
import dev.seawall.jdbc.Dialect;
import dev.seawall.jdbc.SchemaInstaller;
import dev.seawall.jdbc.Tables;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where the records are, found out on the first connection. */
final class Table {

    /** What is asked of a record before it may be worked on; {@link #judge} reads it. */
    static final String LOOK = "SELECT fingerprint = ? AS same, answer, token IS NOT NULL AS claimed, "
            + "claimed_until - {now} AS remaining FROM {idempotency} WHERE key_hash = ? AND expires_at > {now}";

    /** Of a record that may be taken; the fingerprint is its parameter. */
    static final String IS_FREE = "(expires_at <= {now} OR (answer IS NULL AND fingerprint = ? AND "
            + "(token IS NULL OR claimed_until <= {now})))";

    private static final long NANOS = 1_000; // of a microsecond

    final Tables tables;
    final Dialect dialect;
    final boolean mariaDb; // MySQL is of the same dialect
    final int plan;

    private Table(Tables tables, Dialect dialect, boolean mariaDb, int plan) {
        this.tables = tables;
        this.dialect = dialect;
        this.mariaDb = mariaDb;
        this.plan = plan;
    }

    static Table on(Connection connection, Tables tables) throws SQLException {
        Dialect dialect = Dialect.of(connection);
        dialect.requirePrimary(connection);
        SchemaInstaller.require(connection, tables, JdbcIdempotency.SCHEMA);
        boolean mariaDb = connection.getMetaData().getDatabaseProductName().equalsIgnoreCase("MariaDB");
        return new Table(tables, dialect, mariaDb, 0);
    }

    /** The same, with other texts for its statements. */
    Table planned(int number) {
        return new Table(tables, dialect, mariaDb, number);
    }

    String sql(String withNames) {
        return tables.in(withNames, dialect) + (plan == 0 ? "" : " /* " + plan + " */");
    }

    /** What a record that was looked at says; {@code null} if it may be worked on. */
    static @Nullable Claim judge(ResultSet row) throws SQLException {
        if (!row.getBoolean("same")) {
            return new Mismatched();
        }
        byte @Nullable [] answer = row.getBytes("answer");
        if (answer != null) {
            return completed(answer);
        }
        long remaining = row.getLong("remaining");
        return row.getBoolean("claimed") && remaining > 0 ? held(remaining) : null;
    }

    static Claim completed(byte[] answer) {
        return new Completed(StoredAnswer.ofBytes(Objects.requireNonNull(answer, "answer")));
    }

    static Claim held(long micros) {
        return new Held(Duration.ofNanos(micros * NANOS));
    }

    /** Rounded up, so that nothing ends early. */
    static long micros(Duration duration) {
        return (Durations.toNanos(duration) + NANOS - 1) / NANOS;
    }
}
