package dev.seawall.outbox.jdbc;

import dev.seawall.test.HistoryReport.Kind;
import dev.seawall.testdatabases.Server;
import java.util.Map;
import java.util.Set;

/**
 * What can be wrong with an outbox on H2 or PostgreSQL, put into the real one from outside. Patterns are of statements as they are
 * sent.
 */
enum SimulatedDefect {
    NONE(Map.of(), Set.of()),

    /** Only the message that failed is passed over, and not what stands behind it in its key. */
    BLOCK_HIDES_ONE_MESSAGE(Map.of("b.msg_key = ([mr]).msg_key", "$0 AND b.from_seq = $1.seq"), Set.of(Kind.ORDER)),

    /** The newest messages are read first. */
    READ_BACKWARDS(Map.of("ORDER BY (r\\.)?seq LIMIT", "ORDER BY $1seq DESC LIMIT"), Set.of(Kind.ORDER)),

    /** What was confirmed is not deleted. */
    ACKNOWLEDGES_NOTHING(
            Map.of(
                    "(DELETE FROM \"seawall_outbox_message\" .* AND) seq IN", "$1 -seq IN",
                    "AND m.seq = x.seq", "AND m.seq = -x.seq"),
            Set.of(Kind.DUPLICATES)),

    /** Instead of a confirmed message the one before it is deleted, confirmed or not. */
    ACKNOWLEDGES_ANOTHER(
            Map.of(
                    "(DELETE FROM \"seawall_outbox_message\" .* AND) seq IN", "$1 seq + 1 IN",
                    "AND m.seq = x.seq", "AND m.seq + 1 = x.seq"),
            Set.of(Kind.LOST)),

    /** What stands before a confirmed message is deleted with it, confirmed or not. */
    ACKNOWLEDGES_ALL_BEFORE(Map.of("AND m.seq = x.seq", "AND m.seq <= x.seq + 3"), Set.of(Kind.LOST)),

    /** The mark passes what is still being committed. */
    SETTLED_TOO_EARLY(Map.of("mode = 'RowExclusiveLock'", "mode = 'none'"), Set.of(Kind.ORDER, Kind.LOST)),

    /** The mark begins again behind a failed message instead of before it. */
    BLOCK_FROM_TOO_FAR(
            Map.of("(INSERT INTO \"seawall_outbox_blocked\".* \\?, \\?, \\?, \\?, )\\?", "$1? + 1000000"),
            Set.of(Kind.ORDER, Kind.LOST)),

    /** All relays work on all partitions, and none is checked when it writes. */
    NO_FENCE(
            Map.of(
                    "WHERE p.work = \\? AND p.owner = \\? ORDER", "WHERE p.work = ? AND ? <> '' ORDER",
                    "AND owner = \\? AND part IN", "AND ? <> '' AND part IN",
                    "(SELECT part, epoch FROM .* WHERE work = \\?) AND owner = \\? ORDER", "$1 AND ? <> '' ORDER"),
            Set.of(Kind.DUPLICATES, Kind.ORDER, Kind.LOST)),

    /** A partition has no epoch: who has it back goes on as if it had never been away. */
    NO_EPOCH(Map.of("owner = \\?, epoch = epoch \\+ 1", "owner = ?, epoch = epoch"), Set.of(Kind.DUPLICATES)),

    /** Every partition is free for all, all the time. */
    EVERYBODY_TAKES(Map.of("\\(owner IS NULL OR NOT EXISTS .*\\)\\)", "true"), Set.of(Kind.DUPLICATES)),

    /** A publisher that loses order says that it keeps it, so that many messages of a key are under way at once. */
    MANY_UNDER_WAY(Map.of(), Set.of(Kind.ORDER)),

    /** A publisher that confirms before the broker has. */
    CONFIRMED_BEFORE_ARRIVAL(Map.of(), Set.of(Kind.LOST)),

    /** A publisher that takes a refusal for a confirmation. */
    REFUSAL_CONFIRMED(Map.of(), Set.of(Kind.LOST)),

    /** A message gets a new id each time it is published. */
    FRESH_IDS(Map.of(), Set.of(Kind.UNSTABLE_ID, Kind.PHANTOM)),

    /** A message is added beside the transaction that it tells of. */
    ADDED_BESIDE_THE_TRANSACTION(Map.of(), Set.of(Kind.PHANTOM)),

    /** A message is added outside the savepoint that it belongs to. */
    ADDED_BESIDE_THE_SAVEPOINT(Map.of(), Set.of(Kind.PHANTOM)),

    /** Producers add without the lock of their aggregate. */
    ADDED_WITHOUT_LOCK(Map.of(), Set.of(Kind.ORDER));

    private static final Set<String> ON_POSTGRESQL =
            Set.of("ACKNOWLEDGES_ALL_BEFORE", "SETTLED_TOO_EARLY", "BLOCK_FROM_TOO_FAR");
    private static final Set<String> ON_H2 = Set.of("EVERYBODY_TAKES");

    private final Map<String, String> replacements;
    private final Set<Kind> symptoms;

    SimulatedDefect(Map<String, String> replacements, Set<Kind> symptoms) {
        this.replacements = replacements;
        this.symptoms = symptoms;
    }

    /** What a check may say of it. */
    Set<Kind> symptoms() {
        return symptoms;
    }

    /**
     * Whether a few seeds are enough to show it there. Where no mark rises, none rises too far; and a statement
     * that is the same everywhere need be spoiled in one place alone.
     */
    boolean showsOn(Server server) {
        return this != NONE && !(server == Server.POSTGRESQL ? ON_H2 : ON_POSTGRESQL).contains(name());
    }

    String rewrite(String sql) {
        String changed = sql;
        for (Map.Entry<String, String> one : replacements.entrySet()) {
            changed = changed.replaceAll(one.getKey(), one.getValue());
        }
        return changed;
    }
}
