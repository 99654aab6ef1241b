package dev.seawall.ratelimiter;

import java.util.concurrent.CompletionStage;

/**
 * Where the permits of one limiter are kept that several processes share. For those who write a store; users of a limiter never
 * see it.
 *
 * <p>Implementations must be safe for any number of threads. No method blocks or throws, and every answer comes within a bound
 * that the store states, whatever happens to the server behind it: a call waits for it. An answer may come on any thread, also
 * on that of the network: what hangs on it here does not run user code there.
 */
public interface PermitStore {

    /**
     * Takes permits of all limits, or none.
     *
     * @param permits how many, at least 1
     * @param maxWaitNanos how far ahead they may be due, not negative
     * @return what was decided; never fails
     */
    CompletionStage<Decision> take(long permits, long maxWaitNanos);

    /**
     * Takes permits whether or not they are there.
     *
     * @param permits how many, at least 1
     */
    void charge(long permits);

    /**
     * What is left at this moment, of the limit that is tightest. The answer may be a little old if the store says how old.
     *
     * @return what is left; never fails
     */
    CompletionStage<Quota> quota();

    /**
     * Whether forgetting this object and making a new one for the same permits would change nothing.
     *
     * @return {@code false} while requests are under way, or while permits are counted outside the shared place
     */
    boolean isIdle();

    /** What a store decided about a request for permits. */
    sealed interface Decision {}

    /**
     * The permits were taken.
     *
     * @param delayNanos how long until they are due, from when the answer came; 0 or more
     * @param giveBack gives them back if they are not used; run at most once, must neither block nor throw
     */
    record Granted(long delayNanos, Runnable giveBack) implements Decision {}

    /**
     * Nothing was taken: the permits would be due later than asked for.
     *
     * @param waitNanos how long until they would be due; 0 or more
     */
    record Rejected(long waitNanos) implements Decision {}

    /**
     * Nothing was taken: there are never so many permits at once.
     *
     * @param most the most permits a request can get
     */
    record Impossible(long most) implements Decision {}

    /**
     * Nothing was promised: the store cannot be asked, and is told to reject calls meanwhile.
     *
     * @param retryNanos how long until it makes sense to come back; 0 or more
     */
    record Unavailable(long retryNanos) implements Decision {}
}
