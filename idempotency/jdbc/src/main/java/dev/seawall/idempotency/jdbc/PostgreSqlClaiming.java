package dev.seawall.idempotency.jdbc;

import dev.seawall.idempotency.IdempotencyStore.Claim;
import dev.seawall.idempotency.IdempotencyStore.Granted;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * One statement. It looks at the record, and writes only if that may be taken, so that a replay locks and writes nothing. The look
 * may be older than what the insert finds: then the insert takes nothing, the look says that the record is free, and both are done
 * again.
 */
final class PostgreSqlClaiming implements Claiming {

    private static final String SQL = """
            WITH ask AS MATERIALIZED (
              SELECT ?::bytea AS key_hash, ?::bytea AS fingerprint, ?::uuid AS token, {now} AS now,
                ?::bigint AS claim_for, ?::bigint AS keep_for),
            seen AS MATERIALIZED (
              SELECT r.fingerprint = ask.fingerprint AS same, r.answer, r.claimed_until - ask.now AS remaining,
                r.answer IS NULL AND r.fingerprint = ask.fingerprint
                  AND (r.token IS NULL OR r.token = ask.token OR r.claimed_until <= ask.now) AS free
              FROM {idempotency} r, ask WHERE r.key_hash = (SELECT key_hash FROM ask) AND r.expires_at > ask.now),
            taken AS (
              INSERT INTO {idempotency} AS r (key_hash, fingerprint, token, claimed_until, taken_over, expires_at)
              SELECT key_hash, fingerprint, token, now + claim_for, FALSE, now + keep_for FROM ask
              WHERE NOT EXISTS (SELECT FROM seen WHERE NOT free)
              ON CONFLICT (key_hash) DO UPDATE SET
                fingerprint = EXCLUDED.fingerprint, token = EXCLUDED.token, claimed_until = EXCLUDED.claimed_until,
                expires_at = EXCLUDED.expires_at, answer = NULL,
                points = CASE WHEN r.expires_at > (SELECT now FROM ask) THEN r.points END,
                taken_over = COALESCE(r.expires_at > (SELECT now FROM ask) AND r.token <> EXCLUDED.token, FALSE)
              WHERE r.expires_at <= (SELECT now FROM ask) OR (r.answer IS NULL AND r.fingerprint = EXCLUDED.fingerprint
                AND (r.token IS NULL OR r.token = EXCLUDED.token OR r.claimed_until <= (SELECT now FROM ask)))
              RETURNING r.taken_over, r.points)
            SELECT TRUE AS granted, taken_over, points, NULL::boolean AS same, NULL::bytea AS answer, FALSE AS claimed,
              0::bigint AS remaining FROM taken
            UNION ALL
            SELECT FALSE, FALSE, NULL, same, answer, NOT free, remaining FROM seen
              WHERE NOT EXISTS (SELECT FROM taken)
            """;

    private final String sql;

    PostgreSqlClaiming(Table table) {
        this.sql = table.sql(SQL);
    }

    @Override
    public @Nullable Claim claim(Connection connection, Wish wish) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setBytes(1, wish.key().hash());
            statement.setBytes(2, wish.fingerprint().hash());
            statement.setObject(3, wish.token());
            statement.setLong(4, Table.micros(wish.claimFor()));
            statement.setLong(5, Table.micros(wish.keepFor()));
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    return null;
                }
                return row.getBoolean("granted")
                        ? new Granted(Points.read(row.getBytes("points")), row.getBoolean("taken_over"))
                        : Table.judge(row);
            }
        }
    }
}
