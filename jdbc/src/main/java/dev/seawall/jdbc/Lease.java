package dev.seawall.jdbc;

/**
 * The right to work on a partition, for as long as it {@linkplain #isHeld() is held}. Whoever works asks before each step that
 * others can see; every write checks node and epoch in its own statement, because a thread may stand still between asking and
 * writing.
 *
 * <p><b>Threads:</b> safe for any number of threads.
 */
public final class Lease {

    private final PartitionLeases.Membership membership;
    private final int partition;
    private final long epoch;
    private volatile boolean lost;
    private volatile boolean wanted;
    private volatile boolean released;

    Lease(PartitionLeases.Membership membership, int partition, long epoch) {
        this.membership = membership;
        this.partition = partition;
        this.epoch = epoch;
    }

    /**
     * Which partition.
     *
     * @return from 0
     */
    public int partition() {
        return partition;
    }

    /**
     * How often the partition has changed hands: no other lease of it has the same.
     *
     * @return at least 1
     */
    public long epoch() {
        return epoch;
    }

    /**
     * Who holds it, as the partition's row says.
     *
     * @return the node's id
     */
    public String node() {
        return membership.node();
    }

    /**
     * Whether one may go on. Needs no database: a node that could not renew its heartbeat for 80 % of its time to live stops by
     * itself, before others may take over.
     *
     * @return {@code false} for good once it is lost or released
     */
    public boolean isHeld() {
        return !lost && !released && membership.isAlive();
    }

    /**
     * Whether another node should have this partition. Who works on it finishes what was begun and {@linkplain #release()
     * releases} it.
     *
     * @return {@code true} if a node has joined, or this one is closing
     */
    public boolean isWantedElsewhere() {
        return wanted;
    }

    /** Gives the partition up, for another node to take it soon. Does not wait for the database. */
    public void release() {
        released = true;
        membership.wakeUp();
    }

    /** Tells that a write found another owner. */
    public void lost() {
        lost = true;
    }

    boolean isReleased() {
        return released;
    }

    boolean isLost() {
        return lost;
    }

    void wantElsewhere(boolean now) {
        wanted = now;
    }

    @Override
    public String toString() {
        return "partition " + partition + " in epoch " + epoch + (released ? " (released)" : isHeld() ? "" : " (lost)");
    }
}
