package dev.seawall.outbox;

import dev.seawall.ResilienceException;

/**
 * More messages wait to be published than the outbox was told to let wait. Nothing was added, and nothing was sent to the
 * database in the caller's transaction, which can go on without the message or be rolled back.
 */
public final class OutboxFullException extends ResilienceException {

    private static final long serialVersionUID = 1L;

    /** How many messages may wait. */
    private final long limit;

    /**
     * The outbox is full.
     *
     * @param limit how many messages may wait
     */
    public OutboxFullException(long limit) {
        super(
                "more than " + limit
                        + " messages wait to be published: look at the relay, or at where it publishes to, before "
                        + "raising the limit",
                null);
        this.limit = limit;
    }

    /**
     * How many messages may wait.
     *
     * @return the limit that was set
     */
    public long limit() {
        return limit;
    }
}
