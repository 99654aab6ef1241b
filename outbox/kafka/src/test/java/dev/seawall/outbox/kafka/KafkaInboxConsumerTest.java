package dev.seawall.outbox.kafka;

import static dev.seawall.outbox.suite.Messages.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.Backoff;
import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.InboxConsumerConfig;
import dev.seawall.outbox.MessageHandler;
import dev.seawall.outbox.suite.ConsumerBroker;
import dev.seawall.outbox.suite.ConsumerSuite;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class KafkaInboxConsumerTest extends ConsumerSuite {

    private static EmbeddedKafka kafka;

    @BeforeAll
    static void start() {
        kafka = EmbeddedKafka.start();
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    @Override
    protected ConsumerBroker broker() {
        return kafka;
    }

    @Test
    void consume_onePartitionFails_theOthersGoOn() {
        var topic = kafka.newTopic(8, Map.of());
        var messages = IntStream.range(0, 40)
                .mapToObj(i -> message(topic, "key-" + i % 20, "m" + i))
                .toList();
        var stuck = messages.get(0).key();
        var config = InboxConsumerConfig.builder()
                .attempts(1_000_000)
                .backoff(Backoff.fixed(Duration.ofMillis(20)))
                .build();

        consume(topic, config, (connection, message) -> {
            if (stuck.equals(message.key())) {
                throw new IllegalStateException("never");
            }
            effect(connection, message);
        });
        publish(messages);

        // of the keys that share a partition with the failing one nothing is known
        awaitEffects(effects -> assertThat(effects).hasSizeGreaterThan(20));
    }

    @Test
    void consume_membersComeAndGo_everyEffectOnceAndInOrderOfItsKey() {
        var topic = kafka.newTopic(4, Map.of());
        var messages = IntStream.range(0, 300)
                .mapToObj(i -> message(topic, "key-" + i % 10, "m" + i))
                .toList();
        MessageHandler handler = (connection, message) -> {
            effect(connection, message);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        };
        publish(messages);

        var first = consume(topic, InboxConsumerConfig.defaults(), handler);
        awaitEffects(effects -> assertThat(effects).hasSizeGreaterThan(20));
        consume(topic, InboxConsumerConfig.defaults(), handler);
        awaitEffects(effects -> assertThat(effects).hasSizeGreaterThan(120));
        close(first);

        awaitEffects(effects -> assertThat(effects).hasSize(300).doesNotHaveDuplicates());
        for (int key = 0; key < 10; key++) {
            var name = "key-" + key;
            var ids = messages.stream()
                    .filter(m -> name.equals(m.key()))
                    .map(Envelope::id)
                    .toList();
            assertThat(effects().stream().filter(ids::contains)).containsExactlyElementsOf(ids);
        }
    }
}
