package dev.seawall.test;

import dev.seawall.Require;
import dev.seawall.test.HistoryEvent.Added;
import dev.seawall.test.HistoryEvent.Applied;
import dev.seawall.test.HistoryEvent.Commit;
import dev.seawall.test.HistoryEvent.Published;
import dev.seawall.test.HistoryReport.Kind;
import dev.seawall.test.HistoryReport.Violation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Judges the history of an outbox after a run, by what an outbox promises:
 *
 * <ul>
 *   <li><b>No loss:</b> every message that was committed arrived.
 *   <li><b>No phantom:</b> no message arrived that was rolled back or never added. If nobody knows whether it was committed, both
 *       are right.
 *   <li><b>Order by key:</b> the first arrivals of a key's messages are in the order of their producer. A message that has arrived
 *       may come again at any time, even behind later ones; it then counts as a duplicate and not against the order.
 *   <li><b>Stable ids and places:</b> a message arrives with the id it was added with, and from one place in the outbox.
 *   <li><b>Bounded duplicates:</b> in all at most as many as messages were in flight at each disruption, and one for each that
 *       stayed unconfirmed. Of those that arrived in one epoch of a partition, no more arrived in later epochs too than were in
 *       flight; within an epoch none came again but the unconfirmed; and none came again more often than anything went wrong.
 *   <li><b>Effects once:</b> each consumer applied each message that arrived exactly once.
 * </ul>
 *
 * <p>The run must have come to rest: what is still under way when it is judged is lost.
 *
 * {@snippet file="dev/seawall/test/ProcessExamplesTest.java" region="history"}
 *
 * <p>Events may be added in any order. Memory holds about 200 bytes for each message with a UUID as id, however many events tell of
 * it, and time grows with the number of events and the logarithm of those of one key.
 *
 * <p><b>Threads:</b> for one thread at a time.
 */
public final class HistoryCheck {

    private static final int UUID_LENGTH = 36;

    private final Map<Object, HistoryMessage> messages = new HashMap<>();
    private final Map<String, KeyHistory> keys = new HashMap<>();
    private final Violations found = new Violations(); // what does not need the whole history
    private List<String> consumers = List.of();
    private long inFlight;
    private long disruptions;
    private long unconfirmed;

    private HistoryCheck() {}

    /**
     * A check that has seen nothing, allows no duplicate and expects no effect.
     *
     * @return a new check
     */
    public static HistoryCheck create() {
        return new HistoryCheck();
    }

    /**
     * Allows duplicates of messages that were in flight when a relay was disturbed.
     *
     * @param inFlight how many messages one relay may have published and not yet acknowledged at a time; not negative
     * @param disruptions how often a relay was killed or lost its lease, so that partitions came into a new epoch; not negative
     * @return this check
     */
    public HistoryCheck allowDuplicates(long inFlight, long disruptions) {
        Require.check(inFlight >= 0, "inFlight must not be negative, was %s", inFlight);
        Require.check(disruptions >= 0, "disruptions must not be negative, was %s", disruptions);
        this.inFlight = inFlight;
        this.disruptions = disruptions;
        return this;
    }

    /**
     * Allows duplicates from one and the same owner of a partition: of messages that the broker took without its confirmation coming
     * through, and of messages in flight when the database did not answer to their acknowledgement.
     *
     * @param unconfirmed how many messages it may have happened to; not negative
     * @return this check
     */
    public HistoryCheck allowUnconfirmed(long unconfirmed) {
        Require.check(unconfirmed >= 0, "unconfirmed must not be negative, was %s", unconfirmed);
        this.unconfirmed = unconfirmed;
        return this;
    }

    /**
     * Expects effects.
     *
     * @param consumers each of them must have applied every message that arrived; at most 32
     * @return this check
     */
    public HistoryCheck expectEffectsOf(String... consumers) {
        Require.atLeast("number of consumers allowed", HistoryMessage.MAX_CONSUMERS, consumers.length);
        this.consumers = List.of(consumers);
        return this;
    }

    /**
     * Takes an event in.
     *
     * @param event what happened
     * @return this check
     * @throws IllegalArgumentException if it is an effect of a consumer that is not expected
     */
    public HistoryCheck add(HistoryEvent event) {
        HistoryMessage message = messages.computeIfAbsent(compact(event.messageId()), HistoryMessage::new);
        if (event instanceof Added added) {
            identify(message, added.key(), added.producerSequence());
            if (!message.learn(added.commit())) {
                found.add(Kind.CONTRADICTION, message, "was both committed and rolled back");
            }
        } else if (event instanceof Published published) {
            KeyHistory key = identify(message, published.key(), published.producerSequence());
            if (!message.keepsPlace(published)) {
                String place = published.partition() + "/" + published.outboxSequence();
                found.add(Kind.POSITION, message, "arrived from " + message.place() + " and from " + place);
            }
            key.arrive(message, published.arrival(), published.epoch());
        } else if (event instanceof Applied applied) {
            int consumer = consumers.indexOf(applied.consumer());
            Require.check(consumer >= 0, "consumer must be one of %s, was '%s'", consumers, applied.consumer());
            message.apply(consumer);
        }
        return this;
    }

