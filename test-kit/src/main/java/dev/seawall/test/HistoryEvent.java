package dev.seawall.test;

import dev.seawall.Require;
import java.util.Objects;

/**
 * Something that happened to a message: what a {@link HistoryWriter} writes down, and a {@link HistoryCheck} judges.
 *
 * <p><b>Threads:</b> all events are immutable.
 */
public sealed interface HistoryEvent {

    /**
     * Which message.
     *
     * @return its id
     */
    String messageId();

    /** What became of the transaction that added a message, as far as its producer knows. */
    enum Commit {
        /** It was committed. */
        COMMITTED,
        /** It was rolled back. */
        ROLLED_BACK,
        /** Nobody knows: it had not ended yet, or the answer to its commit was lost. */
        UNKNOWN
    }

    /**
     * A producer added a message to a transaction. Written down twice as a rule: with {@link Commit#UNKNOWN} before the transaction
     * ends, so that a producer that dies then leaves a trace, and with the outcome after it. An outcome that is known replaces
     * {@code UNKNOWN}, in whatever order they are read.
     *
     * @param messageId its id
     * @param key whose order it keeps
     * @param producerSequence its number within the key: larger if it was added by a transaction that took the key's lock later. A
     *     number that was rolled back may be given again to another message
     * @param commit what became of the transaction
     */
    record Added(String messageId, String key, long producerSequence, Commit commit) implements HistoryEvent {

        /** Checks that everything is there. */
        public Added {
            Objects.requireNonNull(messageId, "messageId");
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(commit, "commit");
        }
    }

    /**
     * A message arrived at the broker, or at what stands for it: written down there, or by whoever reads it there.
     *
     * @param messageId its id
     * @param key whose order it keeps
     * @param producerSequence its number within the key, as the message itself tells
     * @param arrival where it stands among all that arrived for its key: an offset, or a number counted by a single recorder. The
     *     same arrival may be written down several times
     * @param partition the part of the outbox that it comes from
     * @param epoch how often that part had changed hands; 0 if not known
     * @param outboxSequence its number in the outbox; 0 if not known
     */
    record Published(
            String messageId,
            String key,
            long producerSequence,
            long arrival,
            int partition,
            long epoch,
            long outboxSequence)
            implements HistoryEvent {

        /** Checks that everything is there. */
        public Published {
            Objects.requireNonNull(messageId, "messageId");
            Objects.requireNonNull(key, "key");
        }
    }

    /**
     * A consumer's effect of a message. To be taken from where effects are, after the run: what a consumer writes down by itself
     * beside its transaction may say more than was committed, or less.
     *
     * @param messageId its id
     * @param consumer whose effect, of those that the check was told
     */
    record Applied(String messageId, String consumer) implements HistoryEvent {

        /** Checks that everything is there. */
        public Applied {
            Objects.requireNonNull(messageId, "messageId");
            Require.name(consumer);
        }
    }
}
