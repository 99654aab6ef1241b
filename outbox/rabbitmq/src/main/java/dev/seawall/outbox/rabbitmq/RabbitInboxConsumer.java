package dev.seawall.outbox.rabbitmq;

import com.rabbitmq.client.ConnectionFactory;
import dev.seawall.Require;
import dev.seawall.outbox.ConsumerThread;
import dev.seawall.outbox.InboxConsumerConfig;
import dev.seawall.outbox.Receiver;
import dev.seawall.outbox.Reception;
import dev.seawall.outbox.Reception.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Consumes a queue, so that each message has its effect once.
 *
 * <p>A message is handled in one transaction with the inbox, and acknowledged after that. It comes again after a crash in between,
 * and the inbox knows it.
 *
 * <p><b>Order:</b> that of the queue, as long as this is its only consumer. A message that fails is handled again after a while,
 * here and with everything behind it waiting: to send it back would have it come again at once, and out of order. After the last
 * attempt, or at once if it is poison, it is rejected, and goes where the queue's {@code x-dead-letter-exchange} says. <b>A queue
 * without one drops it:</b> give the queue one, or set {@link InboxConsumerConfig#deadLetters()}. All attempts together must take
 * less than the broker's {@code consumer_timeout}, 30 minutes unless set there.
 *
 * <p><b>Threads:</b> everything is handled on one thread of its own. For more at once start several consumers of one queue.
 */
public final class RabbitInboxConsumer implements AutoCloseable {

    /** How many messages are fetched ahead unless set: 20. */
    public static final int DEFAULT_PREFETCH = 20;

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long IDLE_MILLIS = 200;
    private static final int MOST_PREFETCH = 10_000;

    private final ConnectionFactory factory;
    private final String queue;
    private final int prefetch;
    private final Reception reception;
    private final ConsumerThread thread;

    private RabbitInboxConsumer(
            ConnectionFactory factory, String queue, int prefetch, Receiver receiver, InboxConsumerConfig config) {
        this.factory = Factories.impatient(factory, PATIENCE);
        this.queue = Objects.requireNonNull(queue, "queue");
        this.prefetch = Require.between("prefetch", prefetch, 1, MOST_PREFETCH);
        this.reception = Reception.of(receiver, config);
        this.thread = ConsumerThread.of("seawall-rabbitmq-" + receiver.consumer(), config.closeWithin(), new Turns());
    }

    /**
     * A consumer with the defaults that is not started yet.
     *
     * @param factory where the broker is; copied
     * @param queue what it consumes. It must exist
     * @param receiver has messages handled
     * @return a new consumer
     */
    public static RabbitInboxConsumer of(ConnectionFactory factory, String queue, Receiver receiver) {
        return of(factory, queue, DEFAULT_PREFETCH, receiver, InboxConsumerConfig.defaults());
    }

    /**
     * A consumer that is not started yet.
     *
     * @param factory where the broker is; copied. Automatic recovery is not used
     * @param queue what it consumes. It must exist
     * @param prefetch how many messages are fetched ahead, from 1 to 10,000
     * @param receiver has messages handled
     * @param config how messages are treated
     * @return a new consumer
     */
    public static RabbitInboxConsumer of(
            ConnectionFactory factory, String queue, int prefetch, Receiver receiver, InboxConsumerConfig config) {
        return new RabbitInboxConsumer(factory, queue, prefetch, receiver, config);
    }

    /**
     * Starts. A broker that is away, and a queue that does not exist, are waited for.
     *
     * @throws IllegalStateException if it was started or closed before
     */
    public void start() {
        thread.start();
    }

    /** Lets the running handler finish within {@code closeWithin}. What was fetched ahead goes back to the queue. */
    @Override
    public void close() {
        thread.close();
    }

    @Override
    public String toString() {
        return "RabbitMQ consumer of queue '" + queue + "' (" + thread + ")";
    }

    /** On the consumer's thread only. */
    private final class Turns implements ConsumerThread.Work {

        private @Nullable Subscription subscription;

        @Override
        public void turn() throws IOException, TimeoutException, InterruptedException {
            Subscription seen = subscription;
            if (seen == null) {
                seen = Subscription.open(factory, queue, prefetch);
                subscription = seen;
            }
            Delivery delivery = seen.next(IDLE_MILLIS);
            if (delivery != null) {
                handle(seen, delivery);
            }
        }

        private void handle(Subscription from, Delivery delivery) throws IOException, InterruptedException {
            Date sent = delivery.properties().getTimestamp();
            Instant receivedAt = sent == null ? Instant.EPOCH : sent.toInstant();
            int attempt = 1;
            while (!thread.isClosing()) {
                Verdict verdict = reception.attempt(delivery.wire(), delivery.topic(), null, receivedAt, attempt);
                switch (verdict.action()) {
                    case ACKNOWLEDGE -> {
                        from.acknowledge(delivery);
                        return;
                    }
                    case GIVE_UP -> {
                        from.reject(delivery);
                        return;
                    }
                    case AGAIN -> attempt++;
                    case WAIT -> {}
                }
                thread.pause(verdict.delayNanos());
                from.requireOpen(); // else it has gone back to the queue, and comes again
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
