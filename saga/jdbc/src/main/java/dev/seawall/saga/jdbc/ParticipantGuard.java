package dev.seawall.saga.jdbc;

import dev.seawall.Require;
import dev.seawall.jdbc.Chore;
import dev.seawall.jdbc.Dialect;
import dev.seawall.jdbc.SchemaPart;
import dev.seawall.jdbc.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * For services that are called by the steps of sagas: gives each action, and each compensation, its effect once, and bars an action
 * that arrives after its compensation. A call that timed out may be on its way still when its saga gives it up; without a guard it
 * would take effect for nobody.
 *
 * <p><b>How it decides:</b> by a small row for each action, in the transaction of the work, in the database of the service. Whoever
 * comes second waits for the end of the first one's transaction.
 *
 * <p><b>Transactions:</b> the caller's. If it is rolled back, nothing has happened and the key is free. Above READ COMMITTED a
 * database may answer with a serialization failure instead, which means to come again.
 *
 * <p><b>Threads:</b> safe for any number of threads.
 */
public final class ParticipantGuard {

    /** The table of the guard, for {@link dev.seawall.jdbc.SchemaInstaller}. */
    public static final SchemaPart SCHEMA = new SchemaPart("guard", 6, 1, ParticipantGuard.class);

    private static final int LONGEST_KEY = 255;
    private static final String ACTED = "ACTED";
    private static final String COMPENSATED = "COMPENSATED";
    private static final String BARRED = "BARRED";

    private final Tables tables;

    private ParticipantGuard(Tables tables) {
        this.tables = Objects.requireNonNull(tables, "tables");
    }

    /**
     * A guard in a table with the usual name.
     *
     * @return a new guard
     */
    public static ParticipantGuard create() {
        return of(Tables.standard());
    }

    /**
     * A guard.
     *
     * @param tables what the tables are called
     * @return a new guard
     */
    public static ParticipantGuard of(Tables tables) {
        return new ParticipantGuard(tables);
    }

    /**
     * Work of a participant.
     *
     * @param <X> what it may throw
     */
    @FunctionalInterface
    public interface Work<X extends Exception> {

        /**
         * Does it.
         *
         * @throws X if it cannot be done; the caller must then roll back
         */
        void run() throws X;
    }

    /**
     * Runs an action unless it took effect before.
     *
     * @param connection in a transaction, which the caller commits
     * @param actionKey tells the action from all others, the same in every attempt: 1 to 255 visible ASCII characters
     * @param work the action, on the same connection
     * @param <X> what it may throw
     * @return {@code false} if it took effect before and was not run now
     * @throws ActionBarredException if it was compensated already; it was not run
     * @throws SQLException if the database refuses
     * @throws X what the work threw; roll back
     * @throws IllegalStateException if the connection commits each statement by itself
     */
    public <X extends Exception> boolean act(Connection connection, String actionKey, Work<X> work)
            throws SQLException, X {
        Sql sql = checked(connection, actionKey);
        if (isFirst(connection, sql, actionKey, ACTED)) {
            work.run();
            return true;
        }
        if (!outcome(connection, sql, actionKey).equals(ACTED)) {
            throw new ActionBarredException(actionKey);
        }
        return false;
    }

    /**
     * Runs a compensation if the action took effect and was not compensated before. If the action never came, it is barred from now
     * on.
     *
     * @param connection in a transaction, which the caller commits
     * @param actionKey the one of the <em>action</em>
     * @param work undoes the action, on the same connection
     * @param <X> what it may throw
     * @return {@code false} if there was nothing to undo, and the work was not run
     * @throws SQLException if the database refuses
     * @throws X what the work threw; roll back
     * @throws IllegalStateException if the connection commits each statement by itself
     */
    public <X extends Exception> boolean compensate(Connection connection, String actionKey, Work<X> work)
            throws SQLException, X {
        Sql sql = checked(connection, actionKey);
        if (isFirst(connection, sql, actionKey, BARRED)
                || !outcome(connection, sql, actionKey).equals(ACTED)) {
            return false;
        }
        sql.update(
                connection,
                "UPDATE {guard} SET outcome = ?, changed_at = {now} WHERE action_key = ?",
                COMPENSATED,
                actionKey);
        work.run();
        return true;
    }

    private Sql checked(Connection connection, String actionKey) throws SQLException {
        Require.between("length of actionKey", actionKey.length(), 1, LONGEST_KEY);
        Require.check(
                actionKey.chars().allMatch(c -> c > ' ' && c <= '~'),
                "actionKey must consist of visible ASCII characters, was '%s'",
                actionKey.replaceAll("[^ -~]", "?"));
        if (connection.getAutoCommit()) {
            throw new IllegalStateException(
                    "an action is remembered in the transaction of its effect, and this connection commits each statement by"
                            + " itself: call setAutoCommit(false) first");
        }
        return new Sql(tables, Dialect.of(connection));
    }

    private static boolean isFirst(Connection connection, Sql sql, String actionKey, String outcome)
            throws SQLException {
        boolean silent = sql.dialect() == Dialect.POSTGRESQL;
        try {
            return sql.update(
                            connection,
                            "INSERT INTO {guard} (action_key, outcome, changed_at) VALUES (?, ?, {now})"
                                    + (silent ? " ON CONFLICT DO NOTHING" : ""),
                            actionKey,
                            outcome)
                    == 1;
        } catch (SQLException refused) {
            if (!silent && Dialect.isDuplicate(refused)) {
                return false; // ends no transaction there
            }
            throw refused;
        }
    }

    private static String outcome(Connection connection, Sql sql, String actionKey) throws SQLException {
        List<String> outcomes = sql.query(
                connection,
                "SELECT outcome FROM {guard} WHERE action_key = ? FOR UPDATE",
                row -> row.getString(1),
                actionKey);
        if (outcomes.isEmpty()) {
            throw new SQLException("the row of action " + actionKey + " was there and is gone: come again", "40001");
        }
        return outcomes.get(0);
    }

    /**
     * Forgets actions. For {@link dev.seawall.jdbc.Housekeeping}.
     *
     * @param age how long after the last change: longer than a saga may live, with all repetitions of its calls; at most 100 years
     * @return a chore, for any number of threads
     */
    public Chore forgetting(Duration age) {
        return Chore.deleting(tables, "guard", "changed_at", age);
    }

    @Override
    public String toString() {
        return "guard of participants in " + tables;
    }
}
