package dev.seawall.benchmarks.throughput;

import static dev.seawall.benchmarks.throughput.IdempotencyTables.ANSWER;
import static dev.seawall.benchmarks.throughput.IdempotencyTables.fingerprint;
import static dev.seawall.benchmarks.throughput.IdempotencyTables.key;
import static dev.seawall.benchmarks.throughput.IdempotencyTables.nextNumber;

import dev.seawall.idempotency.Idempotency;
import dev.seawall.idempotency.Outcome;
import dev.seawall.idempotency.Outcome.Executed;
import dev.seawall.idempotency.Outcome.Replayed;
import dev.seawall.idempotency.jdbc.JdbcIdempotency;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;

/** A business transaction of three statements, and the ways to do it once. */
final class IdempotencyWork {

    static final int REPLAYED_KEYS = 1_000;

    private static final String ORDER = "INSERT INTO shop_order (customer, amount) VALUES (?, ?)";
    private static final String ACCOUNT = "UPDATE account SET balance = balance + ? WHERE id = ?";
    private static final String ENTRY = "INSERT INTO entry (account, amount) VALUES (?, ?)";

    private static final String USUAL_CLAIM = "INSERT INTO usual_idempotency (key, fingerprint, status, expires_at)"
            + " VALUES (?, ?, 'STARTED', now() + interval '24 hours') ON CONFLICT (key) DO NOTHING";
    private static final String USUAL_END = "UPDATE usual_idempotency SET status = 'DONE', answer = ? WHERE key = ?";

    private final DataSource pool;

    IdempotencyWork(DataSource pool) {
        this.pool = pool;
    }

    /** Something that the database may refuse. */
    @FunctionalInterface
    private interface Step {
        boolean take(long number) throws SQLException;
    }

    private static Operation of(Step step) {
        return (thread, done) -> {
            try {
                return step.take(nextNumber());
            } catch (SQLException refused) {
                throw new IllegalStateException(refused);
            }
        };
    }

    // ---- around the business transaction

    Operation bare() {
        return of(this::business);
    }

    /** What any way to remember a request in its transaction costs at least. */
    Operation bareAndRow() {
        return of(number -> {
            try (Connection connection = pool.getConnection()) {
                connection.setAutoCommit(false);
                boolean isNew = insertAsUsual(connection, "charge/" + number, number);
                business(connection, number);
                connection.commit();
                return isNew;
            }
        });
    }

    Operation inTransaction(JdbcIdempotency idempotency) {
        return of(number -> inTransaction(idempotency, number) instanceof Executed);
    }

    Operation byClaim(Idempotency idempotency) {
        return of(number -> {
            Outcome<String> outcome = idempotency.execute(key(number), fingerprint(number), execution -> {
                business(number);
                return ANSWER;
            });
            return outcome instanceof Executed;
        });
    }

    /** A row that is inserted and committed before the work, and updated after it: no owner, no end, no fence. */
    Operation usual() {
        return of(number -> usual(number, this::business));
    }

    // ---- around nothing

    static Operation nothingByClaim(Idempotency idempotency) {
        return of(number ->
                idempotency.execute(key(number), fingerprint(number), execution -> ANSWER) instanceof Executed);
    }

    Operation nothingAsUsual() {
        return of(number -> usual(number, ignored -> true));
    }

    // ---- again

    Operation replayInTransaction(JdbcIdempotency idempotency) {
        return of(number -> inTransaction(idempotency, -number % REPLAYED_KEYS) instanceof Replayed);
    }

    static Operation replayByClaim(Idempotency idempotency) {
        return of(number -> {
            long old = -number % REPLAYED_KEYS;
            return idempotency.execute(key(old), fingerprint(old), execution -> ANSWER) instanceof Replayed;
        });
    }

    Outcome<String> inTransaction(JdbcIdempotency idempotency, long number) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            Outcome<String> outcome = idempotency.execute(connection, key(number), fingerprint(number), () -> {
                business(connection, number);
                return ANSWER;
            });
            connection.commit();
            return outcome;
        }
    }

    private static boolean insertAsUsual(Connection connection, String key, long number) throws SQLException {
        try (PreparedStatement claim = connection.prepareStatement(USUAL_CLAIM)) {
            claim.setString(1, key);
            claim.setString(2, "amount " + number);
            return claim.executeUpdate() == 1;
        }
    }

    private boolean usual(long number, Step work) throws SQLException {
        String key = "charge/" + number;
        try (Connection connection = pool.getConnection()) {
            if (!insertAsUsual(connection, key, number)) {
                return false;
            }
        }
        work.take(number);
        try (Connection connection = pool.getConnection();
                PreparedStatement end = connection.prepareStatement(USUAL_END)) {
            end.setString(1, ANSWER);
            end.setString(2, key);
            return end.executeUpdate() == 1;
        }
    }

    private boolean business(long number) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            business(connection, number);
            connection.commit();
            return true;
        }
    }

    private static void business(Connection connection, long number) throws SQLException {
        int account = (int) Math.floorMod(number, (long) IdempotencyTables.ACCOUNTS);
        try (PreparedStatement order = connection.prepareStatement(ORDER)) {
            order.setString(1, "customer-" + account);
            order.setLong(2, number);
            order.executeUpdate();
        }
        try (PreparedStatement balance = connection.prepareStatement(ACCOUNT)) {
            balance.setLong(1, number);
            balance.setInt(2, account);
            balance.executeUpdate();
        }
        try (PreparedStatement entry = connection.prepareStatement(ENTRY)) {
            entry.setInt(1, account);
            entry.setLong(2, number);
            entry.executeUpdate();
        }
    }
}
