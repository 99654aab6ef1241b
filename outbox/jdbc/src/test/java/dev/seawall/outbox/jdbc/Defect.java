package dev.seawall.outbox.jdbc;

import dev.seawall.test.HistoryReport.Kind;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What can be wrong with an outbox, put into the real one from outside: other statements, another publisher, other callers.
 * Patterns are of statements as they are sent. What shows only if threads meet in a certain way is for the simulation to find.
 */
enum Defect {
    NONE(Map.of()),

    /** Only the message that failed is passed over, and not what stands behind it in its key. */
    BLOCK_HIDES_ONE_MESSAGE(Map.of("b.msg_key = r.msg_key", "$0 AND b.from_seq = r.seq"), Kind.ORDER),

    /** The newest messages are read first. */
    READ_BACKWARDS(Map.of("ORDER BY r.seq LIMIT", "ORDER BY r.seq DESC LIMIT"), Kind.ORDER, Kind.LOST),

    /** What was confirmed is not deleted. */
    ACKNOWLEDGES_NOTHING(Map.of("AND m.seq = x.seq", "AND m.seq = -x.seq"), Kind.DUPLICATES, Kind.LOST),

    /** A publisher that loses order says that it keeps it, so that many messages of a key are under way at once. */
    MANY_UNDER_WAY(Map.of(), Kind.ORDER),

    /** A publisher that takes a refusal for a confirmation. */
    REFUSAL_CONFIRMED(Map.of(), Kind.LOST),

    /** A message gets a new id each time it is published. */
    FRESH_IDS(Map.of(), Kind.UNSTABLE_ID, Kind.PHANTOM),

    /** A message is added beside the transaction that it tells of. */
    ADDED_BESIDE_THE_TRANSACTION(Map.of(), Kind.PHANTOM),

    /** Producers add without the lock of their aggregate. */
    ADDED_WITHOUT_LOCK(Map.of(), Kind.POSITION, Kind.ORDER),

    /** The inbox remembers a message, and takes it for new all the same. */
    INBOX_FORGETS(
            Map.of("ON CONFLICT DO NOTHING", "ON CONFLICT (consumer, message_id) DO UPDATE SET received_at = 0"),
            Kind.APPLIED_TWICE),

    /** The inbox remembers in a transaction of its own. */
    INBOX_BESIDE_THE_TRANSACTION(Map.of(), Kind.NOT_APPLIED);

    private final Map<String, String> replacements;
    private final Set<Kind> symptoms = EnumSet.noneOf(Kind.class);
    private final AtomicBoolean took = new AtomicBoolean();

    Defect(Map<String, String> replacements, Kind... symptoms) {
        this.replacements = replacements;
        this.symptoms.addAll(Set.of(symptoms));
    }

    /** What a check may say of it. */
    Set<Kind> symptoms() {
        return symptoms;
    }

    /** Whether it is one of statements that has never been in one: then it shows nothing. */
    boolean neverInForce() {
        return !replacements.isEmpty() && !took.get();
    }

    String rewrite(String sql) {
        String changed = sql;
        for (Map.Entry<String, String> one : replacements.entrySet()) {
            changed = changed.replaceAll(one.getKey(), one.getValue());
        }
        if (!changed.equals(sql)) {
            took.set(true);
        }
        return changed;
    }
}
