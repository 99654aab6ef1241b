package dev.seawall.outbox.jdbc;

import dev.seawall.jdbc.Lease;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The partitions of one worker. */
final class OwnedPartitions {

    private final Map<Integer, OwnedPartition> byPart = new TreeMap<>();

    /** Takes in what the node has got, drops what it has lost, and lets go of what another node should have. */
    void update(List<Lease> leases, boolean closing) {
        Set<Integer> held = new HashSet<>();
        for (Lease lease : leases) {
            if (lease.isHeld()) {
                held.add(lease.partition());
                OwnedPartition known = byPart.get(lease.partition());
                if (known == null || !known.lease.equals(lease)) {
                    byPart.put(lease.partition(), new OwnedPartition(lease));
                }
            }
        }
        byPart.keySet().retainAll(held); // what is under way elsewhere may have another owner by now
        for (OwnedPartition partition : List.copyOf(byPart.values())) {
            if (partition.isIdle() && (closing || partition.lease.isWantedElsewhere())) {
                partition.lease.release();
                byPart.remove(partition.part());
            }
        }
    }

    Collection<OwnedPartition> all() {
        return byPart.values();
    }

    Set<Integer> parts() {
        return byPart.keySet();
    }

    boolean isEmpty() {
        return byPart.isEmpty();
    }

    boolean isIdle() {
        return byPart.values().stream().allMatch(OwnedPartition::isIdle);
    }

    @Nullable
    OwnedPartition get(int part) {
        return byPart.get(part);
    }

    /** Whether it is still there; the same partition may have come back with another lease. */
    boolean has(OwnedPartition partition) {
        return partition.equals(byPart.get(partition.part()));
    }

    int pending() {
        return byPart.values().stream()
                .mapToInt(partition -> partition.pending().size())
                .sum();
    }

    /** A write has found that others are not owned any more. */
    void keepOnly(Collection<OwnedPartition> concerned, Set<Integer> owned) {
        for (OwnedPartition partition : concerned) {
            if (!owned.contains(partition.part())) {
                partition.lease.lost();
                byPart.remove(partition.part());
            }
        }
    }

    void clear() {
        byPart.clear();
    }

    /** All of one node, but for the moment in which it has come back as another. */
    static Map<String, List<OwnedPartition>> byNode(Collection<OwnedPartition> partitions) {
        Map<String, List<OwnedPartition>> byNode = new HashMap<>();
        for (OwnedPartition partition : partitions) {
            byNode.computeIfAbsent(partition.lease.node(), node -> new ArrayList<>())
                    .add(partition);
        }
        return byNode;
    }

    static Map<Integer, Long> epochs(Collection<OwnedPartition> partitions) {
        Map<Integer, Long> epochs = new TreeMap<>();
        partitions.forEach(partition -> epochs.put(partition.part(), partition.lease.epoch()));
        return epochs;
    }
}
