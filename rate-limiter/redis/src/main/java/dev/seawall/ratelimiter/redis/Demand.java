package dev.seawall.ratelimiter.redis;

import dev.seawall.ratelimiter.PermitStore.Decision;
import java.util.concurrent.CompletableFuture;

/** What a call wants of Redis: permits by a time, permits in any case, or to know what is left. */
final class Demand {

    /** What is done with the permits. */
    enum Kind {
        TAKE,
        CHARGE,
        LOOK
    }

    final Kind kind;
    final long permits;
    final long maxWaitNanos;
    final CompletableFuture<Decision> decision = new CompletableFuture<>();

    Demand(Kind kind, long permits, long maxWaitNanos) {
        this.kind = kind;
        this.permits = permits;
        this.maxWaitNanos = maxWaitNanos;
    }

    /** Whether one request to the script can stand for both: then those that came first get what is there. */
    boolean isLike(Demand other) {
        return kind == Kind.TAKE
                && other.kind == Kind.TAKE
                && permits == other.permits
                && maxWaitNanos < 1_000
                && other.maxWaitNanos < 1_000;
    }
}
