package dev.seawall.outbox.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Tells which messages can no longer appear: below the settled sequence every transaction that inserts has ended. Without such
 * knowledge a reader must start at the beginning each time, or it passes over what is committed late.
 */
interface SettleProbe {

    /** Where the database cannot tell. */
    SettleProbe NONE = new SettleProbe() {
        @Override
        public void look(Connection connection) {
            // nothing to look at
        }

        @Override
        public long settled() {
            return 0;
        }

        @Override
        public int restarts() {
            return 0;
        }

        @Override
        public void forget() {
            // knows nothing
        }
    };

    /** Asks the database. */
    void look(Connection connection) throws SQLException;

    /** The highest sequence known to be settled. A read that begins later sees all that was committed up to it. */
    long settled();

    /** How often all that was settled before became doubtful: marks made by it no longer hold. */
    int restarts();

    /** Forgets what is settled. The connection was lost, and the next may be to a server that knows less. */
    void forget();
}
