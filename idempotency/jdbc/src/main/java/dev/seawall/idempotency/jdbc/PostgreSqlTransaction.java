package dev.seawall.idempotency.jdbc;

import dev.seawall.CallInterruptedException;
import dev.seawall.Durations;
import dev.seawall.ResilienceRuntime;
import dev.seawall.idempotency.IdempotencyStore.Claim;
import dev.seawall.idempotency.IdempotencyStore.Held;
import dev.seawall.idempotency.IdempotencyStoreException;
import dev.seawall.idempotency.StoredAnswer;
import java.nio.ByteBuffer;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Under an advisory lock that ends with the transaction. Lock and look are two statements, because one alone would look with a
 * snapshot from before it had the lock; they are sent together. The lock is only tried, again and again, because a statement
 * that waits too long for a lock ends the caller's transaction. The record is written after the work: one that throws leaves
 * nothing behind.
 *
 * <p>The lock has 64 bits of the key's hash. Two keys that share them wait for each other, and no more.
 */
final class PostgreSqlTransaction implements InTransaction {

    private static final String ENTER = "SELECT pg_try_advisory_xact_lock(?); " + Table.LOOK;

    private static final String INSERT = """
            INSERT INTO {idempotency} AS r (key_hash, fingerprint, claimed_until, taken_over, answer, expires_at)
            VALUES (?, ?, 0, FALSE, ?, {now} + ?)
            ON CONFLICT (key_hash) DO UPDATE SET
              fingerprint = EXCLUDED.fingerprint, token = NULL, claimed_until = 0, taken_over = FALSE,
              answer = EXCLUDED.answer, points = NULL, expires_at = EXCLUDED.expires_at
            WHERE r.expires_at <= {now} OR (r.answer IS NULL AND r.fingerprint = EXCLUDED.fingerprint
              AND (r.token IS NULL OR r.claimed_until <= {now}))
            """;

    private static final long FIRST_PAUSE = 1_000_000;
    private static final long LONGEST_PAUSE = 32_000_000;
    private static final Duration COME_BACK = Duration.ofSeconds(1);

    private final String enter;
    private final String insert;
    private final ResilienceRuntime runtime;

    PostgreSqlTransaction(Table table, ResilienceRuntime runtime) {
        this.enter = table.sql(ENTER);
        this.insert = table.sql(INSERT);
        this.runtime = runtime;
    }

    @Override
    public @Nullable Claim enter(Request request) throws SQLException {
        try (PreparedStatement statement = request.connection().prepareStatement(enter)) {
            byte[] hash = request.keyHash();
            statement.setLong(1, ByteBuffer.wrap(hash).getLong());
            statement.setBytes(2, request.fingerprint().hash());
            statement.setBytes(3, hash);
            long began = runtime.now();
            long patience = Durations.toNanos(request.maxWait());
            for (long pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
                statement.execute();
                boolean locked = isLocked(statement);
                Claim known = look(statement);
                if (known != null || locked) {
                    return known;
                }
                long left = patience - (runtime.now() - began);
                if (left <= 0) {
                    return new Held(COME_BACK);
                }
                await(Math.min(pause, left));
            }
        }
    }

    private static boolean isLocked(PreparedStatement statement) throws SQLException {
        try (ResultSet row = statement.getResultSet()) {
            row.next();
            return row.getBoolean(1);
        }
    }

    /** What is there counts without the lock too: who replays need not wait for others who do. */
    private static @Nullable Claim look(PreparedStatement statement) throws SQLException {
        statement.getMoreResults();
        try (ResultSet row = statement.getResultSet()) {
            return row.next() ? Table.judge(row) : null;
        }
    }

    private void await(long nanos) {
        try {
            runtime.sleep(nanos);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CallInterruptedException("idempotency", "the end of the same request", interrupted);
        }
    }

    @Override
    public void complete(Request request, StoredAnswer answer) throws SQLException {
        try (PreparedStatement statement = request.connection().prepareStatement(insert)) {
            statement.setBytes(1, request.keyHash());
            statement.setBytes(2, request.fingerprint().hash());
            statement.setBytes(3, answer.bytes());
            statement.setLong(4, Table.micros(request.keepFor()));
            if (statement.executeUpdate() != 1) {
                throw new IdempotencyStoreException(
                        request.key()
                                + " was done elsewhere meanwhile: roll the transaction back, and send the request again",
                        null);
            }
        }
    }

    @Override
    public void abandon(Request request) {}
}
