package dev.seawall.idempotency.jdbc;

import dev.seawall.idempotency.Fingerprint;
import dev.seawall.idempotency.IdempotencyStore.Claim;
import dev.seawall.idempotency.Key;
import dev.seawall.idempotency.StoredAnswer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Keeps a request in the caller's transaction, in one way on PostgreSQL and in another elsewhere. */
interface InTransaction {

    /** The request: what the steps of one execution have in common. */
    record Request(Connection connection, Key key, Fingerprint fingerprint, Duration maxWait, Duration keepFor) {

        byte[] keyHash() {
            return key.hash();
        }
    }

    /** What becomes of it; {@code null} if the work must run. Until the end of the transaction, nobody else is told so. */
    @Nullable
    Claim enter(Request request) throws SQLException;

    /** The work is done. */
    void complete(Request request, StoredAnswer answer) throws SQLException;

    /** The work has thrown: if the transaction is committed all the same, there must be no record. */
    void abandon(Request request) throws SQLException;
}
