package dev.seawall.test;

import dev.seawall.test.HistoryReport.Kind;
import dev.seawall.test.HistoryReport.Violation;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * The arrivals beyond the first of each message. While one relay owns a partition, the epoch stays the same. When it loses the
 * partition, its successor can publish again only what the owner had not acknowledged. If more came again, the owner went on without
 * its lease, or had more in flight than it may have; the sum alone would hide that among many disruptions. And what comes again
 * within one epoch can have no other reason than that its owner did not know whether it had been taken.
 */
final class Duplicates {

    private static final Long UNKNOWN = 0L;

    private record Tenure(int partition, long epoch) {}

    private final Map<HistoryMessage, TreeSet<Long>> epochs = new HashMap<>();
    private long count;

    void add(HistoryMessage message, long epoch) {
        count++;
        TreeSet<Long> all = epochs.computeIfAbsent(message, first -> new TreeSet<>());
        all.add(message.firstEpoch);
        all.add(epoch);
    }

    long count() {
        return count;
    }

    void judge(long inFlight, long unconfirmed, Violations violations) {
        judgeWithinEpochs(unconfirmed, violations);
        judgeAcrossEpochs(inFlight, violations);
    }

    private void judgeWithinEpochs(long unconfirmed, Violations violations) {
        long within = 0;
        for (Map.Entry<HistoryMessage, TreeSet<Long>> entry : epochs.entrySet()) {
            boolean known = !entry.getValue().contains(UNKNOWN);
            within += known ? entry.getKey().arrivals - entry.getValue().size() : 0;
        }
        if (within > unconfirmed) {
            violations.add(new Violation(
                    Kind.DUPLICATES,
                    "",
                    within
                            + " duplicates arrived in the epoch of the first arrival or of another duplicate, of at most "
                            + unconfirmed + " unconfirmed"));
        }
    }

    private void judgeAcrossEpochs(long inFlight, Violations violations) {
        Map<Tenure, Integer> cameAgain = new HashMap<>();
        epochs.forEach((message, of) -> of.headSet(of.last())
                .forEach(epoch -> cameAgain.merge(new Tenure(message.partition, epoch), 1, Integer::sum)));
        cameAgain.forEach((tenure, messages) -> {
            if (messages > inFlight) {
                violations.add(new Violation(
                        Kind.DUPLICATES,
                        "",
                        messages + " messages that arrived in epoch " + tenure.epoch() + " of partition "
                                + tenure.partition() + " arrived in later epochs too, of at most " + inFlight
                                + " in flight"));
            }
        });
    }
}
