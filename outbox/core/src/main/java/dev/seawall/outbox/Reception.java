package dev.seawall.outbox;

import dev.seawall.ResilienceRuntime;
import dev.seawall.jdbc.CommitOutcomeUnknownException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what becomes of a message that a broker has delivered: for those who write a consumer. Logs no content.
 *
 * <p><b>Threads:</b> safe for any number of threads if the receiver's handler is.
 */
public final class Reception {

    private static final Logger LOG = LoggerFactory.getLogger(Reception.class);

    private final Receiver receiver;
    private final InboxConsumerConfig config;
    private final ResilienceRuntime runtime = ResilienceRuntime.shared();

    private Reception(Receiver receiver, InboxConsumerConfig config) {
        this.receiver = Objects.requireNonNull(receiver, "receiver");
        this.config = Objects.requireNonNull(config, "config");
    }

    /**
     * A reception.
     *
     * @param receiver has messages handled
     * @param config how failures are treated
     * @return a new reception
     */
    public static Reception of(Receiver receiver, InboxConsumerConfig config) {
        return new Reception(receiver, config);
    }

    /** What to do with a message. */
    public enum Action {
        /** It is handled, now or before, or set aside by {@link DeadLetters}: acknowledge it. */
        ACKNOWLEDGE,
        /** It failed: have it handled again, after the delay, as the next attempt. */
        AGAIN,
        /** The database is away, which is not its fault: have it handled again, after the delay, as the same attempt. */
        WAIT,
        /** It is given up, and there are no {@link DeadLetters}: set it aside in the broker's own way. */
        GIVE_UP
    }

    /**
     * What became of an attempt.
     *
     * @param action what to do with the message
     * @param delayNanos how long to wait before it is handled again, in nanoseconds
     * @param reason why it is given up; {@code null} if it is not
     */
    public record Verdict(
            Action action, long delayNanos, @Nullable Throwable reason) {

        private static final Verdict ACKNOWLEDGE = new Verdict(Action.ACKNOWLEDGE, 0, null);

        /** Checks the action. */
        public Verdict {
            Objects.requireNonNull(action, "action");
        }
    }

    /**
     * Has a message handled.
     *
     * @param wire what was received
     * @param topic where from
     * @param key whose order it keeps, if the broker knows
     * @param receivedAt stands in for the time of creation
     * @param attempt which one this is, from 1
     * @return what to do with the message
     * @throws InterruptedException if the thread was interrupted: the message must come again
     */
    public Verdict attempt(WireMessage wire, String topic, @Nullable String key, Instant receivedAt, int attempt)
            throws InterruptedException {
        try {
            receiver.receive(config.format().read(wire, topic, key, receivedAt));
            return Verdict.ACKNOWLEDGE;
        } catch (InterruptedException interrupted) {
            throw interrupted;
        } catch (Throwable failure) { // an Error of one message must not end the consumer of all
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while a message was handled");
            }
            return judge(wire, topic, key, attempt, failure);
        }
    }

    private Verdict judge(WireMessage wire, String topic, @Nullable String key, int attempt, Throwable failure)
            throws InterruptedException {
        boolean poison = failure instanceof PoisonMessageException;
        if (!poison && isOutage(failure)) {
            LOG.warn("{}: the database is away ({}); messages of {} wait", receiver, name(failure), topic);
            return new Verdict(Action.WAIT, delayNanos(attempt), null);
        }
        if (!poison && attempt < config.attempts()) {
            LOG.debug("{}: attempt {} at a message of {} failed ({})", receiver, attempt, topic, name(failure));
            return new Verdict(Action.AGAIN, delayNanos(attempt), null);
        }
        LOG.warn("{}: a message of {} is given up after attempt {} ({})", receiver, topic, attempt, name(failure));
        DeadLetters deadLetters = config.deadLetters();
        return deadLetters == null
                ? new Verdict(Action.GIVE_UP, delayNanos(attempt), failure)
                : setAside(deadLetters, wire, topic, key, attempt, failure);
    }

    private Verdict setAside(
            DeadLetters deadLetters,
            WireMessage wire,
            String topic,
            @Nullable String key,
            int attempt,
            Throwable failure)
            throws InterruptedException {
        try {
            deadLetters.setAside(wire, topic, key, failure);
            return Verdict.ACKNOWLEDGE;
        } catch (InterruptedException interrupted) {
            throw interrupted;
        } catch (Throwable refused) {
            LOG.warn("{}: a message of {} could not be set aside ({})", receiver, topic, name(refused));
            return new Verdict(Action.AGAIN, delayNanos(attempt), null);
        }
    }

    private long delayNanos(int attempt) {
        return config.backoff().delayNanos(attempt, 0, runtime.random());
    }

    /** Whether the failure tells of the connection or the server, not of the message. */
    private static boolean isOutage(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof CommitOutcomeUnknownException
                    || each instanceof SQLTransientConnectionException
                    || each instanceof SQLNonTransientConnectionException
                    || each instanceof SQLRecoverableException
                    || (each instanceof SQLException sql && isOutage(sql.getSQLState()))) {
                return true;
            }
        }
        return false;
    }

    /** Connection; no resources; an operator or a fail-over at work. */
    private static boolean isOutage(@Nullable String state) {
        return state != null && (state.startsWith("08") || state.startsWith("53") || state.startsWith("57P"));
    }

    private static String name(Throwable failure) {
        return failure.getClass().getName();
    }

    @Override
    public String toString() {
        return "reception by " + receiver;
    }
}
