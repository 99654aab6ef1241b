package dev.seawall;

/**
 * How much chance there is in a delay, so that callers that failed together do not come back together. The names are those of
 * Marc Brooker, "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015).
 */
public enum Jitter {
    /** None: every caller waits for the delay itself. */
    NONE,
    /** Between 0 and the delay. Spreads best, and is the default of a retry. */
    FULL,
    /** Between half the delay and the delay: never comes back at once. */
    EQUAL,
    /**
     * Between the first delay and three times the wait before, at most the cap. The series of delays is used for its first
     * value only.
     */
    DECORRELATED
}
