package dev.seawall.outbox.jdbc;

import dev.seawall.ResilienceRuntime;
import dev.seawall.outbox.OutboxFullException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Refuses messages while too many wait. Once a second one of the threads that add looks, on a connection of its own; so the limit
 * can be exceeded by what is added in a second.
 */
final class BacklogLimit {

    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Backlog backlog;
    private final long limit;
    private final ResilienceRuntime runtime = ResilienceRuntime.shared();
    private final AtomicLong nextLook = new AtomicLong();
    private volatile boolean exceeded;

    BacklogLimit(Backlog backlog, long limit) {
        this.backlog = backlog;
        this.limit = limit;
    }

    void check() {
        long now = runtime.now();
        long due = nextLook.get();
        if (now >= due && nextLook.compareAndSet(due, now + LOOK_NANOS)) {
            exceeded = backlog.exceeds(limit);
        }
        if (exceeded) {
            throw new OutboxFullException(limit);
        }
    }
}
