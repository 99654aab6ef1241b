package dev.seawall.idempotency.jdbc;

import dev.seawall.idempotency.IdempotencyStore.Claim;
import dev.seawall.idempotency.IdempotencyStore.Held;
import dev.seawall.idempotency.StoredAnswer;
import dev.seawall.jdbc.Dialect;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * With a row that is inserted before the work, so that others who insert it wait for the end of the transaction; the answer is put
 * in after the work. A statement that waits too long, or finds the row, ends no transaction here. What has been committed is read
 * with a lock, because a snapshot of the transaction may be older.
 */
final class PlaceholderTransaction implements InTransaction {

    private static final int MOST_TRIES = 10;
    private static final int LOCK_WAIT_TIMEOUT = 1205;
    private static final int H2_LOCK_TIMEOUT = 50200;
    private static final int H2_CONCURRENT_UPDATE = 90131;
    private static final Duration COME_BACK = Duration.ofSeconds(1);

    private static final String INSERT = "INSERT INTO {idempotency} (key_hash, fingerprint, claimed_until, taken_over, "
            + "expires_at) VALUES (?, ?, 0, FALSE, {now} + ?)";

    /** Of a record that has ended, lapsed or was released. */
    private static final String TAKE = "UPDATE {idempotency} SET fingerprint = ?, token = NULL, claimed_until = 0, "
            + "answer = NULL, points = NULL, expires_at = {now} + ? WHERE key_hash = ? AND " + Table.IS_FREE;

    private static final String COMPLETE =
            "UPDATE {idempotency} SET answer = ?, expires_at = {now} + ? WHERE key_hash = ?";

    private static final String ABANDON = "DELETE FROM {idempotency} WHERE key_hash = ?";

    private final String waitAtMost; // to be completed by a number of seconds; empty where there is no such thing
    private final String insert;
    private final String look;
    private final String take;
    private final String complete;
    private final String abandon;

    PlaceholderTransaction(Table table) {
        this.waitAtMost = table.mariaDb ? "SET STATEMENT innodb_lock_wait_timeout=%d FOR " : "";
        this.insert = table.sql(INSERT);
        this.look = table.sql(Table.LOOK) + (table.dialect == Dialect.MARIADB ? " LOCK IN SHARE MODE" : "");
        this.take = table.sql(TAKE);
        this.complete = table.sql(COMPLETE);
        this.abandon = table.sql(ABANDON);
    }

    @Override
    public @Nullable Claim enter(Request request) throws SQLException {
        for (int i = 0; i < MOST_TRIES; i++) {
            try {
                if (insert(request)) {
                    return null;
                }
                Claim known = look(request);
                if (known != null || take(request)) {
                    return known;
                }
            } catch (SQLException refused) {
                if (!waitedInVain(refused)) {
                    throw refused;
                }
                break;
            }
        }
        return new Held(COME_BACK);
    }

    private boolean insert(Request request) throws SQLException {
        try (PreparedStatement statement = request.connection().prepareStatement(bounded(request, insert))) {
            statement.setBytes(1, request.keyHash());
            statement.setBytes(2, request.fingerprint().hash());
            statement.setLong(3, Table.micros(request.keepFor()));
            statement.executeUpdate();
            return true;
        } catch (SQLException refused) {
            if (Dialect.isDuplicate(refused)) {
                return false;
            }
            throw refused;
        }
    }

    private @Nullable Claim look(Request request) throws SQLException {
        try (PreparedStatement statement = request.connection().prepareStatement(bounded(request, look))) {
            statement.setBytes(1, request.fingerprint().hash());
            statement.setBytes(2, request.keyHash());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Table.judge(row) : null;
            }
        }
    }

    private boolean take(Request request) throws SQLException {
        try (PreparedStatement statement = request.connection().prepareStatement(bounded(request, take))) {
            statement.setBytes(1, request.fingerprint().hash());
            statement.setLong(2, Table.micros(request.keepFor()));
            statement.setBytes(3, request.keyHash());
            statement.setBytes(4, request.fingerprint().hash());
            return statement.executeUpdate() == 1;
        }
    }

    private String bounded(Request request, String sql) {
        return waitAtMost.isEmpty() ? sql : String.format(Locale.ROOT, waitAtMost, seconds(request.maxWait())) + sql;
    }

    /** Rounded up. */
    private static long seconds(Duration maxWait) {
        return maxWait.plusSeconds(1).minusNanos(1).toSeconds();
    }

    private static boolean waitedInVain(SQLException refused) {
        int code = refused.getErrorCode();
        return code == LOCK_WAIT_TIMEOUT || code == H2_LOCK_TIMEOUT || code == H2_CONCURRENT_UPDATE;
    }

    @Override
    public void complete(Request request, StoredAnswer answer) throws SQLException {
        try (PreparedStatement statement = request.connection().prepareStatement(complete)) {
            statement.setBytes(1, answer.bytes());
            statement.setLong(2, Table.micros(request.keepFor()));
            statement.setBytes(3, request.keyHash());
            statement.executeUpdate();
        }
    }

    @Override
    public void abandon(Request request) throws SQLException {
        try (PreparedStatement statement = request.connection().prepareStatement(abandon)) {
            statement.setBytes(1, request.keyHash());
            statement.executeUpdate();
        }
    }
}
