package dev.seawall.idempotency.jdbc;

import dev.seawall.idempotency.Fingerprint;
import dev.seawall.idempotency.IdempotencyStore.Claim;
import dev.seawall.idempotency.Key;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Claims a key, in one way on PostgreSQL and in another elsewhere. */
interface Claiming {

    /** What is asked for. */
    record Wish(Key key, Fingerprint fingerprint, UUID token, Duration claimFor, Duration keepFor) {}

    /** One try, committed by itself; {@code null} if others changed the record meanwhile and it must be tried again. */
    @Nullable
    Claim claim(Connection connection, Wish wish) throws SQLException;
}
