package dev.seawall.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** Work on tables that is done bit by bit while nobody waits for it, such as deleting what is old. */
public interface Chore {

    /**
     * What it is called in logs and snapshots.
     *
     * @return a name
     */
    String name();

    /**
     * Does a bit of it: a few milliseconds' worth, at most about 1,000 rows. Doing it twice, or on two nodes at once, must do no
     * harm.
     *
     * @param connection commits each statement by itself, READ COMMITTED; must not be kept or closed
     * @return how many rows were done; 0 if nothing is left
     * @throws SQLException if the database refuses; what was done before stays done
     */
    int run(Connection connection) throws SQLException;

    /**
     * Deletes rows by their age, the oldest first, 1,000 at a time.
     *
     * @param tables what the tables are called
     * @param table which one, without the prefix
     * @param column a point in time as Seawall keeps it, in microseconds since 1970 by the clock of the database. It needs an index
     *     that begins with it
     * @param age how long rows stay after that time, at most 100 years
     * @return a chore, for any number of threads
     */
    static Chore deleting(Tables tables, String table, String column, Duration age) {
        return new OldRows(tables, table, column, age);
    }
}
