package dev.seawall.outbox.nats;

import dev.seawall.Require;
import dev.seawall.outbox.ConsumerThread;
import dev.seawall.outbox.InboxConsumerConfig;
import dev.seawall.outbox.Receiver;
import dev.seawall.outbox.Reception;
import dev.seawall.outbox.Reception.Action;
import dev.seawall.outbox.Reception.Verdict;
import dev.seawall.outbox.WireMessage;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamStatusCheckedException;
import io.nats.client.Message;
import io.nats.client.Options;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Consumes a stream through a durable consumer that pulls, so that each message has its effect once.
 *
 * <p>A message is handled in one transaction with the inbox, and acknowledged after that. It comes again after a crash in between,
 * and the inbox knows it. A durable consumer that does not exist is made; one that does is taken as it is.
 *
 * <p><b>Order:</b> that of the stream if the durable consumer has {@code max_ack_pending=1}, as one that is made by name alone: a
 * message that fails is sent back with a delay, and the next one comes only after it. With more of them it is overtaken. Attempts
 * are the deliveries that the server counts. After the last one, or at once if it is poison, the message is terminated: it stays in
 * the stream, is not delivered again, and the server tells so in an advisory.
 *
 * <p><b>Threads:</b> everything is handled on one thread of its own. For more at once start several with one durable consumer that
 * allows more messages unacknowledged. A handler that takes longer than the consumer's {@code ack_wait}, 30 s unless set there, has
 * its message delivered again; the inbox knows it.
 */
public final class NatsInboxConsumer implements AutoCloseable {

    private static final long IDLE_MILLIS = 200;
    private static final long LONGEST_SILENCE_NANOS = Duration.ofSeconds(5).toNanos();

    private final Options options;
    private final String stream;
    private final ConsumerConfiguration durable;
    private final Reception reception;
    private final ConsumerThread thread;

    private NatsInboxConsumer(
            Options options,
            String stream,
            ConsumerConfiguration durable,
            Receiver receiver,
            InboxConsumerConfig config) {
        this.options = new Options.Builder(options).maxReconnects(-1).build();
        this.stream = Require.name(stream);
        this.durable = durable;
        Require.check(durable.getDurable() != null, "the consumer of stream %s must be durable", stream);
        Require.check(
                durable.getAckPolicy() == AckPolicy.Explicit,
                "the consumer of stream %s must have ackPolicy Explicit, was %s",
                stream,
                durable.getAckPolicy());
        this.reception = Reception.of(receiver, config);
        this.thread = ConsumerThread.of("seawall-nats-" + receiver.consumer(), config.closeWithin(), new Turns());
    }

    /**
     * A consumer of a whole stream with the defaults that is not started yet. It keeps the stream's order.
     *
     * @param options where the servers are
     * @param stream which must exist
     * @param durable name of the durable consumer, which is made if there is none
     * @param receiver has messages handled
     * @return a new consumer
     */
    public static NatsInboxConsumer of(Options options, String stream, String durable, Receiver receiver) {
        ConsumerConfiguration one = ConsumerConfiguration.builder()
                .durable(durable)
                .ackPolicy(AckPolicy.Explicit)
                .maxAckPending(1)
                .build();
        return of(options, stream, one, receiver, InboxConsumerConfig.defaults());
    }

    /**
     * A consumer that is not started yet.
     *
     * @param options where the servers are. One setting is replaced: it reconnects without end
     * @param stream which must exist
     * @param durable how the durable consumer is made if there is none of its name: with a name, with explicit acknowledgement,
     *     with a filter of subjects if wanted; {@code maxAckPending} decides about order
     * @param receiver has messages handled
     * @param config how messages are treated
     * @return a new consumer
     * @throws IllegalArgumentException if the consumer would not be durable, or acknowledge otherwise
     */
    public static NatsInboxConsumer of(
            Options options,
            String stream,
            ConsumerConfiguration durable,
            Receiver receiver,
            InboxConsumerConfig config) {
        return new NatsInboxConsumer(options, stream, durable, receiver, config);
    }

    /**
     * Starts. A server that is away, and a stream that does not exist, are waited for.
     *
     * @throws IllegalStateException if it was started or closed before
     */
    public void start() {
        thread.start();
    }

    /** Lets the running handler finish within {@code closeWithin}. What was fetched ahead is delivered again later. */
    @Override
    public void close() {
        thread.close();
    }

    @Override
    public String toString() {
        return "NATS consumer '" + durable.getDurable() + "' of stream '" + stream + "' (" + thread + ")";
    }

    /** On the consumer's thread only. */
    private final class Turns implements ConsumerThread.Work {

        private @Nullable Subscription subscription;

        @Override
        public void turn()
                throws IOException, InterruptedException, JetStreamApiException, JetStreamStatusCheckedException {
            Subscription seen = subscription;
            if (seen == null) {
                seen = Subscription.open(options, stream, durable);
                subscription = seen;
            }
            Message message = seen.next(IDLE_MILLIS);
            if (message != null) {
                handle(message);
            }
        }

        private void handle(Message message) throws InterruptedException {
            int attempt = (int) Math.min(Integer.MAX_VALUE, message.metaData().deliveredCount());
            Verdict verdict = attempt(message, attempt);
            while (verdict.action() == Action.WAIT && !thread.isClosing()) {
                hold(message, verdict.delayNanos());
                verdict = attempt(message, attempt);
            }
            switch (verdict.action()) {
                case ACKNOWLEDGE -> message.ack();
                case AGAIN -> message.nakWithDelay(Duration.ofNanos(verdict.delayNanos()));
                case GIVE_UP -> message.term();
                case WAIT -> message.nak();
            }
        }

        private Verdict attempt(Message message, int attempt) throws InterruptedException {
            WireMessage wire = Subscription.wire(message);
            Instant receivedAt = message.metaData().timestamp().toInstant();
            return reception.attempt(wire, message.getSubject(), null, receivedAt, attempt);
        }

        /** The database is away, for this and for every other message: the server must not take it for lost meanwhile. */
        private void hold(Message message, long nanos) throws InterruptedException {
            for (long left = nanos; left > 0 && !thread.isClosing(); left -= LONGEST_SILENCE_NANOS) {
                message.inProgress();
                thread.pause(Math.min(left, LONGEST_SILENCE_NANOS));
            }
        }

        @Override
        public void release() {
            Subscription last = subscription;
            subscription = null;
            if (last != null) {
                last.close();
            }
        }
    }
}
