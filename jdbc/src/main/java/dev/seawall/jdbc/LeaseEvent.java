package dev.seawall.jdbc;

/** What happened to a node's partitions. */
public sealed interface LeaseEvent {

    /**
     * What the partitions are of.
     *
     * @return the name of the work
     */
    String work();

    /**
     * The node has got a partition.
     *
     * @param work what it is of
     * @param partition which
     * @param epoch how often it has changed hands
     */
    record Acquired(String work, int partition, long epoch) implements LeaseEvent {}

    /**
     * The node has handed a partition back.
     *
     * @param work what it is of
     * @param partition which
     * @param epoch how often it had changed hands
     */
    record Released(String work, int partition, long epoch) implements LeaseEvent {}

    /**
     * The node has lost a partition, which another one may have by now.
     *
     * @param work what it is of
     * @param partition which
     * @param epoch how often it had changed hands
     */
    record Lost(String work, int partition, long epoch) implements LeaseEvent {}

    /**
     * The node could not renew its heartbeat in time and came back as a new one.
     *
     * @param work what it worked on
     * @param node its old id
     */
    record NodeExpired(String work, String node) implements LeaseEvent {}
}
