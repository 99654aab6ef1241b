package dev.seawall.idempotency.jdbc;

import dev.seawall.idempotency.IdempotencyStore.Claim;
import dev.seawall.idempotency.IdempotencyStore.Granted;
import dev.seawall.jdbc.Dialect;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A look, which is all that a replay costs, and then the insert or the update that it suggests; that decides anew. What was saved
 * is read once the record is taken: only who holds it can save more.
 */
final class PortableClaiming implements Claiming {

    /** MariaDB assigns from left to right: what looks at the token comes before it. */
    private static final String TAKE =
            "UPDATE {idempotency} SET taken_over = (expires_at > {now} AND token IS NOT NULL AND token <> ?), "
                    + "points = CASE WHEN expires_at > {now} THEN points END, fingerprint = ?, token = ?, answer = NULL, "
                    + "claimed_until = {now} + ?, expires_at = {now} + ? WHERE key_hash = ? AND (token = ? AND answer IS NULL "
                    + "AND fingerprint = ? AND expires_at > {now} OR " + Table.IS_FREE + ")";

    private static final String INSERT =
            "INSERT INTO {idempotency} (key_hash, fingerprint, token, claimed_until, taken_over, "
                    + "expires_at) VALUES (?, ?, ?, {now} + ?, FALSE, {now} + ?)";

    private static final String LOOK =
            "SELECT fingerprint = ? AS same, answer, (token IS NOT NULL AND token <> ?) AS claimed, "
                    + "claimed_until - {now} AS remaining, expires_at > {now} AS live FROM {idempotency} WHERE key_hash = ?";

    private static final String READ =
            "SELECT taken_over, points FROM {idempotency} WHERE key_hash = ? AND token = ? AND answer IS NULL";

    private final Dialect dialect;
    private final String look;
    private final String insert;
    private final String take;
    private final String read;

    PortableClaiming(Table table) {
        this.dialect = table.dialect;
        this.look = table.sql(LOOK);
        this.insert = table.sql(INSERT);
        this.take = table.sql(TAKE);
        this.read = table.sql(READ);
    }

    @Override
    public @Nullable Claim claim(Connection connection, Wish wish) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(look)) {
            statement.setBytes(1, wish.fingerprint().hash());
            dialect.setId(statement, 2, wish.token());
            statement.setBytes(3, wish.key().hash());
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    return insert(connection, wish) ? new Granted(Map.of(), false) : null;
                }
                Claim refusal = row.getBoolean("live") ? Table.judge(row) : null;
                if (refusal != null) {
                    return refusal;
                }
            }
        }
        return take(connection, wish) ? taken(connection, wish) : null;
    }

    private boolean insert(Connection connection, Wish wish) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(insert)) {
            statement.setBytes(1, wish.key().hash());
            statement.setBytes(2, wish.fingerprint().hash());
            dialect.setId(statement, 3, wish.token());
            statement.setLong(4, Table.micros(wish.claimFor()));
            statement.setLong(5, Table.micros(wish.keepFor()));
            statement.executeUpdate();
            return true;
        } catch (SQLException refused) {
            if (Dialect.isDuplicate(refused)) {
                return false;
            }
            throw refused;
        }
    }

    private boolean take(Connection connection, Wish wish) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(take)) {
            dialect.setId(statement, 1, wish.token());
            statement.setBytes(2, wish.fingerprint().hash());
            dialect.setId(statement, 3, wish.token());
            statement.setLong(4, Table.micros(wish.claimFor()));
            statement.setLong(5, Table.micros(wish.keepFor()));
            statement.setBytes(6, wish.key().hash());
            dialect.setId(statement, 7, wish.token());
            statement.setBytes(8, wish.fingerprint().hash());
            statement.setBytes(9, wish.fingerprint().hash());
            return statement.executeUpdate() == 1;
        }
    }

    private @Nullable Claim taken(Connection connection, Wish wish) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(read)) {
            statement.setBytes(1, wish.key().hash());
            dialect.setId(statement, 2, wish.token());
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? new Granted(Points.read(row.getBytes("points")), row.getBoolean("taken_over"))
                        : null;
            }
        }
    }
}