    /**
     * Takes in what all {@linkplain HistoryWriter writers} wrote into a folder. Half a line at the end of a file is ignored.
     *
     * @param folder where they wrote
     * @return this check
     * @throws UncheckedIOException if it cannot be read
     * @throws IllegalArgumentException if there is a line, other than half of one at the end, that no writer wrote
     */
    public HistoryCheck read(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(path -> path.toString().endsWith(HistoryWriter.SUFFIX))
                    .sorted()
                    .toList()) {
                readFile(file);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot read the history in " + folder, failed);
        }
        return this;
    }

    /**
     * Judges what was taken in so far. More may be added afterwards and judged again.
     *
     * @return the figures, and what was found
     */
    public HistoryReport report() {
        Violations violations = new Violations();
        violations.addAll(found);
        Duplicates duplicates = new Duplicates();
        keys.values().forEach(key -> key.judge(violations, duplicates));
        messages.values().forEach(message -> judgeEffects(message, violations));
        judgeDuplicates(duplicates, violations);
        return new HistoryReport(
                keys.size(),
                count(Commit.COMMITTED),
                count(Commit.ROLLED_BACK),
                count(Commit.UNKNOWN),
                messages.values().stream()
                        .filter(message -> message.arrivals > 0)
                        .count(),
                duplicates.count(),
                allowed(),
                messages.values().stream().mapToLong(this::effects).sum(),
                violations.counts(),
                violations.first());
    }

    private void judgeEffects(HistoryMessage message, Violations violations) {
        if (message.key == null) {
            violations.add(Kind.PHANTOM, message, "was applied, and was never added");
        }
        for (int consumer = 0; consumer < consumers.size(); consumer++) {
            int effects = message.effects(consumer);
            if (effects == 0 && message.arrivals > 0 && message.commit != Commit.ROLLED_BACK) {
                violations.add(
                        Kind.NOT_APPLIED, message, "arrived, and '" + consumers.get(consumer) + "' did not apply it");
            } else if (effects > 1) {
                violations.add(
                        Kind.APPLIED_TWICE, message, "was applied more than once by '" + consumers.get(consumer) + "'");
            }
        }
    }

    private void judgeDuplicates(Duplicates duplicates, Violations violations) {
        if (duplicates.count() > allowed()) {
            violations.add(new Violation(
                    Kind.DUPLICATES,
                    "",
                    duplicates.count() + " duplicates arrived, of at most " + allowed() + ": " + inFlight
                            + " in flight at each of " + disruptions + " disruptions, and " + unconfirmed
                            + " unconfirmed"));
        }
        duplicates.judge(inFlight, unconfirmed, violations);
        for (HistoryMessage message : messages.values()) {
            if (message.arrivals > 1 + disruptions + unconfirmed) {
                violations.add(
                        Kind.DUPLICATES,
                        message,
                        "arrived " + message.arrivals + " times, with " + disruptions + " disruptions and "
                                + unconfirmed + " unconfirmed");
            }
        }
    }

    private long allowed() {
        return Math.addExact(Math.multiplyExact(inFlight, disruptions), unconfirmed);
    }

    private long count(Commit commit) {
        return messages.values().stream()
                .filter(message -> message.commit == commit)
                .count();
    }

    private long effects(HistoryMessage message) {
        long sum = 0;
        for (int consumer = 0; consumer < consumers.size(); consumer++) {
            sum += message.effects(consumer);
        }
        return sum;
    }

    /** Every event that names key and number must name the same for an id. */
    private KeyHistory identify(HistoryMessage message, String name, long producerSequence) {
        KeyHistory known = message.key;
        if (known == null) {
            KeyHistory key = keys.computeIfAbsent(name, KeyHistory::new);
            message.key = key;
            message.producerSequence = producerSequence;
            key.add(message);
            return key;
        }
        if (!known.name.equals(name) || message.producerSequence != producerSequence) {
            found.add(Kind.UNSTABLE_ID, message, "has the id of another message, " + name + " #" + producerSequence);
        }
        return known;
    }

    private void readFile(Path file) throws IOException {
        boolean torn = endsWithinALine(file);
        try (var reader =
                new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
            String line = reader.readLine();
            for (int number = 1; line != null; number++) {
                String next = reader.readLine();
                if (next != null || !torn) {
                    add(parse(line, file, number));
                }
                line = next;
            }
        }
    }

    private static HistoryEvent parse(String line, Path file, int number) {
        try {
            return HistoryLines.read(line);
        } catch (IllegalArgumentException unreadable) {
            throw new IllegalArgumentException(
                    "line " + number + " of " + file + ": " + unreadable.getMessage(), unreadable);
        }
    }

    private static boolean endsWithinALine(Path file) throws IOException {
        try (var channel = Files.newByteChannel(file)) {
            if (channel.size() == 0) {
                return false;
            }
            var last = ByteBuffer.allocate(1);
            channel.position(channel.size() - 1).read(last);
            return last.get(0) != '\n';
        }
    }

    /** A third of the room that the text takes. */
    private static Object compact(String id) {
        if (id.length() == UUID_LENGTH) {
            UUID uuid = uuid(id);
            if (uuid != null && uuid.toString().equals(id)) {
                return uuid;
            }
        }
        return id;
    }

    private static @Nullable UUID uuid(String id) {
        try {
            return UUID.fromString(id);
        } catch (IllegalArgumentException none) {
            return null;
        }
    }
}
