package dev.seawall.outbox.jdbc;

import org.jspecify.annotations.Nullable;

/** A message on its way from the table to the publisher and back. Belongs to one worker's thread. */
final class Delivery {

    /** How a delivery ended: without a failure if it was confirmed. */
    record End(Delivery delivery, @Nullable Throwable failure) {}

    final OwnedPartition partition;
    final Row row;
    private long sentAt;
    private boolean sent;
    private boolean ended;

    Delivery(OwnedPartition partition, Row row) {
        this.partition = partition;
        this.row = row;
    }

    void sentAt(long now) {
        sentAt = now;
        sent = true;
    }

    boolean isUnderWay() {
        return sent && !ended;
    }

    boolean isOverdue(long now, long limit) {
        return isUnderWay() && now - sentAt > limit;
    }

    /** The first end counts; a confirmation after the time limit changes nothing. */
    boolean end() {
        boolean first = !ended;
        ended = true;
        return first;
    }

    @Override
    public String toString() {
        return row.toString();
    }
}
