package dev.seawall.outbox.jdbc;

import dev.seawall.ResilienceRuntime;
import java.security.SecureRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Ids of version 7 (RFC 9562): milliseconds, then chance. Ids of one process are in the order in which they were made, which
 * keeps new rows of a consumer's inbox together; nothing depends on it.
 */
final class MessageIds {

    private static final int SUB_MILLIS_BITS = 12;
    private static final long SUB_MILLIS = (1L << SUB_MILLIS_BITS) - 1;
    private static final long VERSION = 0x7000L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;
    private static final long RANDOM_BITS = 0x3fff_ffff_ffff_ffffL;

    private final LongSupplier millis;
    private final SecureRandom random = new SecureRandom();
    private final AtomicLong last = new AtomicLong(); // milliseconds, then a count within them

    MessageIds(LongSupplier millis) {
        this.millis = millis;
    }

    /** By the machine's clock, which may be wrong: it decides nothing. */
    static MessageIds byWallClock(ResilienceRuntime runtime) {
        return new MessageIds(() -> runtime.wallTime().toEpochMilli());
    }

    UUID next() {
        long now = millis.getAsLong() << SUB_MILLIS_BITS;
        long place = last.updateAndGet(before -> Math.max(before + 1, now)); // also when the clock is set back
        long most = (place >>> SUB_MILLIS_BITS << 16) | VERSION | (place & SUB_MILLIS);
        return new UUID(most, VARIANT | (random.nextLong() & RANDOM_BITS));
    }
}
