package dev.seawall.test;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What a {@link HistoryCheck} found.
 *
 * <p><b>Threads:</b> immutable.
 *
 * @param keys how many keys had messages
 * @param committed how many messages were committed
 * @param rolledBack how many were rolled back
 * @param unknown of how many nobody knows
 * @param published how many messages arrived, each counted once
 * @param duplicates how many further arrivals there were
 * @param allowedDuplicates how many of them were allowed
 * @param applied how many effects there were
 * @param counts how many violations of each kind; what is not there did not occur
 * @param violations the first 1,000 of them
 */
public record HistoryReport(
        long keys,
        long committed,
        long rolledBack,
        long unknown,
        long published,
        long duplicates,
        long allowedDuplicates,
        long applied,
        Map<Kind, Long> counts,
        List<Violation> violations) {

    private static final int SHOWN = 20;

    /** The ways to break the promises of an outbox. */
    public enum Kind {
        /** A committed message never arrived. */
        LOST,
        /** A message arrived or was applied that was never committed. */
        PHANTOM,
        /** A message arrived for the first time after a later one of its key. */
        ORDER,
        /** A message arrived with another id than it was added with, or an id stands for two messages. */
        UNSTABLE_ID,
        /** A message changed its place in the outbox, or the places of a key's messages are not in the order of their producer. */
        POSITION,
        /** More messages arrived again than is allowed. */
        DUPLICATES,
        /** A consumer applied a message more than once. */
        APPLIED_TWICE,
        /** A consumer never applied a message that arrived. */
        NOT_APPLIED,
        /** Two events cannot both be true: it is the recording that is wrong. */
        CONTRADICTION
    }

    /**
     * One broken promise.
     *
     * @param kind which promise
     * @param messageId the message; empty if it is not about one
     * @param explanation what was expected and what was found
     */
    public record Violation(Kind kind, String messageId, String explanation) {

        /** Checks that everything is there. */
        public Violation {
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(messageId, "messageId");
            Objects.requireNonNull(explanation, "explanation");
        }

        @Override
        public String toString() {
            return kind + ": " + explanation;
        }
    }

    /** Copies what could change. */
    public HistoryReport {
        counts = Map.copyOf(counts);
        violations = List.copyOf(violations);
    }

    /**
     * How many violations there are.
     *
     * @param kind of which kind
     * @return a number that is exact, though not all violations are kept
     */
    public long count(Kind kind) {
        return counts.getOrDefault(kind, 0L);
    }

    /**
     * Whether all promises were kept.
     *
     * @return {@code true} if there is no violation
     */
    public boolean isClean() {
        return counts.isEmpty();
    }

    /**
     * Fails a test if a promise was broken.
     *
     * @throws AssertionError if there are violations; has the summary and the first 20 of them
     */
    public void assertClean() {
        if (!isClean()) {
            throw new AssertionError(this + "\n"
                    + violations.stream().limit(SHOWN).map(Violation::toString).collect(Collectors.joining("\n")));
        }
    }

    /** The figures in one line. */
    @Override
    public String toString() {
        String found = counts.isEmpty()
                ? "no violation"
                : counts.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(kind -> kind.getValue() + " " + kind.getKey())
                        .collect(Collectors.joining(", "));
        return committed + " committed, " + rolledBack + " rolled back, " + unknown + " unknown of " + keys + " keys; "
                + published + " published, " + duplicates + " duplicates (" + allowedDuplicates + " allowed), "
                + applied
                + " applied; " + found;
    }
}
