package dev.seawall.outbox.jdbc;

import dev.seawall.outbox.jdbc.Delivery.End;
import dev.seawall.outbox.jdbc.Row.KeyName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Writes down how messages ended: deletes what was confirmed, blocks keys whose message failed, parks what is given up. All of it
 * only where the node still owns the partition.
 */
final class Settlement {

    private final OutboxRelay relay;
    private final Messages messages;
    private final Blocks blocks;
    private final FailedMessages failedMessages;
    private final OwnedPartitions partitions;
    private final List<Runnable> news = new ArrayList<>(); // told after the commit

    Settlement(
            RelaySettings settings, OutboxRelay relay, Messages messages, Blocks blocks, OwnedPartitions partitions) {
        this.failedMessages = new FailedMessages(settings, relay, blocks);
        this.relay = relay;
        this.messages = messages;
        this.blocks = blocks;
        this.partitions = partitions;
    }

    /** Settles all that has ended; {@code false} if there was nothing. */
    boolean settle(Connection connection, Dispatcher ended) throws SQLException {
        ended.forgetStrangers();
        if (ended.confirmed().isEmpty() && ended.failed().isEmpty()) {
            return false;
        }
        List<Delivery> plain = new ArrayList<>();
        List<Delivery> healed = new ArrayList<>();
        for (Delivery delivery : ended.confirmed()) {
            (delivery.partition.open().containsKey(delivery.row.key) ? healed : plain).add(delivery);
        }
        acknowledge(connection, plain);
        if (!healed.isEmpty() || !ended.failed().isEmpty()) {
            settleBlocks(connection, healed, ended);
        }
        ended.clear();
        return true;
    }

    private void acknowledge(Connection connection, List<Delivery> plain) throws SQLException {
        for (Map.Entry<String, List<OwnedPartition>> group :
                OwnedPartitions.byNode(partitionsOf(plain)).entrySet()) {
            List<Row> rows = plain.stream()
                    .filter(delivery -> delivery.partition.lease.node().equals(group.getKey()))
                    .map(delivery -> delivery.row)
                    .toList();
            Set<Integer> owned =
                    messages.acknowledge(connection, group.getKey(), OwnedPartitions.epochs(group.getValue()), rows);
            partitions.keepOnly(group.getValue(), owned);
        }
        published(plain);
    }

    private void published(List<Delivery> deliveries) {
        for (Delivery delivery : deliveries) {
            if (partitions.has(delivery.partition)) {
                delivery.partition.settled(delivery);
                relay.counts().published.increment();
            }
        }
    }

    /** Lifts the blocks of keys whose first message was published at last, and writes those of keys that failed. */
    private void settleBlocks(Connection connection, List<Delivery> healed, Dispatcher ended) throws SQLException {
        List<Delivery> concerned = new ArrayList<>(healed);
        ended.failed().forEach(end -> concerned.add(end.delivery()));
        news.clear();
        fenced(connection, partitionsOf(concerned), (fence, owned) -> {
            for (Delivery delivery : healed) {
                if (owned.contains(delivery.row.part)) {
                    messages.remove(fence, delivery.row.part, List.of(delivery.row));
                    blocks.unblock(fence, delivery.row.part, delivery.row.key);
                    // Before failures are counted: the next message of the key may have failed already.
                    delivery.partition.closed(delivery.row.key);
                }
            }
            for (End end : ended.failed()) {
                if (owned.contains(end.delivery().row.part)) {
                    failed(fence, end);
                }
            }
        });
        published(healed);
        ended.failed().forEach(end -> hidden(end.delivery()));
        ended.heldBack().forEach(Settlement::hidden);
        news.forEach(Runnable::run);
    }

    /** Its key has a block now, or it is parked. */
    private static void hidden(Delivery delivery) {
        delivery.partition.closed(delivery.row.key);
        delivery.partition.giveUp(delivery);
    }

    private void failed(Connection fence, End end) throws SQLException {
        Row row = end.delivery().row;
        Block open = end.delivery().partition.open().get(row.key);
        int attempts = (open == null ? 0 : open.attempts()) + 1;
        news.add(failedMessages.failed(fence, row, row.key, attempts, Objects.requireNonNull(end.failure())));
    }

    /** Lifts blocks of keys of which nothing is left: somebody has discarded the rest. */
    void liftEmptyBlocks(Connection connection) throws SQLException {
        for (OwnedPartition partition : List.copyOf(partitions.all())) {
            for (KeyName key : List.copyOf(partition.open().keySet())) {
                if (partition.queue(key) == null) {
                    fenced(connection, List.of(partition), (fence, owned) -> {
                        if (!owned.isEmpty() && blocks.unblockIfEmpty(fence, partition.part(), key)) {
                            partition.closed(key);
                        }
                    });
                }
            }
        }
    }

    /** Gives delayed messages that are due their place. */
    void releaseDelayed(Connection connection) throws SQLException {
        if (blocks.isAnyDue(connection, partitions.parts())) {
            fenced(connection, partitions.all(), (fence, owned) -> {
                if (!owned.isEmpty()) {
                    blocks.release(fence, owned);
                }
            });
        }
    }

    private void fenced(Connection connection, Collection<OwnedPartition> concerned, Messages.Change change)
            throws SQLException {
        for (Map.Entry<String, List<OwnedPartition>> group :
                OwnedPartitions.byNode(concerned).entrySet()) {
            Set<Integer> owned =
                    messages.fenced(connection, group.getKey(), OwnedPartitions.epochs(group.getValue()), change);
            partitions.keepOnly(group.getValue(), owned);
        }
    }

    private static List<OwnedPartition> partitionsOf(List<Delivery> deliveries) {
        return deliveries.stream()
                .map(delivery -> delivery.partition)
                .distinct()
                .toList();
    }
}
