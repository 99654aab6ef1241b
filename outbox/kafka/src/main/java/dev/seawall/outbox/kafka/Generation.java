package dev.seawall.outbox.kafka;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One producer, from its start to its first failure. What it has under way when it is retired fails, and only when all of that
 * has ended may there be a next one: a message that is taken by the next cannot overtake one whose failure is not known yet.
 */
final class Generation {

    private static final Logger LOG = LoggerFactory.getLogger(Generation.class);

    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicInteger underWay = new AtomicInteger();
    private volatile boolean retired;

    Generation(KafkaProducer<byte[], byte[]> producer) {
        this.producer = producer;
    }

    /** Announces a message. Whoever gets {@code true} must {@link #leave()} once the message has ended. */
    boolean enter() {
        underWay.incrementAndGet(); // before looking, so that nobody takes it for ended in between
        if (retired) {
            leave();
            return false;
        }
        return true;
    }

    void leave() {
        underWay.decrementAndGet();
    }

    boolean hasEnded() {
        return retired && underWay.get() == 0;
    }

    int underWay() {
        return underWay.get();
    }

    /** Everything that can be said about the message comes to the callback. */
    @SuppressWarnings("FutureReturnValueIgnored")
    void send(ProducerRecord<byte[], byte[]> message, Sending sending) {
        producer.send(message, sending);
    }

    /**
     * Sends nothing more. On the producer's own thread, which calls back, that takes effect before the producer looks for the next
     * thing to send; what is still under way then fails on that thread.
     */
    void retire() {
        retire(Duration.ZERO);
    }

    void retire(Duration patience) {
        if (!retired) {
            retired = true;
            try {
                producer.close(patience);
            } catch (KafkaException failure) { // of an interceptor, or interrupted: it sends nothing more, all the same
                LOG.debug("a Kafka producer was closed with a failure", failure);
            }
        }
    }
}
