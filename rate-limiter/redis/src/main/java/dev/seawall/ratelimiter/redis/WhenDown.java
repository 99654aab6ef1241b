package dev.seawall.ratelimiter.redis;

/** What shared limiters do with calls while Redis cannot be asked. */
public enum WhenDown {
    /**
     * Each process limits by itself, with a limiter of its own for each shared one that is asked meanwhile. It begins with all its
     * permits; how large its share of the limit is says {@link RedisRateLimiters.Builder#instances}.
     */
    LOCAL,

    /** Lets every call start. */
    OPEN,

    /** Rejects every call. */
    CLOSED
}
