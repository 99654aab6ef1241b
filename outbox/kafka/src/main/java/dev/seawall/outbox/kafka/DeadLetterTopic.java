package dev.seawall.outbox.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Takes records that are given up, as they came, to another topic of the same broker. For one thread. */
final class DeadLetterTopic {

    private static final long PATIENCE_MILLIS = 10_000;

    private final UnaryOperator<String> names;
    private final Map<String, Object> settings;
    private @Nullable KafkaProducer<byte[], byte[]> producer;

    DeadLetterTopic(Map<String, Object> consumer, UnaryOperator<String> names) {
        this.names = names;
        this.settings = producerSettings(consumer);
    }

    /** Connection and security are the consumer's. */
    private static Map<String, Object> producerSettings(Map<String, Object> consumer) {
        Map<String, Object> settings = new HashMap<>(consumer);
        settings.keySet().retainAll(ProducerConfig.configNames());
        settings.remove(ProducerConfig.INTERCEPTOR_CLASSES_CONFIG);
        settings.remove(ProducerConfig.CLIENT_ID_CONFIG);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE_MILLIS / 2);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) PATIENCE_MILLIS / 2);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) PATIENCE_MILLIS);
        return settings;
    }

    /** Returns when the other topic has it. */
    void put(ConsumerRecord<byte[], byte[]> record, @Nullable Throwable reason)
            throws InterruptedException, ExecutionException, TimeoutException {
        ProducerRecord<byte[], byte[]> letter =
                new ProducerRecord<>(names.apply(record.topic()), null, record.key(), record.value(), record.headers());
        header(letter, "seawall-dead-letter-from", record.topic() + "/" + record.partition() + "/" + record.offset());
        if (reason != null) { // not its text, which may hold anything
            header(letter, "seawall-dead-letter-reason", reason.getClass().getName());
        }
        producer().send(letter).get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static void header(ProducerRecord<byte[], byte[]> letter, String name, String value) {
        letter.headers().remove(name).add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private KafkaProducer<byte[], byte[]> producer() {
        KafkaProducer<byte[], byte[]> seen = producer;
        if (seen == null) {
            seen = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
            producer = seen;
        }
        return seen;
    }

    void close() {
        KafkaProducer<byte[], byte[]> seen = producer;
        if (seen != null) {
            producer = null;
            seen.close(Duration.ZERO);
        }
    }
}
