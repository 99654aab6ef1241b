package dev.seawall.bulkhead;

/**
 * What can be seen of a partition of a bulkhead at one moment.
 *
 * @param name the partition's name
 * @param share how many permits of the limit in force are guaranteed to it
 * @param inUse how many permits its calls use; more than {@code share} if others leave it some
 * @param waiting how many of its calls wait
 */
public record PartitionSnapshot(String name, int share, int inUse, int waiting) {}
