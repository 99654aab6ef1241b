package dev.seawall.outbox.jdbc;

import dev.seawall.outbox.PoisonMessageException;
import dev.seawall.outbox.jdbc.Row.KeyName;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Decides what becomes of a message that failed, and writes it down. */
final class FailedMessages {

    private final RelaySettings settings;
    private final OutboxRelay relay;
    private final Blocks blocks;

    FailedMessages(RelaySettings settings, OutboxRelay relay, Blocks blocks) {
        this.settings = settings;
        this.relay = relay;
        this.blocks = blocks;
    }

    /**
     * Blocks or parks it.
     *
     * @param key what its block is for
     * @param attempts this one included
     * @return tells of it, after the commit
     */
    Runnable failed(Connection connection, Row row, KeyName key, int attempts, Throwable failure) throws SQLException {
        if (failure instanceof PoisonMessageException || attempts >= settings.maxAttempts()) {
            if (settings.parking() == ParkingPolicy.HOLD_KEY) {
                blocks.block(connection, row, key, attempts, null, failure.toString());
            } else {
                blocks.park(connection, row, key, attempts, failure.toString());
            }
            return () -> relay.tellParked(row, attempts, failure);
        }
        long nanos = settings.delayNanos(attempts);
        blocks.block(connection, row, key, attempts, TimeUnit.NANOSECONDS.toMicros(nanos), failure.toString());
        return () -> relay.tellFailed(row, attempts, Duration.ofNanos(nanos), failure);
    }
}
