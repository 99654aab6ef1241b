package dev.seawall.outbox.kafka;

import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.Publisher;
import dev.seawall.outbox.PublisherUnavailableException;
import dev.seawall.outbox.WireMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes to Kafka with an idempotent producer of its own. A message is confirmed when all in-sync replicas have it.
 *
 * <p>The message's key in UTF-8 is the record's key and so decides the partition. Headers are those of the format, and
 * {@code content-type}.
 *
 * <p><b>Order:</b> a message that fails makes all later ones of its key fail that were handed over before. The publisher then
 * closes its producer before that can send anything else, fails what is under way, and makes a new one when all of that has ended.
 * A message of that key that is handed over in between fails as well, until one comes that has failed before: then the relay knows.
 * For this there is one request at a time to each broker. With more of them set, or with a partitioner of one's own,
 * {@link #keepsOrder()} is {@code false}. Adding partitions to a topic moves keys to others and breaks their order, whoever
 * publishes.
 *
 * <p><b>Failures:</b> a record that is too large, without a key on a compacted topic, or for an impossible topic is poison. A
 * missing topic, or one without the right to write, fails the message alone. Everything else says that Kafka is unavailable.
 *
 * <p><b>Threads:</b> safe for any number of threads. {@link #publish} blocks for up to {@code max.block.ms}, 1 s unless set, when
 * a topic is new to it or the producer's buffer is full. Stages end on the producer's thread.
 */
public final class KafkaPublisher implements Publisher {

    private static final String CONTENT_TYPE = "content-type";
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final KafkaPublisherConfig config;
    private final FailedKeys failedKeys = new FailedKeys();
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable Generation current; // written under lock
    private volatile boolean closed; // written under lock

    private KafkaPublisher(KafkaPublisherConfig config) {
        this.config = Objects.requireNonNull(config, "config");
    }

    /**
     * A publisher with the settings of a producer, topics named as those of messages, and the plain format.
     *
     * @param producer names and values, as {@link java.util.Properties} or a map; at least {@code bootstrap.servers}
     * @return a new publisher, which connects when the first message comes
     * @throws IllegalArgumentException if a setting contradicts what a publisher promises; the message names it
     */
    public static KafkaPublisher of(Map<?, ?> producer) {
        return of(KafkaPublisherConfig.builder(producer).build());
    }

    /**
     * A publisher.
     *
     * @param config how messages are published
     * @return a new publisher, which connects when the first message comes
     */
    public static KafkaPublisher of(KafkaPublisherConfig config) {
        return new KafkaPublisher(config);
    }

    @Override
    public CompletionStage<?> publish(Envelope message) {
        ProducerRecord<byte[], byte[]> form = form(message);
        Generation generation = enter();
        if (generation == null) {
            return refuse(message, closed ? "the Kafka publisher is closed" : "the Kafka producer is being replaced");
        }
        if (!failedKeys.mayPass(message)) {
            generation.leave();
            return refuse(message, "a message of the same key failed that was published before");
        }
        return new Sending(message, generation, failedKeys).send(form);
    }

    private CompletionStage<?> refuse(Envelope message, String reason) {
        failedKeys.failed(message);
        return CompletableFuture.failedFuture(new PublisherUnavailableException(reason, null));
    }

    private ProducerRecord<byte[], byte[]> form(Envelope message) {
        WireMessage wire = config.format().write(message);
        String key = message.key();
        ProducerRecord<byte[], byte[]> form = new ProducerRecord<>(
                config.topics().apply(message.topic()),
                key == null ? null : key.getBytes(StandardCharsets.UTF_8),
                wire.body());
        wire.headers().forEach((name, value) -> form.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        form.headers().add(CONTENT_TYPE, wire.contentType().getBytes(StandardCharsets.UTF_8));
        return form;
    }

    /** The generation that takes the next message; {@code null} if none does now. */
    private @Nullable Generation enter() {
        Generation seen = current;
        return seen != null && seen.enter() ? seen : enterNext();
    }

    private @Nullable Generation enterNext() {
        lock.lock();
        try {
            Generation seen = current;
            if (closed) {
                return null;
            }
            if (seen != null && seen.enter()) {
                return seen;
            }
            if (seen != null && !seen.hasEnded()) {
                return null;
            }
            Generation next = new Generation(producer());
            next.enter();
            current = next;
            return next;
        } finally {
            lock.unlock();
        }
    }

    private KafkaProducer<byte[], byte[]> producer() {
        try {
            return new KafkaProducer<>(config.producer(), new ByteArraySerializer(), new ByteArraySerializer());
        } catch (KafkaException failure) { // such as a bootstrap server whose name does not resolve
            throw new PublisherUnavailableException("no Kafka producer could be made", failure);
        }
    }

    @Override
    public boolean keepsOrder() {
        return config.keepsOrder();
    }

    /** Waits for up to 1 s for what is under way, which then fails. */
    @Override
    public void close() {
        Generation last;
        lock.lock();
        try {
            closed = true;
            last = current;
        } finally {
            lock.unlock();
        }
        if (last != null) {
            last.retire(PATIENCE);
        }
    }

    @Override
    public String toString() {
        Generation seen = current;
        return "Kafka publisher to " + config.bootstrapServers()
                + (closed ? ", closed" : ", " + (seen == null ? 0 : seen.underWay()) + " under way");
    }
}
