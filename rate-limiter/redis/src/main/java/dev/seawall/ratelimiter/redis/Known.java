package dev.seawall.ratelimiter.redis;

/**
 * What Redis last said about the limits of one limiter. Others only take since, so whoever would have to wait by this would have
 * to wait by Redis as well, unless something was given back or lost: therefore nothing is known for long.
 */
final class Known {

    /** For how long a limiter goes by what it knows, in nanoseconds. */
    static final long LIFE = 1_000_000_000L;

    private final long at; // on Redis' clock
    private final long sent; // on the runtime's, before the answer was made
    private final long[] states; // of the limits, one after another; never written to

    Known(long at, long sent, long[] states) {
        this.at = at;
        this.sent = sent;
        this.states = states;
    }

    long at() {
        return at;
    }

    long[] states() {
        return states;
    }

    boolean isFresh(long now) {
        return now - sent < LIFE;
    }

    /** The time on Redis' clock now at the latest. */
    long latest(long now) {
        return at + (now - sent) / 1_000 + 1;
    }
}
