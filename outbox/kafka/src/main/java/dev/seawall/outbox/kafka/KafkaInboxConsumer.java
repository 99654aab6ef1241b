package dev.seawall.outbox.kafka;

import dev.seawall.ResilienceRuntime;
import dev.seawall.outbox.ConsumerThread;
import dev.seawall.outbox.Receiver;
import dev.seawall.outbox.Reception;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Consumes topics as a member of a group, so that each message has its effect once.
 *
 * <p>A message is handled in one transaction with the inbox. Its offset is committed after that, so a message comes again after a
 * crash in between, and the inbox knows it.
 *
 * <p><b>Order:</b> that of each partition. A message that fails is handled again after a while; its partition waits meanwhile, the
 * others go on, and the group keeps this member. After the last attempt, or at once if it is poison, the message goes to the topic
 * for dead letters, which must exist, and the next one follows. While it cannot be set aside, its partition waits.
 *
 * <p><b>Threads:</b> everything runs on one thread of its own. For more at once start several consumers of one group. A handler
 * that takes longer than {@code max.poll.interval.ms} costs the member its partitions; the message then comes again elsewhere.
 */
public final class KafkaInboxConsumer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaInboxConsumer.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final KafkaInboxConsumerConfig config;
    private final Reception reception;
    private final ConsumerThread thread;

    private KafkaInboxConsumer(KafkaInboxConsumerConfig config, Receiver receiver) {
        this.config = Objects.requireNonNull(config, "config");
        this.reception = Reception.of(receiver, config.inbox());
        this.thread = ConsumerThread.of(
                "seawall-kafka-" + receiver.consumer(), config.inbox().closeWithin(), new Turns());
    }

    /**
     * A consumer that is not started yet.
     *
     * @param consumer the settings of Kafka's consumer, as {@link java.util.Properties} or a map; at least
     *     {@code bootstrap.servers} and {@code group.id}
     * @param topics what it subscribes to
     * @param receiver has messages handled
     * @return a new consumer
     * @throws IllegalArgumentException if a setting contradicts what a consumer promises; the message names it
     */
    public static KafkaInboxConsumer of(Map<?, ?> consumer, Collection<String> topics, Receiver receiver) {
        return of(KafkaInboxConsumerConfig.builder(consumer, topics).build(), receiver);
    }

    /**
     * A consumer that is not started yet.
     *
     * @param config how messages are consumed
     * @param receiver has messages handled
     * @return a new consumer
     */
    public static KafkaInboxConsumer of(KafkaInboxConsumerConfig config, Receiver receiver) {
        return new KafkaInboxConsumer(config, receiver);
    }

    /**
     * Starts. A broker that is away is waited for.
     *
     * @throws IllegalStateException if it was started or closed before
     */
    public void start() {
        thread.start();
    }

    /** Lets the running handler finish within {@code closeWithin}, commits what is handled, and leaves the group. */
    @Override
    public void close() {
        thread.close();
    }

    @Override
    public String toString() {
        return "Kafka consumer of " + config.topics() + " in group '" + config.group() + "' (" + thread + ")";
    }

    /** On the consumer's thread only. */
    private final class Turns implements ConsumerThread.Work {

        private final DeadLetterTopic deadLetters = new DeadLetterTopic(config.consumer(), config.deadLetterTopic());
        private @Nullable KafkaConsumer<byte[], byte[]> consumer;
        private @Nullable Partitions partitions;

        @Override
        public void turn() throws InterruptedException {
            Partitions seen = partitions;
            (seen == null ? open() : seen).turn();
        }

        private Partitions open() {
            KafkaConsumer<byte[], byte[]> next =
                    new KafkaConsumer<>(config.consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
            consumer = next;
            Partitions of = new Partitions(
                    next,
                    reception,
                    deadLetters,
                    thread,
                    ResilienceRuntime.shared()::now,
                    TimeUnit.MILLISECONDS.toNanos(config.maxPollMillis()) / 2);
            partitions = of;
            next.subscribe(config.topics(), of);
            return of;
        }

        @Override
        public void release() {
            KafkaConsumer<byte[], byte[]> last = consumer;
            consumer = null;
            partitions = null;
            deadLetters.close();
            if (last != null) {
                try {
                    last.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(PATIENCE));
                } catch (KafkaException failure) {
                    LOG.debug("a Kafka consumer was closed with a failure", failure);
                }
            }
        }
    }
}
