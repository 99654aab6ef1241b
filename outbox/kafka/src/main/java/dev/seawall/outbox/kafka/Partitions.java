package dev.seawall.outbox.kafka;

import dev.seawall.Durations;
import dev.seawall.outbox.ConsumerThread;
import dev.seawall.outbox.Reception;
import dev.seawall.outbox.Reception.Action;
import dev.seawall.outbox.Reception.Verdict;
import dev.seawall.outbox.WireMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one consumer has of its topics: which partitions wait, and what is handled but not committed. For one thread. */
final class Partitions implements ConsumerRebalanceListener {

    private static final Logger LOG = LoggerFactory.getLogger(Partitions.class);
    private static final String CONTENT_TYPE = "content-type";
    private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Reception reception;
    private final DeadLetterTopic deadLetters;
    private final ConsumerThread thread;
    private final LongSupplier clock;
    private final long longestTurnNanos;
    private final Map<TopicPartition, Waiting> waiting = new HashMap<>();
    private final Map<TopicPartition, OffsetAndMetadata> handled = new HashMap<>();

    Partitions(
            KafkaConsumer<byte[], byte[]> consumer,
            Reception reception,
            DeadLetterTopic deadLetters,
            ConsumerThread thread,
            LongSupplier clock,
            long longestTurnNanos) {
        this.consumer = consumer;
        this.reception = reception;
        this.deadLetters = deadLetters;
        this.thread = thread;
        this.clock = clock;
        this.longestTurnNanos = longestTurnNanos;
    }

    /** Fetches, handles what came, commits. */
    void turn() throws InterruptedException {
        long now = clock.getAsLong();
        ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofNanos(resume(now)));
        // the group takes a member for dead that does not come back in time: what is left is fetched again
        long stop = Durations.plus(clock.getAsLong(), longestTurnNanos);
        try {
            for (TopicPartition partition : records.partitions()) {
                handle(partition, records.records(partition), stop);
            }
        } finally {
            commit();
        }
    }

    /** Lets partitions go on whose time has come; tells how long until the next one. */
    private long resume(long now) {
        long next = IDLE_NANOS;
        for (Map.Entry<TopicPartition, Waiting> each : waiting.entrySet()) {
            long left = each.getValue().until() - now;
            if (left <= 0) {
                consumer.resume(List.of(each.getKey()));
            } else {
                next = Math.min(next, left);
            }
        }
        return next;
    }

    private void handle(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records, long stop)
            throws InterruptedException {
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (thread.isClosing() || clock.getAsLong() >= stop) {
                consumer.seek(partition, record.offset());
                return;
            }
            if (!handle(partition, record)) {
                return;
            }
        }
    }

    /** Whether the next record of the partition may follow. */
    private boolean handle(TopicPartition partition, ConsumerRecord<byte[], byte[]> record)
            throws InterruptedException {
        Waiting before = waiting.get(partition);
        int attempt = before != null && before.offset() == record.offset() ? before.attempt() : 1;
        Verdict verdict = reception.attempt(
                wire(record), record.topic(), key(record), Instant.ofEpochMilli(record.timestamp()), attempt);
        if (verdict.action() == Action.ACKNOWLEDGE
                || (verdict.action() == Action.GIVE_UP && setAside(record, verdict.reason()))) {
            waiting.remove(partition);
            handled.put(partition, new OffsetAndMetadata(record.offset() + 1));
            return true;
        }
        int next = verdict.action() == Action.WAIT ? attempt : attempt + 1;
        long until = Durations.plus(clock.getAsLong(), verdict.delayNanos());
        waiting.put(partition, new Waiting(record.offset(), next, until));
        consumer.pause(List.of(partition));
        consumer.seek(partition, record.offset());
        return false;
    }

    private boolean setAside(ConsumerRecord<byte[], byte[]> record, @Nullable Throwable reason)
            throws InterruptedException {
        try {
            deadLetters.put(record, reason);
            return true;
        } catch (ExecutionException | TimeoutException | KafkaException failure) {
            if (failure instanceof InterruptException) {
                throw new InterruptedException("interrupted while a message was set aside");
            }
            LOG.warn(
                    "a message of {} could not be set aside; its partition waits: is there a topic for dead letters?",
                    record.topic(),
                    failure);
            return false;
        }
    }

    private static WireMessage wire(ConsumerRecord<byte[], byte[]> record) {
        Map<String, String> headers = new HashMap<>();
        record.headers().forEach(header -> headers.put(header.key(), text(header.value())));
        String contentType = "";
        for (String name : List.copyOf(headers.keySet())) {
            if (name.toLowerCase(Locale.ROOT).equals(CONTENT_TYPE)) {
                contentType = String.valueOf(headers.remove(name));
            }
        }
        byte[] value = record.value();
        return WireMessage.of(contentType, headers, value == null ? new byte[0] : value);
    }

    private static @Nullable String key(ConsumerRecord<byte[], byte[]> record) {
        byte[] key = record.key();
        return key == null ? null : text(key);
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }

    /** After the effects. What is not committed comes again, and the inbox knows it. */
    void commit() {
        if (handled.isEmpty()) {
            return;
        }
        try {
            consumer.commitSync(handled, PATIENCE);
            handled.clear();
        } catch (RebalanceInProgressException later) {
            LOG.debug("offsets are committed after the group has settled", later);
        } catch (CommitFailedException lost) { // the group has given the partitions away
            LOG.debug("offsets were not committed: the partitions are somebody else's now", lost);
            handled.clear();
        }
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        // nothing is known of them yet
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        try {
            commit();
        } catch (KafkaException failure) {
            LOG.debug("offsets were not committed before the partitions went", failure);
        }
        forget(partitions);
    }

    /** They are somebody else's already: committing for them could set that one back. */
    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        forget(partitions);
    }

    private void forget(Collection<TopicPartition> partitions) {
        partitions.forEach(waiting::remove);
        partitions.forEach(handled::remove);
    }
}
