package dev.seawall.bulkhead;

import java.util.List;

/**
 * What can be seen of a bulkhead at one moment. The numbers are read one after another, so they may be apart by calls that come
 * or go meanwhile.
 *
 * @param name the bulkhead's name
 * @param limit how many permits there are: the limit in force, which an adaptive bulkhead has found itself
 * @param inUse how many of them are in use; more than {@code limit} for a while after it was lowered
 * @param waiting how many calls wait
 * @param waited how many calls got their permits after a wait, since the bulkhead was made
 * @param rejected how many calls got none, since the bulkhead was made
 * @param partitions its partitions by name; empty if it has none
 */
public record BulkheadSnapshot(
        String name,
        int limit,
        int inUse,
        int waiting,
        long waited,
        long rejected,
        List<PartitionSnapshot> partitions) {

    /** Copies the list. */
    public BulkheadSnapshot {
        partitions = List.copyOf(partitions);
    }

    /**
     * How many more permits can be taken without a wait.
     *
     * @return never negative
     */
    public int available() {
        return waiting > 0 ? 0 : Math.max(0, limit - inUse);
    }
}
