package dev.seawall.test;

import dev.seawall.test.HistoryEvent.Commit;
import dev.seawall.test.HistoryReport.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The messages of one key, and how they arrived. */
final class KeyHistory {

    /** One message's arrival at the broker. */
    private record Arrival(long number, long epoch, HistoryMessage message) {}

    final String name;
    private final List<HistoryMessage> messages = new ArrayList<>(4);
    private final List<Arrival> arrivals = new ArrayList<>(4);

    KeyHistory(String name) {
        this.name = name;
    }

    void add(HistoryMessage message) {
        messages.add(message);
    }

    void arrive(HistoryMessage message, long number, long epoch) {
        arrivals.add(new Arrival(number, epoch, message));
    }

    /** Judges what can be judged within a key. */
    void judge(Violations violations, Duplicates duplicates) {
        judgeArrivals(violations, duplicates);
        messages.sort(Comparator.comparingLong(message -> message.producerSequence));
        judgeMessages(violations);
        judgePlaces(violations);
    }

    /** Only first arrivals must be in order: an older message may come again at any time, and then is a duplicate. */
    private void judgeArrivals(Violations violations, Duplicates duplicates) {
        messages.forEach(message -> message.arrivals = 0);
        arrivals.sort(Comparator.comparingLong(Arrival::number));
        Arrival before = null;
        Arrival latest = null;
        for (Arrival arrival : arrivals) {
            HistoryMessage message = arrival.message();
            if (before != null && before.number() == arrival.number()) {
                if (before.message() == message) {
                    continue; // the same arrival, written down again
                }
                violations.add(
                        Kind.CONTRADICTION,
                        message,
                        "has the arrival number " + arrival.number() + " of " + before.message());
            }
            before = arrival;
            if (message.arrivals++ > 0) {
                duplicates.add(message, arrival.epoch());
                continue;
            }
            message.firstEpoch = arrival.epoch();
            if (latest != null && message.producerSequence < latest.message().producerSequence) {
                violations.add(
                        Kind.ORDER,
                        message,
                        "first arrived as number " + arrival.number() + ", after #" + latest.message().producerSequence
                                + " had arrived as number " + latest.number());
            } else {
                latest = arrival;
            }
        }
    }

    private void judgeMessages(Violations violations) {
        for (int from = 0, to; from < messages.size(); from = to) {
            to = from + 1;
            while (to < messages.size() && messages.get(to).producerSequence == messages.get(from).producerSequence) {
                to++;
            }
            judgeSequence(messages.subList(from, to), violations);
        }
    }

    /** All attempts at one number: any of them may have been rolled back, at most one committed. */
    private static void judgeSequence(List<HistoryMessage> attempts, Violations violations) {
        HistoryMessage committed = null;
        HistoryMessage arrived = null;
        HistoryMessage possible = null;
        for (HistoryMessage message : attempts) {
            if (message.commit == Commit.COMMITTED) {
                if (committed != null) {
                    violations.add(Kind.CONTRADICTION, message, "has the number of " + committed + ", also committed");
                }
                committed = message;
            }
            if (message.arrivals > 0) {
                if (arrived != null) {
                    violations.add(Kind.UNSTABLE_ID, message, "arrived as well as " + arrived);
                }
                arrived = message;
            }
            if (message.commit == Commit.COMMITTED || message.commit == Commit.UNKNOWN) {
                possible = message;
            }
        }
        if (committed != null && arrived == null) {
            violations.add(Kind.LOST, committed, "was committed and never arrived");
        }
        for (HistoryMessage message : attempts) {
            judgeOrigin(message, possible, violations);
        }
    }

    private static void judgeOrigin(HistoryMessage message, @Nullable HistoryMessage possible, Violations violations) {
        String came = message.arrivals == 0 ? "was applied" : "arrived";
        if (message.arrivals == 0 && !message.hasEffects()) {
            return;
        }
        if (message.commit == Commit.ROLLED_BACK) {
            violations.add(Kind.PHANTOM, message, came + ", and was rolled back");
        } else if (message.commit == null && possible != null) {
            violations.add(Kind.UNSTABLE_ID, message, came + ", and was added as " + possible);
        } else if (message.commit == null) {
            violations.add(Kind.PHANTOM, message, came + ", and was never added");
        } else if (message.arrivals == 0) {
            violations.add(Kind.PHANTOM, message, "was applied, and never arrived");
        }
    }

    private void judgePlaces(Violations violations) {
        HistoryMessage before = null;
        for (HistoryMessage message : messages) {
            if (message.arrivals == 0 || message.outboxSequence == 0) {
                continue;
            }
            if (before != null
                    && (before.partition != message.partition || before.outboxSequence > message.outboxSequence)) {
                violations.add(
                        Kind.POSITION,
                        message,
                        "is at " + message.place() + ", and " + before + " at " + before.place());
            }
            before = message;
        }
    }
}
