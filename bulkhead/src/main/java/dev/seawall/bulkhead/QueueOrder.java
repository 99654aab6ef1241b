package dev.seawall.bulkhead;

/** Which of the waiting calls goes first. When the queue is full it keeps those that would go first. */
public enum QueueOrder {

    /** The one that has waited longest. A newcomer to a full queue is rejected. */
    FIFO,

    /**
     * The one that came last. Under overload the newest calls still have a caller who waits for them, the oldest have not. A
     * newcomer to a full queue takes the place of the oldest.
     */
    LIFO,

    /**
     * The one with the highest {@linkplain BulkheadConfig#priority() priority}; of equals, the one that has waited longest. A
     * newcomer to a full queue takes the place of the last one, if it goes before that.
     */
    PRIORITY
}
