package dev.seawall.benchmarks.throughput;

import dev.seawall.idempotency.Fingerprint;
import dev.seawall.idempotency.Idempotency;
import dev.seawall.idempotency.IdempotencyStore;
import dev.seawall.idempotency.Key;
import dev.seawall.idempotency.jdbc.JdbcIdempotency;
import dev.seawall.jdbc.SchemaInstaller;
import dev.seawall.jdbc.Tables;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/** Seawall's tables in the database of a run, once small and once full, and those of the business and of the usual scheme. */
final class IdempotencyTables {

    static final Tables SMALL = Tables.standard();
    static final Tables FULL = new Tables(null, "full_");

    static final String ANSWER = "x".repeat(200);
    static final int ACCOUNTS = 10_000;

    private static final long FEW = 10_000;

    private static final AtomicLong NUMBERS = new AtomicLong();

    private final DataSource pool;

    IdempotencyTables(DataSource pool) throws SQLException {
        this.pool = pool;
        SchemaInstaller.of(pool, SMALL).install(JdbcIdempotency.SCHEMA);
        SchemaInstaller.of(pool, FULL).install(JdbcIdempotency.SCHEMA);
        execute(
                "CREATE TABLE shop_order (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer text NOT NULL,"
                        + " amount bigint NOT NULL)",
                "CREATE TABLE account (id int PRIMARY KEY, balance bigint NOT NULL) WITH (fillfactor = 50)",
                "CREATE TABLE entry (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account int NOT NULL,"
                        + " amount bigint NOT NULL)",
                "INSERT INTO account SELECT n, 0 FROM generate_series(0, " + (ACCOUNTS - 1) + ") AS n",
                "CREATE TABLE usual_idempotency (key text PRIMARY KEY, fingerprint text NOT NULL, status text NOT NULL,"
                        + " answer text, expires_at timestamptz NOT NULL)");
    }

    DataSource pool() {
        return pool;
    }

    /** One that nobody had before. */
    static long nextNumber() {
        return NUMBERS.incrementAndGet();
    }

    static Key key(long number) {
        return Key.of("charge", Long.toString(number));
    }

    static Fingerprint fingerprint(long number) {
        return Fingerprint.of("amount " + number);
    }

    static JdbcIdempotency inTransaction(Tables tables) {
        return JdbcIdempotency.builder().tables(tables).build();
    }

    Idempotency byClaim(Tables tables) {
        return byClaim(JdbcIdempotency.store(pool, tables));
    }

    static Idempotency byClaim(IdempotencyStore store) {
        return Idempotency.builder(store).build();
    }

    /**
     * What would otherwise happen at a moment of its own choosing, in the middle of a round. Tables are not left empty: PostgreSQL
     * would plan for that, and keep the plan while they grow.
     */
    void tidy() throws SQLException {
        execute(
                "TRUNCATE seawall_idempotency, usual_idempotency, shop_order, entry",
                "VACUUM FULL account",
                load("seawall_idempotency", FEW),
                "INSERT INTO usual_idempotency SELECT 'loaded ' || n, 'amount ' || n, 'DONE', '" + ANSWER
                        + "', now() + interval '24 hours' FROM generate_series(1, " + FEW + ") AS n",
                "VACUUM ANALYZE seawall_idempotency",
                "VACUUM ANALYZE usual_idempotency",
                "CHECKPOINT");
    }

    /**
     * Fills the table that is to be full. The index of keys gets pages that are 70 % full, as they would be after that many
     * insertions in random order.
     */
    BTree fill(long records) throws SQLException {
        execute(
                "ALTER TABLE full_idempotency DROP CONSTRAINT full_idempotency_pkey",
                "DROP INDEX full_idempotency_expires",
                "SET maintenance_work_mem = '512MB'",
                load("full_idempotency", records),
                "ALTER TABLE full_idempotency ADD PRIMARY KEY (key_hash) WITH (fillfactor = 70)",
                "CREATE INDEX full_idempotency_expires ON full_idempotency (expires_at)",
                "VACUUM ANALYZE full_idempotency",
                "CHECKPOINT");
        return new BTree(records, number("SELECT relpages FROM pg_class WHERE relname = 'full_idempotency_pkey'"));
    }

    private static String load(String table, long records) {
        return String.format(
                Locale.ROOT,
                "INSERT INTO %s SELECT sha256(('loaded ' || n)::bytea), sha256(n::text::bytea), gen_random_uuid(), 0, FALSE,"
                        + " decode(repeat('78', %d), 'hex'), NULL,"
                        + " ((extract(epoch FROM clock_timestamp()) + 86400) * 1000000)::bigint + n"
                        + " FROM generate_series(1, %d) AS n",
                table,
                ANSWER.length(),
                records);
    }

    private long number(String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private void execute(String... statements) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
