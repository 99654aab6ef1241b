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

    /** A place in the queue. */
    final class Place {

        private final Partition partition;
        private final int weight;
        private final int priority;
        private long number; // guarded by the lock of the queue

        Place(Partition partition, int weight, int priority) {
            this.partition = partition;
            this.weight = weight;
            this.priority = priority;
        }

        /** To whom the call belongs. */
        Partition partition() {
            return partition;
        }

        /** How many permits the call takes. */
        int weight() {
            return weight;
        }

        /** How urgent it is. */
        int priority() {
            return priority;
        }

        /** In which order it came. */
        long number() {
            return number;
        }

        /** Comes to the queue, as the one with this number. */
        void take(long newest) {
            number = newest;
        }
    }
}
