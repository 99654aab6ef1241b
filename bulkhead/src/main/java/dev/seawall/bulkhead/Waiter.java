package dev.seawall.bulkhead;

/** A call in the queue. Its wait ends once: it is granted, or rejected by the bulkhead, or abandoned by its caller. */
interface Waiter {

    /** What decides when it is its turn. */
    Place place();

    /** Ends the wait with permits, which are taken already. {@code false} if it has ended otherwise. */
    boolean tryGrant();

    /** Lets a granted call go on. Told while no lock is held. */
    void granted();

    /** Ends the wait without permits, unless it has ended. Told while no lock is held. */
    void reject(BulkheadFullException.Why why);

    /**
     * A place in the queue.
     *
     * @param weight how many permits the call takes
     * @param priority how urgent it is
     * @param number in which order it came
     */
    record Place(int weight, int priority, long number) {}
}
